//! What core stores of one object.

use crate::testing::generated::tfplugin6::ResourceIdentityData;
use crate::testing::value::Val;

/// One object as the state holds it.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// The resource's type.
    pub type_name: String,
    /// Its attributes.
    pub value: Val,
    /// The provider's own data.
    pub private: Vec<u8>,
    /// Its identity, if the type has one.
    pub identity: Option<ResourceIdentityData>,
    /// To be replaced, because its creation failed halfway or because the user said so.
    pub tainted: bool,
}

impl State {
    /// One attribute by path.
    pub fn at(&self, path: &str) -> &Val {
        self.value.at(path)
    }

    /// The text at a path.
    pub fn str_at(&self, path: &str) -> &str {
        self.value.str_at(path)
    }

    /// As `terraform taint` leaves it.
    #[must_use]
    pub fn tainted(self) -> Self {
        Self {
            tainted: true,
            ..self
        }
    }

    /// As `terraform untaint` leaves it. Reading it lifts nothing.
    #[must_use]
    pub fn untainted(self) -> Self {
        Self {
            tainted: false,
            ..self
        }
    }
}

/// What the state holds of one resource.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Instance {
    /// The object.
    pub current: Option<State>,
    /// Objects that have a successor and are still to be destroyed.
    pub deposed: Vec<State>,
}

impl From<Option<State>> for Instance {
    fn from(current: Option<State>) -> Self {
        let deposed = Vec::new();
        Self { current, deposed }
    }
}

impl From<State> for Instance {
    fn from(current: State) -> Self {
        Some(current).into()
    }
}

impl From<&State> for Instance {
    fn from(current: &State) -> Self {
        current.clone().into()
    }
}

impl From<&Instance> for Instance {
    fn from(instance: &Instance) -> Self {
        instance.clone()
    }
}
