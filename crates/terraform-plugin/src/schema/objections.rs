//! What is wrong with a configuration, as far as single attributes can tell.

use super::{Attribute, Nesting, Schema, value_of};
use crate::value::{Dynamic, Object, Path, Step};

/// A value that may not be in a configuration. It never repeats a secret.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Objection {
    /// The value, or the set that holds it.
    pub path: Path,
    /// In short.
    pub summary: String,
    /// Sentences: what is wrong, what to do.
    pub detail: String,
}

impl Schema {
    /// Checks every value that is known, those of nested objects too. One attribute gives one reason: the first rule
    /// that is broken says it best.
    pub fn objections(&self, config: &Object) -> Vec<Objection> {
        let mut found = Vec::new();
        self.find_objections(config, &At::root(), &mut found);
        found
    }

    fn find_objections(&self, config: &Object, at: &At, found: &mut Vec<Objection>) {
        for attribute in &self.attributes {
            let at = at.then(Step::Attribute(attribute.name.to_owned()));
            let value = value_of(config, attribute);
            let before = found.len();
            found.extend(attribute.objections(value, &at.path));
            if let Some(nested) = &attribute.nested
                && found.len() == before
            {
                let inside = at.inside(nested.nesting);
                for (step, object) in nested.objects(value) {
                    if let Dynamic::Object(object) = object {
                        let at = step.map_or_else(|| inside.clone(), |step| inside.then(step));
                        nested.schema.find_objections(object, &at, found);
                    }
                }
            }
        }
    }
}

impl Attribute {
    fn objections(&self, value: &Dynamic, path: &Path) -> Vec<Objection> {
        if let Some((summary, detail)) = self.misplaced(value) {
            return vec![Objection {
                path: path.clone(),
                summary: summary.to_owned(),
                detail,
            }];
        }
        let complaints = self
            .rules
            .iter()
            .map(|rule| rule.complaints(value, &self.ty, path))
            .find(|complaints| !complaints.is_empty());
        let objection = |(path, detail)| Objection {
            path,
            summary: format!("Invalid {}", self.name),
            detail,
        };
        complaints.into_iter().flatten().map(objection).collect()
    }
}

/// A place in a configuration. Inside of a set it is the set, as no path can point at an element of one.
#[derive(Clone)]
struct At {
    path: Path,
    in_set: bool,
}

impl At {
    fn root() -> Self {
        Self {
            path: Path::root(),
            in_set: false,
        }
    }

    fn then(&self, step: Step) -> Self {
        if self.in_set {
            return self.clone();
        }
        Self {
            path: self.path.then(step),
            in_set: false,
        }
    }

    fn inside(&self, nesting: Nesting) -> Self {
        Self {
            path: self.path.clone(),
            in_set: self.in_set || nesting == Nesting::Set,
        }
    }
}
