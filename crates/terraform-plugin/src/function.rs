//! What a function is to the server (protocol 6.5).
//!
//! Terraform calls functions in processes that are not configured, during validation and in its console too, so a
//! function has no client. It calls them repeatedly and insists on the same result, which it prints if it is not
//! (Terraform `internal/lang/function_results.go`): no clock, no randomness.

use crate::value::{Dynamic, Path, PathError, Type, Wire};

/// A function that depends on nothing but its arguments.
pub trait Function: Send + Sync + 'static {
    /// The arguments: a tuple of [`Argument`]s, such as `(String,)`.
    type Arguments: Arguments;
    /// The result.
    type Result: Wire;

    /// Its name, without the provider's.
    const NAME: &'static str;

    /// What it says of itself.
    fn signature(&self) -> Signature;

    /// Calls it.
    fn call(&self, arguments: Self::Arguments) -> Result<Self::Result, FunctionError>;
}

/// What a function says of itself. The types come from [`Function::Arguments`] and [`Function::Result`].
pub struct Signature {
    /// One sentence.
    pub summary: &'static str,
    /// Markdown: what it does, and when it fails.
    pub description: &'static str,
    /// Names and descriptions of the parameters.
    pub parameters: Vec<(&'static str, &'static str)>,
}

/// Why there is no result. Terraform does not redact it, so it never quotes an argument, which may be a secret.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FunctionError {
    /// What is wrong, without a full stop: the CLI adds one.
    pub text: String,
    /// The argument that it is about, counted from 0.
    pub argument: Option<i64>,
}

impl FunctionError {
    /// An error about the argument at `position`, counted from 0. The first choice: `OpenTofu` takes an error without a
    /// position for one about the first argument.
    pub fn at(position: i64, text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            argument: Some(position),
        }
    }

    /// An error about no single argument.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            argument: None,
        }
    }
}

/// One argument. What is not an `Option` is never null; nothing is ever unknown.
pub trait Argument: Sized {
    /// Whether null is passed to the function.
    const NULLABLE: bool;

    /// Its type.
    fn ty() -> Type;

    /// Reads it.
    fn read(value: Dynamic) -> Result<Self, PathError>;
}

impl<T: Wire> Argument for T {
    const NULLABLE: bool = false;

    fn ty() -> Type {
        T::ty()
    }

    fn read(value: Dynamic) -> Result<Self, PathError> {
        T::read(value, &Path::root())
    }
}

impl<T: Wire> Argument for Option<T> {
    const NULLABLE: bool = true;

    fn ty() -> Type {
        T::ty()
    }

    fn read(value: Dynamic) -> Result<Self, PathError> {
        match value {
            Dynamic::Null => Ok(None),
            value => T::read(value, &Path::root()).map(Some),
        }
    }
}

/// All arguments of a function.
pub trait Arguments: Sized {
    /// Type of each, and whether it may be null.
    fn types() -> Vec<(Type, bool)>;

    /// Reads them, one for each of [`Arguments::types`].
    fn read(values: Vec<Dynamic>) -> Result<Self, FunctionError>;
}

macro_rules! arguments {
    ($($name:ident)*) => {
        impl<$($name: Argument),*> Arguments for ($($name,)*) {
            fn types() -> Vec<(Type, bool)> {
                vec![$(($name::ty(), $name::NULLABLE)),*]
            }

            #[allow(unused_mut, unused_variables, non_snake_case, reason = "a function may have no argument")]
            fn read(values: Vec<Dynamic>) -> Result<Self, FunctionError> {
                let mut values = (0..).zip(values);
                $(
                    let (position, value) = values
                        .next()
                        .ok_or_else(|| FunctionError::new("too few arguments"))?;
                    let $name = $name::read(value).map_err(|error| FunctionError::at(position, error.message))?;
                )*
                Ok(($($name,)*))
            }
        }
    };
}

arguments! {}
arguments! { A }
arguments! { A B }
arguments! { A B C }
arguments! { A B C D }

/// The faults of a function's signature.
#[cfg(feature = "testing")]
pub(super) fn self_check(signature: &Signature, types: usize) -> Vec<String> {
    let mut faults = Vec::new();
    let sentences = |text: &str| text.ends_with('.');
    if !sentences(signature.summary) || !sentences(signature.description) {
        faults.push("summary and description have to be sentences".to_owned());
    }
    if signature.parameters.len() != types {
        faults.push(format!(
            "{types} arguments, but {} parameters",
            signature.parameters.len()
        ));
    }
    for (position, (name, description)) in signature.parameters.iter().enumerate() {
        if !super::hcl::is_identifier(name) {
            faults.push(format!("{name}: no identifier"));
        }
        if signature.parameters[..position]
            .iter()
            .any(|(earlier, _)| earlier == name)
        {
            faults.push(format!("{name}: two parameters have this name"));
        }
        if !sentences(description) {
            faults.push(format!("{name}: the description has to be sentences"));
        }
    }
    faults
}
