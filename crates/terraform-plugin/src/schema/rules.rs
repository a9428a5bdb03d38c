//! Rules that single attributes obey, checked at plan for every value that is known by then.

use std::fmt;
use std::sync::Arc;

use crate::value::{Dynamic, Path, Step, Type};

/// What is wrong with a value: a sentence that never repeats a secret.
pub type Complaint = String;

type Check = dyn Fn(&Dynamic) -> Result<(), Complaint> + Send + Sync;

/// One rule and the words in which the documentation states it.
#[derive(Clone)]
pub struct Rule {
    /// For the documentation, for example "between 1 and 2147483647".
    pub text: String,
    subject: Subject,
    check: Arc<Check>,
}

/// What a rule is about.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Subject {
    Text,
    Number,
    Collection,
    /// The texts in a collection, one by one.
    Elements,
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rule")
            .field("text", &self.text)
            .finish_non_exhaustive()
    }
}

impl Rule {
    /// Checks `value`, a value of `ty` found at `path`; complaints come with the exact path.
    pub(crate) fn complaints(&self, value: &Dynamic, ty: &Type, path: &Path) -> Vec<(Path, Complaint)> {
        let found =
            |value: &Dynamic, path: Path| (self.check)(value).err().map(|complaint| (path, complaint));
        match value {
            Dynamic::Null | Dynamic::Unknown => Vec::new(),
            _ if self.subject == Subject::Elements => elements(value, ty, path)
                .into_iter()
                .filter(|(_, element)| !matches!(element, Dynamic::Unknown))
                .filter_map(|(path, element)| found(element, path))
                .collect(),
            _ => found(value, path.clone()).into_iter().collect(),
        }
    }

    /// True if the rule can be about values of this type.
    #[cfg(feature = "testing")]
    pub(crate) fn suits(&self, ty: &Type) -> bool {
        let is_text = |ty: &Type| matches!(ty, Type::String | Type::Secret);
        match (self.subject, ty) {
            (Subject::Text, ty) => is_text(ty),
            (Subject::Number, ty) => *ty == Type::Number,
            (Subject::Elements, Type::List(element) | Type::Set(element) | Type::Map(element)) => {
                is_text(element)
            }
            (Subject::Collection, ty) => matches!(ty, Type::List(_) | Type::Set(_) | Type::Map(_)),
            (Subject::Elements, _) => false,
        }
    }
}

/// The elements of a collection. One of a set has no index that Terraform could point at, so the complaint names it.
fn elements<'a>(value: &'a Dynamic, ty: &Type, path: &Path) -> Vec<(Path, &'a Dynamic)> {
    match (value, ty) {
        (Dynamic::Sequence(elements), Type::List(_)) => (0..)
            .map(|index| path.then(Step::Index(index)))
            .zip(elements)
            .collect(),
        (Dynamic::Sequence(elements), _) => elements.iter().map(|element| (path.clone(), element)).collect(),
        (Dynamic::Map(entries), _) => entries
            .iter()
            .map(|(key, element)| (path.then(Step::Key(key.clone())), element))
            .collect(),
        _ => Vec::new(),
    }
}

/// A rule for text.
pub fn text(words: &str, check: impl Fn(&str) -> Result<(), Complaint> + Send + Sync + 'static) -> Rule {
    Rule {
        text: words.to_owned(),
        subject: Subject::Text,
        check: Arc::new(move |value| match value {
            Dynamic::String(text) => check(text),
            Dynamic::Secret(secret) => check(secret.expose()), // looked at, never repeated
            _ => Ok(()),
        }),
    }
}

/// A rule for every element of a collection of strings. A null element breaks it.
pub fn each(words: &str, check: impl Fn(&str) -> Result<(), Complaint> + Send + Sync + 'static) -> Rule {
    Rule {
        text: format!("each {words}"),
        subject: Subject::Elements,
        check: Arc::new(move |value| match value {
            Dynamic::String(text) => check(text),
            Dynamic::Null => Err("An element must not be null.".to_owned()),
            _ => Ok(()),
        }),
    }
}

/// A whole number from `low` to `high`.
pub fn between(low: i64, high: i64) -> Rule {
    Rule {
        text: format!("between {low} and {high}"),
        subject: Subject::Number,
        check: Arc::new(move |value| match value {
            Dynamic::Number(number) => match number.as_i64() {
                Some(number) if (low..=high).contains(&number) => Ok(()),
                Some(number) => Err(format!("{number} is not between {low} and {high}.")),
                None => Err(format!("A whole number between {low} and {high} is required.")),
            },
            _ => Ok(()),
        }),
    }
}

/// A number from `low` to `high`, whole or not.
pub fn within(low: i32, high: i32) -> Rule {
    let range = f64::from(low)..=f64::from(high);
    Rule {
        text: format!("between {low} and {high}, fractions included"),
        subject: Subject::Number,
        check: Arc::new(move |value| match value {
            Dynamic::Number(number) => match number.as_f64() {
                Some(number) if range.contains(&number) => Ok(()),
                Some(number) => Err(format!("{number} is not between {low} and {high}.")),
                None => Err(format!("A number between {low} and {high} is required.")),
            },
            _ => Ok(()),
        }),
    }
}

