//! A provider's schemas, in the form the rules need.

mod check;
mod config;

pub use self::check::{assert_schema_valid, schema_problems};
pub use self::config::full_config;

pub(crate) use self::config::empty_object;

use std::collections::BTreeMap;

use crate::testing::generated::tfplugin6::schema::{nested_block, object};
use crate::testing::generated::tfplugin6::{self as proto, ServerCapabilities, get_provider_schema};
use crate::testing::value::types::Type;
use crate::testing::value::{Val, join};

/// Everything a provider declares.
#[derive(Clone, Debug)]
pub struct Schemas {
    /// The provider's own configuration.
    pub provider: Schema,
    /// Managed resources.
    pub resources: BTreeMap<String, Schema>,
    /// Data sources.
    pub data_sources: BTreeMap<String, Schema>,
    /// Ephemeral resources.
    pub ephemeral_resources: BTreeMap<String, Schema>,
    /// List resources.
    pub list_resources: BTreeMap<String, Schema>,
    /// Functions.
    pub functions: BTreeMap<String, proto::Function>,
    /// What the server says it can do.
    pub capabilities: ServerCapabilities,
    /// The answer as it came.
    pub raw: get_provider_schema::Response,
}

/// The schema of one thing.
#[derive(Clone, Debug, Default)]
pub struct Schema {
    /// Of the stored form.
    pub version: i64,
    /// What is in it.
    pub block: Block,
}

/// Attributes and nested blocks; also the inside of a nested attribute, which has no blocks.
#[derive(Clone, Debug, Default)]
pub struct Block {
    /// Arguments and results.
    pub attributes: BTreeMap<String, Attribute>,
    /// Nested blocks.
    pub blocks: BTreeMap<String, NestedBlock>,
}

/// One attribute.
#[derive(Clone, Debug)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "that is what a schema says about an attribute"
)]
pub struct Attribute {
    /// What it holds.
    pub kind: Kind,
    /// Has to be set.
    pub required: bool,
    /// May be set.
    pub optional: bool,
    /// May be set by the provider.
    pub computed: bool,
    /// Not to be shown.
    pub sensitive: bool,
    /// Never stored.
    pub write_only: bool,
}

/// What an attribute holds.
#[derive(Clone, Debug)]
pub enum Kind {
    /// A value of a type.
    Plain(Type),
    /// Attributes of their own.
    Nested(Nesting, Block),
}

/// How often a nested thing occurs and how it is told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nesting {
    /// At most once.
    Single,
    /// Once, never null (blocks only).
    Group,
    /// In order.
    List,
    /// By content.
    Set,
    /// By key.
    Map,
}

/// A nested block.
#[derive(Clone, Debug)]
pub struct NestedBlock {
    /// How often.
    pub nesting: Nesting,
    /// What is in it.
    pub block: Block,
    /// At least.
    pub min: i64,
    /// At most, unless 0.
    pub max: i64,
}

impl Schemas {
    /// Reads the answer of `GetProviderSchema`, after checking it as core does.
    pub fn read(raw: get_provider_schema::Response) -> Self {
        assert_schema_valid(&raw);
        let all = |schemas: &BTreeMap<String, proto::Schema>| {
            schemas
                .iter()
                .map(|(name, schema)| (name.clone(), Schema::read(schema)))
                .collect()
        };
        Self {
            provider: raw.provider.as_ref().map(Schema::read).unwrap_or_default(),
            resources: all(&raw.resource_schemas),
            data_sources: all(&raw.data_source_schemas),
            ephemeral_resources: all(&raw.ephemeral_resource_schemas),
            list_resources: all(&raw.list_resource_schemas),
            functions: raw.functions.clone(),
            capabilities: raw.server_capabilities.unwrap_or_default(),
            raw,
        }
    }

    /// The schema of a managed resource.
    pub fn resource(&self, type_name: &str) -> &Schema {
        self.resources
            .get(type_name)
            .unwrap_or_else(|| panic!("the provider does not support {type_name}"))
    }
}

impl Schema {
    fn read(schema: &proto::Schema) -> Self {
        let block = schema.block.as_ref().map(Block::read).unwrap_or_default();
        Self {
            version: schema.version,
            block,
        }
    }
}

impl Block {
    fn read(block: &proto::schema::Block) -> Self {
        let blocks = block.block_types.iter().map(|nested| {
            let nesting = match nested.nesting() {
                nested_block::NestingMode::Invalid => panic!("{}: no nesting mode", nested.type_name),
                nested_block::NestingMode::Single => Nesting::Single,
                nested_block::NestingMode::Group => Nesting::Group,
                nested_block::NestingMode::List => Nesting::List,
                nested_block::NestingMode::Set => Nesting::Set,
                nested_block::NestingMode::Map => Nesting::Map,
            };
            let inside = nested.block.as_ref().map(Self::read).unwrap_or_default();
            let block = NestedBlock {
                nesting,
                block: inside,
                min: nested.min_items,
                max: nested.max_items,
            };
            (nested.type_name.clone(), block)
        });
        Self {
            attributes: attributes(&block.attributes),
            blocks: blocks.collect(),
        }
    }

    /// The type of the objects this describes.
    pub fn ty(&self) -> Type {
        let attributes = self
            .attributes
            .iter()
            .map(|(name, attribute)| (name.clone(), attribute.ty()));
        let blocks = self
            .blocks
            .iter()
            .map(|(name, nested)| (name.clone(), nested.nesting.of(nested.block.ty())));
        Type::Object(attributes.chain(blocks).collect())
    }

    /// The paths of write-only attributes that have a value.
    pub fn write_only_values(&self, value: &Val) -> Vec<String> {
        let mut found = Vec::new();
        self.find_write_only(value, "", &mut found);
        found
    }

