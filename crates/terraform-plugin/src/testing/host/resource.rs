//! What a configuration and a command line say about one resource.

use crate::testing::rules::IgnoreChanges;
use crate::testing::value::Val;

/// A `resource` block, and the options of a run that concern it.
#[derive(Clone, Debug)]
pub struct Resource {
    /// The resource's type.
    pub type_name: String,
    /// Its arguments, of which absent ones are null; null as a whole where the block is gone.
    pub config: Val,
    /// The arguments once everything is known, where that is more than planning knows.
    pub config_at_apply: Option<Val>,
    /// `lifecycle { ignore_changes }`
    pub ignore_changes: IgnoreChanges,
    /// `lifecycle { create_before_destroy }`
    pub create_before_destroy: bool,
    /// `-replace`, or a `replace_triggered_by` that fires.
    pub replace: bool,
    /// The id of an `import` block, which counts while there is no object.
    pub import: Option<String>,
    /// Whether planning reads first; `-refresh=false` makes this false.
    pub refresh: bool,
}

impl Resource {
    /// A block with these arguments and nothing else.
    pub fn new(type_name: &str, config: Val) -> Self {
        Self {
            type_name: type_name.to_owned(),
            config,
            config_at_apply: None,
            ignore_changes: IgnoreChanges::Nothing,
            create_before_destroy: false,
            replace: false,
            import: None,
            refresh: true,
        }
    }

    /// A block that has been removed from the configuration.
    pub fn removed(type_name: &str) -> Self {
        Self::new(type_name, Val::Null)
    }

    /// With arguments that are only known at apply.
    #[must_use]
    pub fn at_apply(self, config: Val) -> Self {
        Self {
            config_at_apply: Some(config),
            ..self
        }
    }

    /// With `ignore_changes`.
    #[must_use]
    pub fn ignoring(self, ignore_changes: IgnoreChanges) -> Self {
        Self {
            ignore_changes,
            ..self
        }
    }

    /// With `create_before_destroy`.
    #[must_use]
    pub fn created_before_destroyed(self) -> Self {
        Self {
            create_before_destroy: true,
            ..self
        }
    }

    /// With `-replace`.
    #[must_use]
    pub fn replaced(self) -> Self {
        Self {
            replace: true,
            ..self
        }
    }

    /// With an `import` block.
    #[must_use]
    pub fn imported(self, id: &str) -> Self {
        Self {
            import: Some(id.to_owned()),
            ..self
        }
    }

    /// With `-refresh=false`.
    #[must_use]
    pub fn unrefreshed(self) -> Self {
        Self {
            refresh: false,
            ..self
        }
    }
}
