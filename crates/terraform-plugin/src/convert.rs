//! From this crate's vocabulary to the protocol's messages.

use super::Diagnostics;
use super::diagnostic::{Diagnostic, Severity};
use super::generated::tfplugin6 as pb;
use super::generated::tfplugin6::attribute_path::step::Selector;
use crate::schema::{Attribute, Kind, Nested, Nesting, Schema};
use crate::text;
use crate::value::{Path, Step};

/// A schema.
pub fn schema(schema: &Schema) -> pb::Schema {
    pb::Schema {
        version: schema.version,
        block: Some(block(schema)),
    }
}

fn block(schema: &Schema) -> pb::schema::Block {
    pb::schema::Block {
        version: schema.version,
        attributes: attributes(schema),
        block_types: schema.attributes.iter().filter_map(nested_block).collect(),
        description: schema.description.to_owned(),
        description_kind: pb::StringKind::Markdown.into(),
        ..Default::default()
    }
}

fn attributes(schema: &Schema) -> Vec<pb::schema::Attribute> {
    let attributes = schema.attributes.iter();
    attributes
        .filter(|attribute| attribute.block.is_none())
        .map(attribute)
        .collect()
}

fn attribute(attribute: &Attribute) -> pb::schema::Attribute {
    pb::schema::Attribute {
        name: attribute.name.to_owned(),
        r#type: match attribute.nested {
            Some(_) => Vec::new(),
            None => attribute.ty.to_json().to_string().into_bytes(),
        },
        nested_type: attribute.nested.as_ref().map(nested_type),
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

/// With attributes of its own, each of which is sensitive or not by itself.
fn nested_type(nested: &Nested) -> pb::schema::Object {
    use pb::schema::object::NestingMode;
    pb::schema::Object {
        attributes: attributes(nested.schema),
        nesting: match nested.nesting {
            Nesting::Single => NestingMode::Single,
            Nesting::List => NestingMode::List,
            Nesting::Set => NestingMode::Set,
            Nesting::Map => NestingMode::Map,
        }
        .into(),
    }
}

fn nested_block(attribute: &Attribute) -> Option<pb::schema::NestedBlock> {
    use pb::schema::nested_block::NestingMode;
    let (items, nested) = (attribute.block?, attribute.nested?);
    let mut block = block(nested.schema);
    attribute.description.clone_into(&mut block.description);
    let (min, max) = match nested.nesting {
        Nesting::Single => (items.min, items.min), // core wants both to say whether it is required
        _ => (items.min, items.max),
    };
    Some(pb::schema::NestedBlock {
        type_name: attribute.name.to_owned(),
        block: Some(block),
        nesting: match nested.nesting {
            Nesting::Single => NestingMode::Single,
            Nesting::List => NestingMode::List,
            Nesting::Set => NestingMode::Set,
            Nesting::Map => NestingMode::Map,
        }
        .into(),
        min_items: min.into(),
        max_items: max.into(),
    })
}

/// The longest summary, in bytes. The CLI shows it on one line, in bold.
const LONGEST_SUMMARY: usize = 200;
/// The longest detail, in bytes, without a suggestion.
const LONGEST_DETAIL: usize = 4 << 10;

/// Messages. Whatever a service, a certificate or a file managed to put into them, nothing but text, line breaks and
/// spaces reaches a terminal, and not much of it.
pub fn diagnostics(diagnostics: Diagnostics) -> Vec<pb::Diagnostic> {
    diagnostics.0.into_iter().map(diagnostic).collect()
}

fn diagnostic(diagnostic: Diagnostic) -> pb::Diagnostic {
    let mut detail = text::lines(&text::cut(&diagnostic.detail, LONGEST_DETAIL));
    if let Some(suggestion) = diagnostic.suggestion {
        detail.push_str("\n\n");
        detail.push_str(&text::lines(&suggestion));
    }
    pb::Diagnostic {
        severity: match diagnostic.severity {
            Severity::Error => pb::diagnostic::Severity::Error,
            Severity::Warning => pb::diagnostic::Severity::Warning,
        }
        .into(),
        summary: text::line(&text::cut(&diagnostic.summary, LONGEST_SUMMARY)),
        detail,
        // one without steps would be taken for that of an attribute, and no line of the configuration would be shown
        // (Terraform internal/tfdiags/contextual.go)
        attribute: diagnostic.path.filter(|path| !path.0.is_empty()).map(path),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(told: Diagnostics) -> pb::Diagnostic {
        let mut sent = diagnostics(told);
        assert_eq!(sent.len(), 1);
        sent.remove(0)
    }

    #[test]
    fn what_is_sent_is_printable_and_short() {
        let hostile = "\u{1b}[1;32mApply complete!\u{202e}\u{e0041}\r";
        let told = sent(Diagnostics::error(
            format!("a\nb{hostile}"),
            format!("c\n\nd{hostile}"),
        ));
        assert_eq!(told.summary, "a b [1;32mApply complete!   ");
        assert_eq!(told.detail, "c\n\nd [1;32mApply complete!   ");

        let told = sent(Diagnostics::warning("é".repeat(1 << 20), "é".repeat(1 << 20)));
        assert!(told.summary.len() <= LONGEST_SUMMARY && told.summary.ends_with("é…"));
        assert!(told.detail.len() <= LONGEST_DETAIL && told.detail.ends_with("é…"));
    }

    #[test]
    fn a_suggestion_is_never_cut() {
        let block = "  import {\n    to = x.NAME\n  }".to_owned();
        let told = sent(Diagnostics::error("s", "x".repeat(1 << 20)).suggesting(Some(block.clone())));
        assert!(told.detail.ends_with(&format!("x…\n\n{block}")));
        assert_eq!(sent(Diagnostics::error("s", "d").suggesting(None)).detail, "d");
    }

    #[test]
    fn a_message_about_a_whole_object_has_no_path() {
        assert_eq!(sent(Diagnostics::error("s", "d")).attribute, None);
        let root = Some(Path::root());
        assert_eq!(
            sent(Diagnostics::of(Severity::Error, root, "s", "d")).attribute,
            None
        );
        assert!(sent(Diagnostics::error_at("name", "s", "d")).attribute.is_some());
    }
}
