//! What was found out, in words that are this program's own: nothing of a tenant fits in, whatever it answers.

use std::collections::BTreeMap;

use serde_json::Value;

use super::questions::{Known, question};
use super::words;
use crate::access::Look;

/// Something that was seen beside an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// A status, a time in minutes or seconds, a count.
    Number(i64),
    /// Words from this program's list.
    Words(Vec<&'static str>),
    /// The names of fields, sorted, those that are not known as words.
    Fields(Vec<String>),
}

/// What is known of a question.
#[derive(Debug, Default)]
pub struct Finding {
    /// The known answer that it is.
    pub answer: Option<&'static Known>,
    /// It was answered in none of the known ways.
    pub is_new: bool,
    /// Why there is no answer.
    pub why_not: Option<&'static str>,
    /// What was seen.
    pub facts: Vec<(&'static str, Fact)>,
}

/// What is known of all questions.
#[derive(Debug, Default)]
pub struct Findings(BTreeMap<&'static str, Finding>);

impl Findings {
    /// Answers the question `id` with the known answer `key`; with any other key, it is answered in a new way.
    pub fn answer(&mut self, id: &'static str, key: &str) -> &mut Self {
        let known = question(id);
        debug_assert!(known.is_some(), "there is no question {id}");
        let found = known.and_then(|it| it.answers.iter().find(|answer| answer.key == key));
        let finding = self.0.entry(id).or_default();
        (finding.answer, finding.is_new, finding.why_not) = (found, found.is_none(), None);
        self
    }

    /// Says why the question `id` has no answer, if it has none.
    pub fn unanswered(&mut self, id: &'static str, why: &'static str) {
        debug_assert!(question(id).is_some(), "there is no question {id}");
        let finding = self.0.entry(id).or_default();
        if finding.answer.is_none() && !finding.is_new {
            finding.why_not = Some(why);
        }
    }

    /// Notes what was seen with the question `id`.
    pub fn fact(&mut self, id: &'static str, name: &'static str, fact: Fact) -> &mut Self {
        debug_assert!(question(id).is_some(), "there is no question {id}");
        self.0.entry(id).or_default().facts.push((name, fact));
        self
    }

    /// Notes a number.
    pub fn number(&mut self, id: &'static str, name: &'static str, number: impl Into<i64>) -> &mut Self {
        self.fact(id, name, Fact::Number(number.into()))
    }

    /// Notes the status of an answer, and what may be told of its errors.
    pub fn seen(&mut self, id: &'static str, look: &Look) -> &mut Self {
        self.number(id, "status", look.status());
        if look.is_page() {
            self.fact(id, "body", Fact::Words(vec!["web page"]));
        }
        for error in look.errors().into_iter().take(2) {
            for (name, text) in [("code", error.code), ("message", error.message)] {
                let told = words::told(&text);
                if !told.is_empty() {
                    self.fact(id, name, Fact::Words(told));
                }
            }
        }
        self
    }

    /// Notes the media type of an answer.
    pub fn media_type(&mut self, id: &'static str, look: &Look) -> &mut Self {
        let told = words::media_type(look.content_type().unwrap_or_default());
        self.fact(id, "media type", Fact::Words(told))
    }

    /// Notes the names of the fields of an object.
    pub fn fields(&mut self, id: &'static str, object: Option<&Value>) -> &mut Self {
        self.fields_of(id, "fields", object)
    }

    /// The same, of what is called `what`.
    pub fn fields_of(&mut self, id: &'static str, what: &'static str, object: Option<&Value>) -> &mut Self {
        let Some(object) = object.and_then(Value::as_object) else {
            return self;
        };
        let name = |name: &String| match words::field(name) {
            Some(name) => name.to_owned(),
            None => format!("[{}]", words::told(name).join(" ")),
        };
        let mut names: Vec<_> = object.keys().map(name).collect();
        names.sort_unstable();
        names.dedup();
        names.truncate(40);
        self.fact(id, what, Fact::Fields(names))
    }

    /// What is known of the question `id`.
    pub fn get(&self, id: &str) -> Option<&Finding> {
        self.0.get(id)
    }

    /// The key of the known answer to the question `id`.
    pub fn key(&self, id: &str) -> Option<&'static str> {
        Some(self.get(id)?.answer?.key)
    }
}