    fn find_write_only(&self, value: &Val, path: &str, found: &mut Vec<String>) {
        let Val::Object(fields) = value else { return };
        for (name, attribute) in &self.attributes {
            let (value, path) = (&fields[name], join(path, name));
            if attribute.write_only && !value.is_null() {
                found.push(path.clone());
            }
            if let Kind::Nested(nesting, inside) = &attribute.kind {
                nesting.each(value, &path, |value, path| {
                    inside.find_write_only(value, path, found);
                });
            }
        }
        for (name, nested) in &self.blocks {
            nested
                .nesting
                .each(&fields[name], &join(path, name), |value, path| {
                    nested.block.find_write_only(value, path, found);
                });
        }
    }

    /// The attribute at a path that names no elements: `a.b`.
    pub fn attribute(&self, path: &str) -> Option<&Attribute> {
        let (name, rest) = path
            .split_once('.')
            .map_or((path, None), |(name, rest)| (name, Some(rest)));
        let name = name.split('[').next()?;
        match (self.attributes.get(name), self.blocks.get(name), rest) {
            (Some(attribute), _, None) => Some(attribute),
            (
                Some(Attribute {
                    kind: Kind::Nested(_, inside),
                    ..
                }),
                _,
                Some(rest),
            ) => inside.attribute(rest),
            (_, Some(nested), Some(rest)) => nested.block.attribute(rest),
            _ => None,
        }
    }
}

impl Attribute {
    /// The type of its values.
    pub fn ty(&self) -> Type {
        match &self.kind {
            Kind::Plain(ty) => ty.clone(),
            Kind::Nested(nesting, inside) => nesting.of(inside.ty()),
        }
    }
}

impl Nesting {
    fn of(self, inside: Type) -> Type {
        match self {
            Self::Single | Self::Group => inside,
            Self::List => Type::List(Box::new(inside)),
            Self::Set => Type::Set(Box::new(inside)),
            Self::Map => Type::Map(Box::new(inside)),
        }
    }

    /// The value with `f` of each object in it.
    pub(crate) fn map(self, value: &Val, f: &mut dyn FnMut(&Val) -> Val) -> Val {
        match (self, value) {
            (Self::Single | Self::Group, value @ Val::Object(_)) => f(value),
            (_, Val::List(items)) => Val::List(items.iter().map(f).collect()),
            (Self::Map, Val::Object(fields)) => Val::Object(
                fields
                    .iter()
                    .map(|(key, value)| (key.clone(), f(value)))
                    .collect(),
            ),
            (_, value) => value.clone(),
        }
    }

    /// Calls `f` with each object in a value nested like this.
    pub(crate) fn each(self, value: &Val, path: &str, mut f: impl FnMut(&Val, &str)) {
        match (self, value) {
            (Self::Single | Self::Group, value @ Val::Object(_)) => f(value, path),
            (_, Val::List(items)) => {
                for (index, item) in items.iter().enumerate() {
                    f(item, &format!("{path}[{index}]"));
                }
            }
            (Self::Map, Val::Object(fields)) => {
                for (key, item) in fields {
                    f(item, &format!("{path}[{key:?}]"));
                }
            }
            _ => {}
        }
    }
}

fn attributes(all: &[proto::schema::Attribute]) -> BTreeMap<String, Attribute> {
    let read = |attribute: &proto::schema::Attribute| {
        let kind = match &attribute.nested_type {
            Some(nested) => {
                let nesting = match nested.nesting() {
                    object::NestingMode::Invalid => panic!("{}: no nesting mode", attribute.name),
                    object::NestingMode::Single => Nesting::Single,
                    object::NestingMode::List => Nesting::List,
                    object::NestingMode::Set => Nesting::Set,
                    object::NestingMode::Map => Nesting::Map,
                };
                let inside = Block {
                    attributes: attributes(&nested.attributes),
                    blocks: BTreeMap::new(),
                };
                Kind::Nested(nesting, inside)
            }
            None => Kind::Plain(Type::from_bytes(&attribute.r#type).expect("the schema was checked")),
        };
        Attribute {
            kind,
            required: attribute.required,
            optional: attribute.optional,
            computed: attribute.computed,
            sensitive: attribute.sensitive,
            write_only: attribute.write_only,
        }
    };
    all.iter()
        .map(|attribute| (attribute.name.clone(), read(attribute)))
        .collect()
}

/// Short ways to write schemas in this crate's tests.
#[cfg(test)]
pub(crate) mod build {
    use super::*;

    pub fn attribute(flags: &str, ty: &str) -> Attribute {
        Attribute {
            kind: Kind::Plain(Type::from_bytes(ty.as_bytes()).unwrap()),
            required: flags.contains('r'),
            optional: flags.contains('o'),
            computed: flags.contains('c'),
            sensitive: flags.contains('s'),
            write_only: flags.contains('w'),
        }
    }

    pub fn nested(flags: &str, nesting: Nesting, inside: Block) -> Attribute {
        Attribute {
            kind: Kind::Nested(nesting, inside),
            ..attribute(flags, r#""bool""#)
        }
    }

    pub fn block<const N: usize>(attributes: [(&str, Attribute); N]) -> Block {
        let attributes = attributes
            .into_iter()
            .map(|(name, it)| (name.to_owned(), it))
            .collect();
        Block {
            attributes,
            blocks: BTreeMap::new(),
        }
    }

    pub fn with_blocks(mut block: Block, name: &str, nesting: Nesting, inside: Block) -> Block {
        block.blocks.insert(
            name.to_owned(),
            NestedBlock {
                nesting,
                block: inside,
                min: 0,
                max: 0,
            },
        );
        block
    }

    pub const STRING: &str = r#""string""#;
}
