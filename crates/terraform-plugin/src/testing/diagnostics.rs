//! What a provider tells the user.

use std::fmt;

use crate::testing::generated::tfplugin6::attribute_path::step::Selector;
use crate::testing::generated::tfplugin6::{self as proto, diagnostic};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The operation failed.
    Error,
    /// It went on.
    Warning,
}

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// One line.
    pub summary: String,
    /// What to do about it.
    pub detail: String,
    /// What it is about, such as `domains[0]`; empty if it is about the whole.
    pub path: String,
}

/// All messages of one answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics(pub Vec<Diagnostic>);

impl Diagnostics {
    /// Reads what came; a message that says nothing is a violation.
    pub fn read(all: Vec<proto::Diagnostic>) -> Self {
        let read = |diagnostic: proto::Diagnostic| {
            let severity = match diagnostic.severity() {
                diagnostic::Severity::Error => Severity::Error,
                diagnostic::Severity::Warning => Severity::Warning,
                diagnostic::Severity::Invalid => panic!("a diagnostic has no severity: {diagnostic:?}"),
            };
            assert!(
                !diagnostic.summary.is_empty(),
                "a diagnostic has no summary: {diagnostic:?}"
            );
            let path = diagnostic.attribute.as_ref().map(render).unwrap_or_default();
            Diagnostic {
                severity,
                summary: diagnostic.summary,
                detail: diagnostic.detail,
                path,
            }
        };
        Self(all.into_iter().map(read).collect())
    }

    /// One error, for what core itself finds wrong.
    pub(crate) fn error(summary: &str, detail: &str) -> Self {
        let (summary, detail) = (summary.to_owned(), detail.to_owned());
        Self(vec![Diagnostic {
            severity: Severity::Error,
            summary,
            detail,
            path: String::new(),
        }])
    }

    /// These and more.
    #[must_use]
    pub fn and(mut self, more: Self) -> Self {
        self.extend(more);
        self
    }

    /// Adds more.
    pub fn extend(&mut self, more: Self) {
        self.0.extend(more.0);
    }

    /// Only the errors.
    pub fn errors(&self) -> impl Iterator<Item = &Diagnostic> {
        self.0
            .iter()
            .filter(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// Only the warnings.
    pub fn warnings(&self) -> impl Iterator<Item = &Diagnostic> {
        self.0
            .iter()
            .filter(|diagnostic| diagnostic.severity == Severity::Warning)
    }

    /// Whether there is an error.
    pub fn has_errors(&self) -> bool {
        self.errors().next().is_some()
    }

    /// Whether nothing was said.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Panics if there is an error.
    #[track_caller]
    pub fn assert_no_errors(&self) {
        assert!(!self.has_errors(), "unexpected errors:\n{self}");
    }

    /// The one message that contains this text in its summary or detail; where a warning announced an error in the same
    /// words, the error.
    #[track_caller]
    pub fn expect(&self, text: &str) -> &Diagnostic {
        self.errors()
            .chain(self.warnings())
            .find(|it| it.summary.contains(text) || it.detail.contains(text))
            .unwrap_or_else(|| panic!("no diagnostic says {text:?}:\n{self}"))
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Diagnostic {
            severity,
            summary,
            detail,
            path,
        } in &self.0
        {
            let at = if path.is_empty() {
                String::new()
            } else {
                format!(" at {path}")
            };
            writeln!(f, "{severity:?}{at}: {summary}: {detail}")?;
        }
        Ok(())
    }
}

/// `domains[0].name`, `labels["a"]`.
pub(crate) fn render(path: &proto::AttributePath) -> String {
    path.steps
        .iter()
        .fold(String::new(), |text, step| match &step.selector {
            Some(Selector::AttributeName(name)) => crate::testing::value::join(&text, name),
            Some(Selector::ElementKeyString(key)) => format!("{text}[{key:?}]"),
            Some(Selector::ElementKeyInt(index)) => format!("{text}[{index}]"),
            None => panic!("a path step selects nothing: {path:?}"),
        })
}
