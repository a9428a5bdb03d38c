//! A thing as it is served.

/// A thing of any kind: the traits of `rpc` are implemented for it once for each kind, beside the one that it implements
/// itself, whose methods have the same names.
pub(crate) struct Served<T>(pub T);
