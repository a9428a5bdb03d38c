//! Where in an object something is.

use std::fmt;

/// One step into a value.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Step {
    /// An attribute of an object.
    Attribute(String),
    /// A key of a map.
    Key(String),
    /// A position in a list.
    Index(i64),
}

/// The way from the root of a configuration to a value, such as `domains[0]`.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Path(pub Vec<Step>);

impl Path {
    /// The whole object.
    pub fn root() -> Self {
        Self::default()
    }

    /// The top-level attribute `name`.
    pub fn attribute(name: &str) -> Self {
        Self(vec![Step::Attribute(name.to_owned())])
    }

    /// This path with one more step.
    #[must_use]
    pub fn then(&self, step: Step) -> Self {
        let mut steps = self.0.clone();
        steps.push(step);
        Self(steps)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            match step {
                Step::Attribute(name) if position == 0 => write!(f, "{name}")?,
                Step::Attribute(name) => write!(f, ".{name}")?,
                Step::Key(key) => write!(f, "[{key:?}]")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

/// A value that is not what its type says. The message never holds the value, which may be a secret.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{path}: {message}")]
pub struct PathError {
    /// Where.
    pub path: Path,
    /// What is wrong, as a sentence without a full stop.
    pub message: String,
}

impl PathError {
    /// An error at `path`.
    pub(crate) fn new(path: &Path, message: impl Into<String>) -> Self {
        Self {
            path: path.clone(),
            message: message.into(),
        }
    }
}
