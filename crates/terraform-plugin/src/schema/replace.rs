//! Which changes make a new object.

use super::{Attribute, Replacement, Schema, value_of};
use crate::value::{Dynamic, Object, Path, Step, Type, same_elements};

impl Schema {
    /// The attributes that are to be another value than they were and therefore make a new object.
    pub(crate) fn replaced(&self, prior: &Object, planned: &Object) -> Vec<Path> {
        let mut found = Vec::new();
        self.find_replaced(Some(prior), Some(planned), &Path::root(), &mut found);
        found
    }

    /// `None`: there is no object.
    fn find_replaced(
        &self,
        prior: Option<&Object>,
        planned: Option<&Object>,
        path: &Path,
        found: &mut Vec<Path>,
    ) {
        for attribute in &self.attributes {
            let prior = prior.map_or(&Dynamic::Null, |prior| value_of(prior, attribute));
            let planned = planned.map_or(&Dynamic::Null, |planned| value_of(planned, attribute));
            let path = path.then(Step::Attribute(attribute.name.to_owned()));
            if differ(attribute, prior, planned) {
                found.push(path.clone());
            }
            if let Some(nested) = &attribute.nested {
                let (prior, planned) = (nested.objects(prior), nested.objects(planned));
                let steps = prior.iter().chain(&planned).map(|(step, _)| step);
                let mut seen = Vec::new();
                for step in steps {
                    if seen.contains(&step) {
                        continue;
                    }
                    seen.push(step);
                    let at = step.clone().map_or_else(|| path.clone(), |step| path.then(step));
                    let (prior, planned) = (
                        object_at(&prior, step.as_ref()),
                        object_at(&planned, step.as_ref()),
                    );
                    nested.schema.find_replaced(prior, planned, &at, found);
                }
            }
        }
    }
}

fn object_at<'a>(objects: &[(Option<Step>, &'a Dynamic)], step: Option<&Step>) -> Option<&'a Object> {
    let found = objects.iter().find(|(at, _)| at.as_ref() == step);
    match found {
        Some((_, Dynamic::Object(object))) => Some(object),
        _ => None,
    }
}

fn differ(attribute: &Attribute, prior: &Dynamic, planned: &Dynamic) -> bool {
    let is_other = || !same(&attribute.ty, prior, planned);
    let is_value = |value: &Dynamic| !matches!(value, Dynamic::Null | Dynamic::Unknown);
    match &attribute.replacement {
        Replacement::Never | Replacement::AsPlanned => false,
        Replacement::OnChange => is_other(),
        Replacement::Unless(mean_the_same) => {
            is_other() && !(is_value(prior) && is_value(planned) && mean_the_same(prior, planned))
        }
    }
}

/// Whether two values of a type are the same; elements of a set in any order.
pub(super) fn same(ty: &Type, one: &Dynamic, other: &Dynamic) -> bool {
    match (ty, one, other) {
        (Type::Set(ty), Dynamic::Sequence(one), Dynamic::Sequence(other)) => {
            same_elements(one, other, |one, other| same(ty, one, other))
        }
        (Type::List(ty), Dynamic::Sequence(one), Dynamic::Sequence(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(ty, one, other))
        }
        (Type::Map(ty), Dynamic::Map(one), Dynamic::Map(other)) => {
            one.len() == other.len()
                && one.iter().all(|(key, one)| {
                    let other = other.get(key);
                    other.is_some_and(|other| same(ty, one, other))
                })
        }
        (Type::Object(types), Dynamic::Object(one), Dynamic::Object(other)) => {
            types.iter().all(|(name, ty)| {
                let of = |object: &Object| object.get(name).cloned().unwrap_or(Dynamic::Null);
                same(ty, &of(one), &of(other))
            })
        }
        (_, one, other) => one == other,
    }
}
