//! One attribute, or one nested block, and what is said of it in a declaration.

use std::marker::PhantomData;
use std::sync::Arc;

use super::{Rule, Schema};
use crate::value::{Dynamic, Path, Step, Type, Wire};

/// Who gives an attribute its value.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// The configuration must.
    Required,
    /// The configuration may; otherwise it is null.
    Optional,
    /// The configuration may; otherwise the provider does.
    OptionalComputed,
    /// The provider does.
    Computed,
}

/// Whether two values mean the same.
pub type Same = dyn Fn(&Dynamic, &Dynamic) -> bool + Send + Sync;

/// What a change of an attribute means for the object.
#[derive(Clone)]
pub enum Replacement {
    /// It can change in place.
    Never,
    /// Another value makes a new object.
    OnChange,
    /// Another value makes a new object, unless this says that the two mean the same. Both are known and not null.
    Unless(Arc<Same>),
    /// Another value may make a new object; the resource's plan decides.
    AsPlanned,
}

/// How objects are nested in an attribute or a block.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Nesting {
    /// One object.
    Single,
    /// A list of them.
    List,
    /// A set of them.
    Set,
    /// A map of them.
    Map,
}

/// The objects in an attribute or a block.
#[derive(Clone, Copy)]
pub struct Nested {
    /// How they are nested.
    pub nesting: Nesting,
    /// What each of them is.
    pub schema: &'static Schema,
}

impl Nested {
    /// The objects in `value`, each with the step that leads to it: none to the value itself, and none to an element of a
    /// set, at which no path can point.
    pub(crate) fn objects<'a>(&self, value: &'a Dynamic) -> Vec<(Option<Step>, &'a Dynamic)> {
        match value {
            Dynamic::Object(_) => vec![(None, value)],
            Dynamic::Sequence(elements) => (0..)
                .map(|index| (self.nesting == Nesting::List).then_some(Step::Index(index)))
                .zip(elements)
                .collect(),
            Dynamic::Map(entries) => entries
                .iter()
                .map(|(key, value)| (Some(Step::Key(key.clone())), value))
                .collect(),
            _ => Vec::new(),
        }
    }
}

/// How often a nested block may be there.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Items {
    /// At least so often.
    pub min: u16,
    /// At most so often; 0 for any number.
    pub max: u16,
}

/// One of several ways to say one thing, each by a group of arguments.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Way {
    /// The thing.
    pub of: &'static str,
    /// The way, in words.
    pub name: &'static str,
}

/// An attribute of a resource, an ephemeral resource, the provider or an object nested in one, or a nested block.
#[derive(Clone)]
pub struct Attribute {
    /// Name in the configuration.
    pub name: &'static str,
    /// Type.
    pub ty: Type,
    /// The objects in it, if it has attributes of its own.
    pub nested: Option<Nested>,
    /// How often it may be there, if it is a block.
    pub block: Option<Items>,
    /// Who sets it.
    pub kind: Kind,
    /// True if the value never reaches plan or state.
    pub write_only: bool,
    /// What a change means for the object.
    pub replacement: Replacement,
    /// What the provider plans where the configuration says nothing.
    pub default: Option<Dynamic>,
    /// Environment variable that is read where the configuration says nothing.
    pub environment: Option<&'static str>,
    /// What it is part of; see [`Attr::one_of`].
    pub way: Option<Way>,
    /// Markdown: meaning, unit, format.
    pub description: &'static str,
    /// Rules for known values.
    pub rules: Vec<Rule>,
    sensitive: bool,
}

impl Attribute {
    /// True if Terraform has to hide the value as a whole. A secret inside a nested object is hidden by itself.
    pub fn sensitive(&self) -> bool {
        self.sensitive || (self.nested.is_none() && self.ty.has_secret())
    }

    /// What is wrong with `value` in a configuration, whatever the rules say: summary and detail. Terraform sees that
    /// an argument is missing, but not that it is null, and leaves what only the provider sets to the provider.
    pub(crate) fn misplaced(&self, value: &Dynamic) -> Option<(&'static str, String)> {
        match (self.kind, value) {
            (Kind::Required, Dynamic::Null) => Some((
                "Missing required argument",
                format!("{} is required, but its value is null.", self.name),
            )),
            (Kind::Computed, value) if *value != Dynamic::Null => Some((
                "Not an argument",
                format!(
                    "{} is a result that only the provider sets. Remove it.",
                    self.name
                ),
            )),
            _ => None,
        }
    }

    /// True if a configuration may hold it.
    #[cfg(feature = "testing")]
    pub(crate) fn configurable(&self) -> bool {
        self.kind != Kind::Computed
    }

    /// True if the provider may set it.
    pub(crate) fn is_computed(&self) -> bool {
        matches!(self.kind, Kind::Computed | Kind::OptionalComputed)
    }

    /// True if a change may make a new object.
    pub fn replaces(&self) -> bool {
        !matches!(self.replacement, Replacement::Never)
    }
}

