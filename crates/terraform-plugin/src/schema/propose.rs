//! What the next state should be, as far as schema and configuration can tell.

use super::{Attribute, Kind, Nested, Nesting, Schema, value_of};
use crate::value::{Dynamic, Object, by_name};

impl Schema {
    /// What the next state should be before the resource itself has a say: the configuration where it says
    /// something, then defaults, then what was, then unknown.
    ///
    /// Terraform's own proposal keeps the prior value where an optional and computed argument was removed
    /// (internal/plans/objchange/objchange.go), so that the provider has to decide about defaults. Nested objects are
    /// told apart as there: by place in a list, by key in a map, by what is configured in a set.
    pub(crate) fn propose(&self, config: &Object, prior: Option<&Object>) -> Object {
        by_name(self.attributes.iter().map(|attribute| {
            let prior = prior.map(|prior| value_of(prior, attribute));
            let value = propose(attribute, value_of(config, attribute), prior);
            (attribute.name.to_owned(), value)
        }))
    }
}

fn propose(attribute: &Attribute, config: &Dynamic, prior: Option<&Dynamic>) -> Dynamic {
    if attribute.write_only {
        Dynamic::Null
    } else if *config != Dynamic::Null {
        match &attribute.nested {
            Some(nested) => propose_nested(nested, config, prior),
            None => config.clone(),
        }
    } else if !attribute.is_computed() {
        Dynamic::Null
    } else if let Some(default) = &attribute.default {
        default.clone()
    } else if let Some(prior) = prior {
        prior.clone()
    } else {
        Dynamic::Unknown
    }
}

fn propose_nested(nested: &Nested, config: &Dynamic, prior: Option<&Dynamic>) -> Dynamic {
    let object = |config: &Dynamic, prior: Option<&Dynamic>| match (config, prior) {
        (Dynamic::Object(config), Some(Dynamic::Object(prior))) => {
            Dynamic::Object(nested.schema.propose(config, Some(prior)))
        }
        (Dynamic::Object(config), _) => Dynamic::Object(nested.schema.propose(config, None)),
        (config, _) => config.clone(),
    };
    match (config, prior) {
        (Dynamic::Sequence(elements), prior) => {
            let prior = match prior {
                Some(Dynamic::Sequence(prior)) => prior.as_slice(),
                _ => &[],
            };
            let mut left: Vec<_> = prior.iter().collect();
            let pair = |(index, config): (usize, &Dynamic)| {
                let prior = if nested.nesting == Nesting::Set {
                    let found = left
                        .iter()
                        .position(|prior| continues(nested.schema, config, prior));
                    found.map(|found| left.remove(found))
                } else {
                    prior.get(index)
                };
                object(config, prior)
            };
            Dynamic::Sequence(elements.iter().enumerate().map(pair).collect())
        }
        (Dynamic::Map(entries), prior) => {
            let pair = |(key, config): (&String, &Dynamic)| {
                let prior = match prior {
                    Some(Dynamic::Map(prior)) => prior.get(key),
                    _ => None,
                };
                (key.clone(), object(config, prior))
            };
            Dynamic::Map(by_name(entries.iter().map(pair)))
        }
        (config, prior) => object(config, prior),
    }
}

/// True if an element of a set can be the one that `prior` was: all that is configured is as it was, and nothing was
/// there that could not have come from the provider.
fn continues(schema: &Schema, config: &Dynamic, prior: &Dynamic) -> bool {
    let (Dynamic::Object(config), Dynamic::Object(prior)) = (config, prior) else {
        return config == prior;
    };
    schema.attributes.iter().all(|attribute| {
        let (config, prior) = (value_of(config, attribute), value_of(prior, attribute));
        if attribute.kind == Kind::Computed || (attribute.is_computed() && *config == Dynamic::Null) {
            return true;
        }
        match &attribute.nested {
            Some(nested) => {
                let (config, prior) = (nested.objects(config), nested.objects(prior));
                config.len() == prior.len()
                    && config
                        .iter()
                        .zip(&prior)
                        .all(|((_, config), (_, prior))| continues(nested.schema, config, prior))
            }
            None => super::replace::same(&attribute.ty, config, prior),
        }
    })
}
