//! What a resource remembers beside its state.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Private data of one object: JSON that only the provider reads. It lies in state unencrypted, so it never holds a
/// secret.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Private(pub Vec<u8>);

impl Private {
    /// The data, or its default where there is none or where another version of the provider wrote something else:
    /// private data that cannot be read must never block an object.
    pub fn get<T: DeserializeOwned + Default>(&self) -> T {
        serde_json::from_slice(&self.0).unwrap_or_default()
    }

    /// Remembers `data`.
    pub fn set(&mut self, data: &impl Serialize) {
        // a struct of plain fields always serialises; were it not so, nothing remembered is the safe side
        self.0 = serde_json::to_vec(data).unwrap_or_default();
    }
}
