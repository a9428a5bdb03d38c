//! One thing that is offered, and its schema, made when somebody first asks for it.

use std::sync::OnceLock;

use crate::schema::Schema;

/// A thing of any kind with its schema. The traits in [`rpc`](super::rpc) are implemented for it once for each kind.
pub struct Served<T> {
    /// The thing.
    pub thing: T,
    schema: OnceLock<Schema>,
    identity: OnceLock<Option<Schema>>,
}

impl<T> Served<T> {
    /// Serves `thing`.
    pub fn new(thing: T) -> Self {
        Self {
            thing,
            schema: OnceLock::new(),
            identity: OnceLock::new(),
        }
    }

    /// The schema that `make` makes of the thing.
    pub(super) fn schema_by(&self, make: fn(&T) -> Schema) -> &Schema {
        self.schema.get_or_init(|| make(&self.thing))
    }

    /// The same for the schema of its identity.
    pub(super) fn identity_by(&self, make: fn(&T) -> Option<Schema>) -> Option<&Schema> {
        self.identity.get_or_init(|| make(&self.thing)).as_ref()
    }
}
