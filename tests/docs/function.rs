//! What the page of a function says, as tfplugindocs has it.

use serde_json::Value;
use terraform_plugin::testing::generated::tfplugin6 as pb;

/// What a template may refer to.
pub fn values(name: &str, function: &pb::Function) -> [(&'static str, String); 4] {
    [
        ("Summary", function.summary.clone()),
        ("Description", function.description.clone()),
        ("FunctionSignatureMarkdown", signature(name, function)),
        ("FunctionArgumentsMarkdown", arguments(function)),
    ]
}

fn signature(name: &str, function: &pb::Function) -> String {
    let parameters = function.parameters.iter();
    let parameters: Vec<_> = parameters
        .map(|it| format!("{} {}", it.name, type_name(&it.r#type)))
        .collect();
    let result = function.r#return.as_ref().expect("a result");
    format!(
        "```text\n{name}({}) {}\n```",
        parameters.join(", "),
        type_name(&result.r#type)
    )
}

fn arguments(function: &pb::Function) -> String {
    let parameters = (1..).zip(&function.parameters);
    let lines: Vec<_> = parameters
        .map(|(number, it)| {
            let nullable = if it.allow_null_value { ", Nullable" } else { "" };
            format!(
                "{number}. `{}` ({}{nullable}) {}",
                it.name,
                capitalized(&type_name(&it.r#type)),
                it.description
            )
        })
        .collect();
    lines.join("\n")
}

/// Without what is inside: `set of string`, `object`.
fn type_name(json: &[u8]) -> String {
    fn named(ty: &Value) -> String {
        match ty {
            Value::Array(of) if of[0] == "object" => "object".to_owned(),
            Value::Array(of) => format!("{} of {}", of[0].as_str().expect("a name"), named(&of[1])),
            other => other.as_str().expect("a name").to_owned(),
        }
    }
    named(&serde_json::from_slice(json).expect("a type"))
}

fn capitalized(text: &str) -> String {
    let (first, rest) = text.split_at(1);
    first.to_uppercase() + rest
}
