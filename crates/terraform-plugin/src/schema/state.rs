//! What may be in plan and state, and what may not.

use super::{Nesting, Schema, value_of};
use crate::value::{Dynamic, Object, Path, Step};

/// A write-only value in a configuration.
pub(crate) struct WriteOnly {
    pub path: Path,
    /// The argument's name.
    pub name: &'static str,
    /// The argument beside it whose value is kept in state, by convention the one without `_wo`.
    pub kept_as: Option<&'static str>,
}

impl Schema {
    /// Makes of `object` what plan and state may hold: everything write-only is null, and a list or a set of blocks that
    /// is null is one without blocks, as core has no other way to say that there are none.
    pub(crate) fn fit_for_state(&self, object: &mut Object) {
        for attribute in &self.attributes {
            let Some(value) = object.get_mut(attribute.name) else {
                continue;
            };
            let many = |nesting| matches!(nesting, Nesting::List | Nesting::Set);
            if attribute.write_only {
                *value = Dynamic::Null;
            } else if let Some(nested) = &attribute.nested {
                if attribute.block.is_some() && many(nested.nesting) && *value == Dynamic::Null {
                    *value = Dynamic::Sequence(Vec::new());
                }
                each_object(value, &mut |object| nested.schema.fit_for_state(object));
            }
        }
    }

    /// `config` without all that is not write-only: what apply may take from a configuration.
    pub(crate) fn write_only_part(&self, mut config: Object) -> Object {
        for attribute in self.attributes.iter().filter(|attribute| !attribute.write_only) {
            match (&attribute.nested, config.get_mut(attribute.name)) {
                (Some(nested), Some(value)) if nested.schema.has_write_only() => {
                    each_object(value, &mut |object| {
                        *object = nested.schema.write_only_part(std::mem::take(object));
                    });
                }
                (_, Some(value)) => *value = Dynamic::Null,
                (_, None) => {}
            }
        }
        config
    }

    /// Where `config` holds write-only values.
    pub(crate) fn write_only_values(&self, config: &Object) -> Vec<WriteOnly> {
        let mut found = Vec::new();
        self.find_write_only(config, &Path::root(), &mut found);
        found
    }

    fn find_write_only(&self, config: &Object, path: &Path, found: &mut Vec<WriteOnly>) {
        for attribute in &self.attributes {
            let value = value_of(config, attribute);
            let path = path.then(Step::Attribute(attribute.name.to_owned()));
            if attribute.write_only && *value != Dynamic::Null {
                let kept = attribute.name.strip_suffix("_wo");
                let mut siblings = self.attributes.iter().map(|sibling| sibling.name);
                found.push(WriteOnly {
                    path,
                    name: attribute.name,
                    kept_as: siblings.find(|sibling| Some(*sibling) == kept),
                });
            } else if let Some(nested) = &attribute.nested {
                for (step, object) in nested.objects(value) {
                    if let Dynamic::Object(object) = object {
                        let path = step.map_or_else(|| path.clone(), |step| path.then(step));
                        nested.schema.find_write_only(object, &path, found);
                    }
                }
            }
        }
    }

    /// True if anything in such an object is write-only.
    pub(super) fn has_write_only(&self) -> bool {
        self.attributes.iter().any(|attribute| {
            let nested = attribute.nested.as_ref();
            attribute.write_only || nested.is_some_and(|nested| nested.schema.has_write_only())
        })
    }
}

/// Calls `f` with each object in the value of a nested attribute.
fn each_object(value: &mut Dynamic, f: &mut dyn FnMut(&mut Object)) {
    match value {
        Dynamic::Object(object) => f(object),
        Dynamic::Sequence(elements) => elements.iter_mut().for_each(|value| each_object(value, f)),
        Dynamic::Map(entries) => entries.values_mut().for_each(|value| each_object(value, f)),
        _ => {}
    }
}
