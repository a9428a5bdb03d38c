//! What a resource remembers beside its state.

use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::value::cost;

/// The key under which a plan's purpose lies; no memory has a field of that name.
const PURPOSE: &str = "plan";

/// The same for when it was made.
const PLANNED_AT: &str = "planned_at";

/// Private data of one object: JSON that only the provider reads. It lies in state unencrypted, so it never holds a
/// secret.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Private(pub Vec<u8>);

/// What a plan was for. The server notes it in the planned private data, which core hands to whatever follows: the
/// second call of a replacement, and both of its halves (Terraform
/// `internal/terraform/node_resource_abstract_instance.go`).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Purpose {
    /// An existing object is changed, or left alone.
    Change,
    /// An object is made. A deletion that finds this is one half of a replacement.
    Creation,
    /// An object is destroyed and not made again.
    Destruction,
}

impl Purpose {
    const ALL: [Self; 3] = [Self::Change, Self::Creation, Self::Destruction];

    fn name(self) -> &'static str {
        match self {
            Self::Change => "change",
            Self::Creation => "creation",
            Self::Destruction => "destruction",
        }
    }
}

impl Private {
    /// The data, or its default where there is none, where there is far too much, or where another version of the
    /// provider wrote something else: private data that cannot be read must never block an object.
    pub fn get<T: DeserializeOwned + Default>(&self) -> T {
        if cost::is_too_much_json(&self.0) {
            return T::default();
        }
        serde_json::from_slice(&self.0).unwrap_or_default()
    }

    /// Remembers `data`. An object without members is stored as nothing.
    pub fn set(&mut self, data: &impl Serialize) {
        // a struct of plain fields always serialises; were it not so, nothing remembered is the safe side
        let data = serde_json::to_vec(data).unwrap_or_default();
        self.0 = if data == b"{}" { Vec::new() } else { data };
    }

    /// What the plan that wrote these data was for; `None` for data that lay in state.
    pub(crate) fn purpose(&self) -> Option<Purpose> {
        let noted = self.object().remove(PURPOSE)?;
        let name = noted.as_str()?;
        Purpose::ALL.into_iter().find(|purpose| purpose.name() == name)
    }

    /// The same data as a plan with this purpose hands them on.
    #[must_use]
    pub fn planned(&self, purpose: Purpose) -> Self {
        let mut object = self.object();
        object.insert(PURPOSE.to_owned(), purpose.name().into());
        Self(Value::Object(object).to_string().into_bytes())
    }

    /// When the plan that wrote these data was made, if the CLI keeps it for the plan in the apply.
    pub(crate) fn planned_at(&self) -> Option<Timestamp> {
        let noted = self.object().remove(PLANNED_AT)?;
        noted.as_str()?.parse().ok()
    }

    /// The same data as a plan that was made then hands them on.
    #[must_use]
    pub(crate) fn noting(&self, planned_at: Timestamp) -> Self {
        let mut object = self.object();
        object.insert(PLANNED_AT.to_owned(), planned_at.to_string().into());
        Self(Value::Object(object).to_string().into_bytes())
    }

    /// The same data as they lie in state.
    #[must_use]
    pub(crate) fn stored(self) -> Self {
        let mut object = self.object();
        let noted = [PURPOSE, PLANNED_AT].map(|key| object.remove(key));
        if noted.iter().all(Option::is_none) {
            return self;
        }
        if object.is_empty() {
            return Self::default();
        }
        Self(Value::Object(object).to_string().into_bytes())
    }

    fn object(&self) -> Map<String, Value> {
        self.get()
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Default, Deserialize, PartialEq, Serialize)]
    #[serde(default)]
    struct Memory {
        made: bool,
    }

    #[test]
    fn a_plan_notes_its_purpose_beside_what_is_remembered() {
        let mut private = Private::default();
        private.set(&Memory { made: true });
        assert_eq!(private.purpose(), None);
        let planned = private.planned(Purpose::Change).planned(Purpose::Creation);
        assert_eq!(planned.purpose(), Some(Purpose::Creation));
        assert_eq!(planned.get::<Memory>(), Memory { made: true });
        let at = Timestamp::UNIX_EPOCH;
        let noted = planned.noting(at);
        assert_eq!((planned.planned_at(), noted.planned_at()), (None, Some(at)));
        assert_eq!(noted.purpose(), Some(Purpose::Creation));
        assert_eq!([planned.stored(), noted.stored()], [private.clone(), private]);
    }

    #[test]
    fn data_that_something_else_wrote_block_nothing() {
        let huge = format!(
            r#"{{"made": true, "plan": "change", "x": [{}0]}}"#,
            "0,".repeat(cost::MOST_VALUES)
        );
        for garbage in [
            &b"\xff\xfe"[..],
            b"",
            b"null",
            b"[1, 2]",
            br#"{"plan": 7}"#,
            huge.as_bytes(),
        ] {
            let private = Private(garbage.to_vec());
            assert_eq!((private.purpose(), private.planned_at()), (None, None));
            assert_eq!(private.get::<Memory>(), Memory::default());
            let planned = private.planned(Purpose::Destruction);
            assert_eq!(planned.purpose(), Some(Purpose::Destruction));
            assert_eq!(planned.stored(), Private::default());
        }
    }
}
