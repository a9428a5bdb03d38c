//! The RPCs about a function. Their answers have no list of messages, and a function has no client.

use crate::function::{Arguments as _, Function, FunctionError};
use crate::generated::tfplugin6 as pb;
use crate::object::{decode_value, encode_value};
use crate::served::Served;
use crate::value::{Type, Wire as _};
use crate::{Diagnostics, text};

/// The RPCs about a function of any signature.
pub(crate) trait FunctionRpcs: Send + Sync {
    /// Its name.
    fn name(&self) -> &'static str;
    /// Its declaration.
    fn declaration(&self) -> pb::Function;
    /// What Terraform would object to.
    #[cfg(feature = "testing")]
    fn self_check(&self) -> Vec<String>;
    /// See [`Function::call`].
    fn call(&self, arguments: Vec<pb::DynamicValue>) -> Result<pb::DynamicValue, FunctionError>;
}

impl<F: Function> FunctionRpcs for Served<F> {
    fn name(&self) -> &'static str {
        F::NAME
    }

    fn declaration(&self) -> pb::Function {
        let signature = self.0.signature();
        let types = F::Arguments::types();
        let parameters = signature.parameters.iter().zip(types);
        pb::Function {
            parameters: parameters
                .map(|((name, description), (ty, nullable))| pb::function::Parameter {
                    name: (*name).to_owned(),
                    r#type: notation(&ty),
                    allow_null_value: nullable,
                    allow_unknown_values: false,
                    description: (*description).to_owned(),
                    description_kind: pb::StringKind::Markdown.into(),
                })
                .collect(),
            r#return: Some(pb::function::Return {
                r#type: notation(&F::Result::ty()),
            }),
            summary: signature.summary.to_owned(),
            description: signature.description.to_owned(),
            description_kind: pb::StringKind::Markdown.into(),
            ..Default::default()
        }
    }

    #[cfg(feature = "testing")]
    fn self_check(&self) -> Vec<String> {
        crate::function::self_check(&self.0.signature(), F::Arguments::types().len())
    }

    fn call(&self, arguments: Vec<pb::DynamicValue>) -> Result<pb::DynamicValue, FunctionError> {
        let types = F::Arguments::types();
        if arguments.len() != types.len() {
            let text = format!("{} arguments are required, not {}", types.len(), arguments.len());
            return Err(FunctionError::new(text));
        }
        let mut values = Vec::with_capacity(types.len());
        for (position, (argument, (ty, _))) in (0..).zip(arguments.into_iter().zip(types)) {
            // what is wrong may be quoted from the value, which may be a secret
            let value = decode_value(Some(argument), &ty)
                .map_err(|_| FunctionError::at(position, format!("{} is required", ty.name())))?;
            values.push(value);
        }
        let result = self.0.call(F::Arguments::read(values)?)?.write();
        encode_value(&result, &F::Result::ty())
            .ok()
            .filter(|_| !result.has_unknown())
            .ok_or_else(|| {
                FunctionError::new("the provider returned an invalid result, which is a defect of it")
            })
    }
}

fn notation(ty: &Type) -> Vec<u8> {
    ty.to_json().to_string().into_bytes()
}

/// The longest text of an error, in bytes.
const LONGEST_TEXT: usize = 4 << 10;

/// An error as it is sent: printable, short, and without the full stop that the CLI adds.
pub(crate) fn error(error: &FunctionError) -> pb::FunctionError {
    let text = text::lines(&text::cut(&error.text, LONGEST_TEXT));
    pb::FunctionError {
        text: text.trim_end().trim_end_matches('.').to_owned(),
        function_argument: error.argument,
    }
}

/// What a defect of the provider is to the caller.
pub(crate) fn defect(diagnostics: &Diagnostics) -> FunctionError {
    let details = diagnostics.0.iter().map(|diagnostic| diagnostic.detail.as_str());
    FunctionError::new(details.collect::<Vec<_>>().join(" "))
}
