//! Errors and warnings as a user of Terraform sees them.

use crate::schema::Objection;
use crate::value::{Path, PathError};

/// How bad it is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Severity {
    /// The operation fails.
    Error,
    /// The operation goes on.
    Warning,
}

/// One message: a short summary, then what is wrong and what to do. Terraform does not redact it, so it never holds
/// a secret. Terraform does not clean it either: that, and cutting it, happens on its way out, whatever is in it here.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// A few words without a full stop.
    pub summary: String,
    /// Sentences: what is wrong, what to do.
    pub detail: String,
    /// Configuration to paste, which follows the detail and is never cut. By whoever makes it, it is printable.
    pub suggestion: Option<String>,
    /// The attribute that it is about.
    pub path: Option<Path>,
}

/// Any number of messages.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Diagnostics(pub Vec<Diagnostic>);

impl Diagnostics {
    /// No message.
    pub fn none() -> Self {
        Self::default()
    }

    /// One error about the whole object.
    pub fn error(summary: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::of(Severity::Error, None, summary, detail)
    }

    /// One error about the attribute `name`.
    pub fn error_at(name: &str, summary: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::of(Severity::Error, Some(Path::attribute(name)), summary, detail)
    }

    /// One warning about the whole object.
    pub fn warning(summary: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::of(Severity::Warning, None, summary, detail)
    }

    /// One warning about the attribute `name`.
    pub fn warning_at(name: &str, summary: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::of(Severity::Warning, Some(Path::attribute(name)), summary, detail)
    }

    /// One message.
    pub fn of(
        severity: Severity,
        path: Option<Path>,
        summary: impl Into<String>,
        detail: impl Into<String>,
    ) -> Self {
        Self(vec![Diagnostic {
            severity,
            summary: summary.into(),
            detail: detail.into(),
            suggestion: None,
            path,
        }])
    }

    /// The same with `configuration` to paste below the last message, such as an
    /// [`import_block`](crate::hcl::import_block).
    #[must_use]
    pub fn suggesting(mut self, configuration: Option<String>) -> Self {
        if let (Some(last), Some(configuration)) = (self.0.last_mut(), configuration) {
            last.suggestion = Some(configuration);
        }
        self
    }

    /// Adds the messages of `other`.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// These messages and those of `other`.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.extend(other);
        self
    }

    /// True if there is an error among them.
    pub fn has_errors(&self) -> bool {
        self.0
            .iter()
            .any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// The same messages, none of which fails the operation.
    #[must_use]
    pub fn into_warnings(mut self) -> Self {
        for diagnostic in &mut self.0 {
            diagnostic.severity = Severity::Warning;
        }
        self
    }

    /// Fails if there is an error among them.
    pub fn into_result(self) -> Result<Self, Self> {
        if self.has_errors() { Err(self) } else { Ok(self) }
    }
}

impl From<Objection> for Diagnostics {
    fn from(objection: Objection) -> Self {
        Self::of(
            Severity::Error,
            Some(objection.path),
            objection.summary,
            objection.detail,
        )
    }
}

impl From<PathError> for Diagnostics {
    fn from(error: PathError) -> Self {
        let mut message = error.message;
        message.push('.');
        if let Some(first) = message.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        Self::of(
            Severity::Error,
            Some(error.path),
            "Value of the wrong type",
            message,
        )
    }
}