/// An attribute of type `T` that is being declared. The functions without `self` are kinds, the others refine; see
/// [`model!`](crate::model).
#[derive(Clone)]
pub struct Attr<T> {
    attribute: Attribute,
    of: PhantomData<fn() -> T>,
}

impl<T: Wire> Attr<T> {
    fn new(kind: Kind) -> Self {
        Self {
            attribute: Attribute {
                name: "",
                ty: T::ty(),
                nested: T::nested(),
                block: None,
                kind,
                write_only: false,
                replacement: Replacement::Never,
                default: None,
                environment: None,
                way: None,
                description: "",
                rules: Vec::new(),
                sensitive: false,
            },
            of: PhantomData,
        }
    }

    /// An argument that must be given.
    #[must_use]
    pub fn required() -> Self {
        Self::new(Kind::Required)
    }

    /// An argument that may be given and stays null if it is not.
    #[must_use]
    pub fn optional() -> Self {
        Self::new(Kind::Optional)
    }

    /// An argument that may be given and is filled in by the provider or the service if it is not.
    #[must_use]
    pub fn optional_computed() -> Self {
        Self::new(Kind::OptionalComputed)
    }

    /// A result.
    #[must_use]
    pub fn computed() -> Self {
        Self::new(Kind::Computed)
    }

    /// A nested block: `name { … }` in the configuration, one or, in a list or a set, any number of times.
    #[must_use]
    pub fn block() -> Self {
        let mut block = Self::new(Kind::Optional);
        block.attribute.block = Some(Items::default());
        block
    }

    /// An attribute that several objects have, with all that is said of it. A description in the declaration takes the
    /// place of its own.
    #[must_use]
    pub fn shared(attribute: impl FnOnce() -> Self) -> Self {
        attribute()
    }

    /// Kept out of plan and state.
    #[must_use]
    pub fn write_only(mut self) -> Self {
        self.attribute.write_only = true;
        self
    }

    /// Hidden by Terraform. A [`Secret`](crate::secret::Secret) is in any case.
    #[must_use]
    pub fn sensitive(mut self) -> Self {
        self.attribute.sensitive = true;
        self
    }

    /// Another value makes a new object.
    #[must_use]
    pub fn replaces(mut self) -> Self {
        self.attribute.replacement = Replacement::OnChange;
        self
    }

    /// Another value makes a new object, unless `same` says that the two mean the same.
    #[must_use]
    pub fn replaces_unless(mut self, same: impl Fn(&T, &T) -> bool + Send + Sync + 'static) -> Self {
        let read = |value: &Dynamic| T::read(value.clone(), &Path::root()).ok();
        let same = move |one: &Dynamic, other: &Dynamic| {
            read(one)
                .zip(read(other))
                .is_some_and(|(one, other)| same(&one, &other))
        };
        self.attribute.replacement = Replacement::Unless(Arc::new(same));
        self
    }

    /// Another value may make a new object; the resource's plan decides.
    #[must_use]
    pub fn replaces_as_planned(mut self) -> Self {
        self.attribute.replacement = Replacement::AsPlanned;
        self
    }

    /// What is planned where the configuration says nothing. Only for what is optional and computed, as core keeps a
    /// prior value there; and only from the start, as every object there is would plan an update.
    #[must_use]
    pub fn default(mut self, value: impl Into<T>) -> Self {
        self.attribute.default = Some(value.into().write());
        self
    }

    /// One more rule.
    #[must_use]
    pub fn rule(mut self, rule: Rule) -> Self {
        self.attribute.rules.push(rule);
        self
    }

    /// The environment variable that stands in for it. Only for arguments of the provider block.
    #[must_use]
    pub fn environment(mut self, variable: &'static str) -> Self {
        self.attribute.environment = Some(variable);
        self
    }

    /// It is part of the way `name` to say `of`, of which only one is wanted: where the configuration has gone one way,
    /// environment variables of the others are not read. Only for arguments of the provider block.
    #[must_use]
    pub fn one_of(mut self, of: &'static str, name: &'static str) -> Self {
        self.attribute.way = Some(Way { of, name });
        self
    }

    /// A block that is there at least `min` times.
    #[must_use]
    pub fn at_least(mut self, min: u16) -> Self {
        self.attribute.block.get_or_insert_default().min = min;
        self
    }

    /// A block that is there at most `max` times.
    #[must_use]
    pub fn at_most(mut self, max: u16) -> Self {
        self.attribute.block.get_or_insert_default().max = max;
        self
    }

    /// Markdown: meaning, unit, format. Said by the declaration's comment, except for what is [shared](Attr::shared).
    #[must_use]
    pub fn described(mut self, description: &'static str) -> Self {
        self.attribute.description = description;
        self
    }

    /// The declaration is complete.
    #[must_use]
    pub fn named(mut self, name: &'static str, description: &'static str) -> Attribute {
        self.attribute.name = name;
        if !description.is_empty() {
            self.attribute.description = description.trim();
        }
        self.attribute
    }
}
