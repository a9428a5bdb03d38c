//! Environment variables that stand in for arguments of the provider block.

use super::{Attribute, Objection, Schema, Way, value_of};
use crate::secret::Secret;
use crate::value::{Dynamic, Number, Object, Path, Type};

impl Schema {
    /// The ways to say `of` that `config` goes, each with an attribute of it that is set, in order of declaration.
    pub fn ways(&self, of: &str, config: &Object) -> Vec<(&'static str, &'static str)> {
        let mut ways: Vec<(&'static str, &'static str)> = Vec::new();
        for attribute in &self.attributes {
            if let Some(way) = attribute.way
                && way.of == of
                && *value_of(config, attribute) != Dynamic::Null
                && ways.iter().all(|(name, _)| *name != way.name)
            {
                ways.push((way.name, attribute.name));
            }
        }
        ways
    }

    /// Fills what `config` leaves out from the environment. Where it has gone one of several ways to say something, the
    /// variables of the others are not read. A variable that is empty is not set.
    pub fn complete(
        &self,
        config: &Object,
        environment: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Object, Objection> {
        let mut complete = config.clone();
        for attribute in &self.attributes {
            let Some(variable) = attribute.environment else {
                continue;
            };
            if *value_of(config, attribute) == Dynamic::Null
                && attribute.way.is_none_or(|way| self.is_open(way, config))
                && let Some(text) = environment(variable).filter(|text| !text.is_empty())
            {
                complete.insert(attribute.name.to_owned(), read(attribute, variable, text)?);
            }
        }
        Ok(complete)
    }

    fn is_open(&self, way: Way, config: &Object) -> bool {
        let gone = self.ways(way.of, config);
        gone.is_empty() || gone.iter().any(|(name, _)| *name == way.name)
    }
}

fn read(attribute: &Attribute, variable: &str, text: String) -> Result<Dynamic, Objection> {
    let path = Path::attribute(attribute.name);
    let objection = |what: &str| Objection {
        path: path.clone(),
        summary: format!("Invalid {variable}"),
        detail: format!("{what} The value comes from the environment variable {variable}."),
    };
    let value = parse(&attribute.ty, text)
        .ok_or_else(|| objection(&format!("It has to be {}.", wanted(attribute))))?;
    let mut rules = attribute.rules.iter();
    let complaint = rules.find_map(|rule| rule.complaints(&value, &attribute.ty, &path).into_iter().next());
    match complaint {
        Some((_, complaint)) => Err(objection(&complaint)),
        None => Ok(value),
    }
}

/// Such as "a number, between 1 and 256".
fn wanted(attribute: &Attribute) -> String {
    let ty = match &attribute.ty {
        Type::Bool => "true or false",
        ty => ty.name(),
    };
    let rules = attribute.rules.iter().map(|rule| rule.text.as_str());
    let all: Vec<_> = std::iter::once(ty).chain(rules).collect();
    all.join(", ")
}

fn parse(ty: &Type, text: String) -> Option<Dynamic> {
    match ty {
        Type::Bool => match text.to_ascii_lowercase().as_str() {
            "true" | "1" => Some(Dynamic::Bool(true)),
            "false" | "0" => Some(Dynamic::Bool(false)),
            _ => None,
        },
        Type::Number => {
            let number = Number::Text(text.trim().to_owned());
            match number.as_i64() {
                Some(number) => Some(Dynamic::Number(Number::Int(number))),
                None => number.as_f64().map(|_| Dynamic::Number(number)),
            }
        }
        Type::String => Some(Dynamic::String(text)),
        Type::Secret => Some(Dynamic::Secret(Secret::new(text))),
        _ => None,
    }
}
