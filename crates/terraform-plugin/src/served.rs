//! One thing that is offered.

/// A thing of any kind. The traits in [`rpc`](super::rpc) are implemented for it once for each kind.
pub struct Served<T> {
    /// The thing.
    pub thing: T,
}

impl<T> Served<T> {
    /// Serves `thing`.
    pub fn new(thing: T) -> Self {
        Self { thing }
    }
}
