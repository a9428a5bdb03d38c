//! From this crate's vocabulary to the protocol's messages.

use super::Diagnostics;
use super::diagnostic::Severity;
use super::generated::tfplugin6 as pb;
use super::generated::tfplugin6::attribute_path::step::Selector;
use crate::schema::Attribute;
use crate::schema::Kind;
use crate::schema::Schema;
use crate::value::Path;
use crate::value::Step;

/// A schema.
pub fn schema(schema: &Schema) -> pb::Schema {
    pb::Schema {
        version: schema.version,
        block: Some(pb::schema::Block {
            version: schema.version,
            attributes: schema.attributes.iter().map(attribute).collect(),
            description: schema.description.to_owned(),
            description_kind: pb::StringKind::Markdown.into(),
            ..Default::default()
        }),
    }
}

fn attribute(attribute: &Attribute) -> pb::schema::Attribute {
    pb::schema::Attribute {
        name: attribute.name.to_owned(),
        r#type: attribute.ty.to_json().to_string().into_bytes(),
        description: attribute.description.to_owned(),
        description_kind: pb::StringKind::Markdown.into(),
        required: attribute.kind == Kind::Required,
        optional: matches!(attribute.kind, Kind::Optional | Kind::OptionalComputed),
        computed: attribute.is_computed(),
        sensitive: attribute.sensitive(),
        write_only: attribute.write_only,
        ..Default::default()
    }
}

/// Messages.
pub fn diagnostics(diagnostics: Diagnostics) -> Vec<pb::Diagnostic> {
    diagnostics
        .0
        .into_iter()
        .map(|diagnostic| pb::Diagnostic {
            severity: match diagnostic.severity {
                Severity::Error => pb::diagnostic::Severity::Error,
                Severity::Warning => pb::diagnostic::Severity::Warning,
            }
            .into(),
            summary: diagnostic.summary,
            detail: diagnostic.detail,
            attribute: diagnostic.path.map(path),
        })
        .collect()
}

/// A path.
pub fn path(path: Path) -> pb::AttributePath {
    pb::AttributePath {
        steps: path
            .0
            .into_iter()
            .map(|step| pb::attribute_path::Step {
                selector: Some(match step {
                    Step::Attribute(name) => Selector::AttributeName(name),
                    Step::Key(key) => Selector::ElementKeyString(key),
                    Step::Index(index) => Selector::ElementKeyInt(index),
                }),
            })
            .collect(),
    }
}