/// At least one element.
pub fn not_empty() -> Rule {
    Rule {
        text: "at least one element".to_owned(),
        subject: Subject::Collection,
        check: Arc::new(|value| {
            let is_empty = match value {
                Dynamic::Sequence(elements) => elements.is_empty(),
                Dynamic::Map(entries) => entries.is_empty(),
                _ => false,
            };
            if is_empty {
                Err("At least one element is required.".to_owned())
            } else {
                Ok(())
            }
        }),
    }
}

/// Every element one of `allowed`.
pub fn each_one_of(allowed: &'static [&'static str]) -> Rule {
    let list = allowed.join(", ");
    each(&format!("one of {list}"), move |text| {
        if allowed.contains(&text) {
            Ok(())
        } else {
            Err(format!("{text:?} is not one of {list}."))
        }
    })
}

/// Text for people: not blank, without control characters, at most `limit` characters.
pub fn label(limit: usize) -> Rule {
    text(
        &format!("1 to {limit} characters, no control characters"),
        move |text| {
            if text.trim().is_empty() {
                Err("A text that is not blank is required.".to_owned())
            } else if text.trim() != text {
                Err("The text begins or ends with a blank, which may be lost.".to_owned())
            } else if text.chars().any(char::is_control) {
                Err("The text holds a control character such as a line break.".to_owned())
            } else if text.chars().count() > limit {
                Err(format!(
                    "The text has {} characters; {limit} are allowed.",
                    text.chars().count()
                ))
            } else {
                Ok(())
            }
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Number;

    fn complaints(rule: &Rule, value: &Dynamic) -> Vec<String> {
        complaints_in(rule, value, &Type::strings())
    }

    fn complaints_in(rule: &Rule, value: &Dynamic, ty: &Type) -> Vec<String> {
        rule.complaints(value, ty, &Path::attribute("a"))
            .into_iter()
            .map(|(path, text)| format!("{path}: {text}"))
            .collect()
    }

    #[test]
    fn unknown_and_null_values_break_no_rule() {
        for value in [Dynamic::Null, Dynamic::Unknown] {
            assert!(complaints(&between(1, 2), &value).is_empty());
            assert!(complaints(&each_one_of(&["x"]), &value).is_empty());
        }
    }

    #[test]
    fn numbers_outside_the_range_are_named() {
        let rule = between(1, 10);
        assert_eq!(
            complaints(&rule, &Dynamic::Number(Number::Int(0))),
            ["a: 0 is not between 1 and 10."]
        );
        assert!(complaints(&rule, &Dynamic::Number(Number::Int(10))).is_empty());
        assert_eq!(
            complaints(&rule, &Dynamic::Number(Number::Text("0.5".to_owned()))),
            ["a: A whole number between 1 and 10 is required."]
        );
    }

    #[test]
    fn fractions_are_within_the_range_where_they_are_taken() {
        let said = |number| complaints(&within(0, 10), &Dynamic::Number(number));
        let text = |text: &str| Number::Text(text.to_owned());
        for number in [Number::Int(0), Number::Int(10), Number::Float(0.5), text("0.1")] {
            assert!(said(number.clone()).is_empty(), "{number:?}");
        }
        assert_eq!(said(Number::Float(-0.5)), ["a: -0.5 is not between 0 and 10."]);
        assert_eq!(said(text("10.1")), ["a: 10.1 is not between 0 and 10."]);
        assert_eq!(said(text("1e999")), ["a: A number between 0 and 10 is required."]);
    }

    #[test]
    fn the_complaint_names_the_element() {
        let set = Dynamic::Sequence(vec![
            Dynamic::String("x".to_owned()),
            Dynamic::Unknown,
            Dynamic::String("y".to_owned()),
        ]);
        assert_eq!(
            complaints(&each_one_of(&["x"]), &set),
            ["a: \"y\" is not one of x."]
        );
        let list = Type::List(Box::new(Type::String));
        assert_eq!(
            complaints_in(&each_one_of(&["x"]), &set, &list),
            ["a[2]: \"y\" is not one of x."]
        );
        let map = Dynamic::Map([("k".to_owned(), Dynamic::Null)].into());
        assert_eq!(
            complaints_in(&each_one_of(&["x"]), &map, &Type::Map(Box::new(Type::String))),
            ["a[\"k\"]: An element must not be null."]
        );
    }

    #[test]
    fn labels_are_for_people() {
        let value = |text: &str| Dynamic::String(text.to_owned());
        assert!(complaints(&label(5), &value("Okta")).is_empty());
        assert_eq!(complaints(&label(5), &value(" ")).len(), 1);
        assert_eq!(complaints(&label(5), &value("a\nb")).len(), 1);
        assert_eq!(complaints(&label(5), &value("abcdef")).len(), 1);
    }
}
