//! What is wrong with what a provider declares, beyond its single schemas: what makes Terraform reject the whole
//! provider, or crash, and what it silently makes something else of. A test asks for it; nothing here runs in service.

use std::collections::BTreeSet;

pub use super::faults::resource;
use super::hcl::is_identifier;
use super::provider::{Provider, name_in};
use crate::schema::Place;
use crate::value::Model as _;

/// All faults of a provider, each with the name of what has it.
pub fn faults<P: Provider>(provider: &P) -> Vec<String> {
    let offers = provider.offers();
    let mut faults = P::Config::schema().faults(Place::Provider);
    let type_prefix = format!("{}_", name_in(P::ADDRESS));
    let mut kind = |kind: &str, prefix: &str, offered: Vec<(&'static str, Vec<String>)>| {
        let mut seen = BTreeSet::new();
        for (name, own) in offered {
            let mut fault = |text: &str| faults.push(format!("{kind} {name}: {text}"));
            if !seen.insert(name) {
                fault("offered twice");
            }
            if !name.starts_with(prefix) || !is_identifier(name) {
                fault("the name begins with the provider's, and is an identifier in lower case");
            }
            for text in &own {
                fault(text);
            }
        }
    };
    kind(
        "resource",
        &type_prefix,
        offers
            .resources
            .iter()
            .map(|it| (it.name(), it.self_check()))
            .collect(),
    );
    kind(
        "data source",
        &type_prefix,
        offers
            .data_sources
            .iter()
            .map(|it| (it.name(), it.self_check()))
            .collect(),
    );
    kind(
        "ephemeral resource",
        &type_prefix,
        offers
            .ephemeral
            .iter()
            .map(|it| (it.name(), it.self_check()))
            .collect(),
    );
    kind(
        "function",
        "",
        offers
            .functions
            .iter()
            .map(|it| (it.name(), it.self_check()))
            .collect(),
    );
    let found_by = |name: &str| {
        let managed = offers.resources.iter().find(|managed| managed.name() == name);
        match managed.map(|managed| managed.identity_schema().is_some()) {
            None => Some("there is no managed resource of this name".to_owned()),
            Some(false) => Some("the managed resource has no identity".to_owned()),
            Some(true) => None,
        }
    };
    kind(
        "list resource",
        &type_prefix,
        offers
            .lists
            .iter()
            .map(|it| {
                (
                    it.name(),
                    it.self_check().into_iter().chain(found_by(it.name())).collect(),
                )
            })
            .collect(),
    );
    faults
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;

    use super::*;
    use crate::data_source::DataSource;
    use crate::function::{Function, FunctionError, Signature};
    use crate::list::{Found, ListResource, Stop};
    use crate::provider::{Configuring, Offers};
    use crate::resource::{Create, Current, Deletion, Resource};
    use crate::secret::Secret;
    use crate::value::Map;
    use crate::{Context, Diagnostics, model};

    model! {
        /// Everything that is configured here.
        pub struct Config {
            /// Text.
            alias: String = optional(),
            /// Text.
            count: String = optional(),
        }
    }

    model! {
        /// What one kind may have and another may not.
        pub struct Mixed {
            /// Text.
            alias: String = optional().write_only(),
            /// Text.
            count: String = optional(),
            /// A result.
            found: String = computed(),
        }
    }

    struct Broken;

    #[async_trait]
    impl Provider for Broken {
        type Client = ();
        type Config = Config;

        const ADDRESS: &'static str = "registry.terraform.io/acme/broken";

        async fn configure(&self, _: &Context<Configuring>, _: Config) -> Result<Option<()>, Diagnostics> {
            Ok(None)
        }

        fn offers(&self) -> Offers<()> {
            Offers::new()
                .resource(Thing)
                .resource(Thing)
                .data_source(Data)
                .function(Shout)
                .list(Things)
                .list(Strangers)
        }
    }

    model! {
        /// A thing.
        pub struct State {
            /// Text.
            lifecycle: String = optional(),
            /// no sentence
            note: String = optional(),
        }
    }

    model! {
        /// What tells a thing from others.
        pub struct Identity {
            /// Color.
            color: String = computed(),
            /// Key.
            key: Secret = optional(),
            /// Labels.
            labels: Map<String> = optional(),
        }
    }

    struct Thing;

    #[async_trait]
    impl Resource for Thing {
        type Client = ();
        type State = State;
        type Identity = Identity;

        const NAME: &'static str = "broken_thing";

        async fn create(&self, _: &Context<()>, it: Create<State>) -> Result<Current<State>, Diagnostics> {
            Ok(Current::new(it.planned))
        }

        async fn read(
            &self,
            _: &Context<()>,
            _: Current<State>,
        ) -> Result<Option<Current<State>>, Diagnostics> {
            Ok(None)
        }

        async fn delete(&self, _: &Context<()>, _: Deletion<State>) -> Result<(), Diagnostics> {
            Ok(())
        }
    }

    struct Stranger;

    #[async_trait]
    impl Resource for Stranger {
        type Client = ();
        type State = Config;
        type Identity = ();

        const NAME: &'static str = "stranger";

        async fn create(&self, _: &Context<()>, it: Create<Config>) -> Result<Current<Config>, Diagnostics> {
            Ok(Current::new(it.planned))
        }

        async fn read(
            &self,
            _: &Context<()>,
            _: Current<Config>,
        ) -> Result<Option<Current<Config>>, Diagnostics> {
            Ok(None)
        }

        async fn delete(&self, _: &Context<()>, _: Deletion<Config>) -> Result<(), Diagnostics> {
            Ok(())
        }
    }

    struct Data;

    #[async_trait]
    impl DataSource for Data {
        type Client = ();
        type State = Mixed;

        const NAME: &'static str = "broken_Data";

        async fn read(&self, _: &Context<()>, config: Mixed) -> Result<Mixed, Diagnostics> {
            Ok(config)
        }
    }

    struct Shout;

    impl Function for Shout {
        type Arguments = (String, String, String);
        type Result = String;

        const NAME: &'static str = "1shout";

        fn signature(&self) -> Signature {
            Signature {
                summary: "shouts",
                description: "Shouts.",
                parameters: vec![("a-b", "A."), ("a-b", "B")],
            }
        }

        fn call(&self, (text, ..): (String, String, String)) -> Result<String, FunctionError> {
            Ok(text)
        }
    }

    struct Things;

    #[async_trait]
    impl ListResource for Things {
        type Of = Thing;
        type Config = Mixed;

        fn of(&self) -> Thing {
            Thing
        }

        async fn list(&self, _: &Context<()>, _: Mixed, _: &mut Found<'_, Thing>) -> Result<(), Stop> {
            Ok(())
        }
    }

    struct Strangers;

    #[async_trait]
    impl ListResource for Strangers {
        type Of = Stranger;
        type Config = Config;

        fn of(&self) -> Stranger {
            Stranger
        }

        async fn list(&self, _: &Context<()>, _: Config, _: &mut Found<'_, Stranger>) -> Result<(), Stop> {
            Ok(())
        }
    }

    #[test]
    fn every_fault_is_named() {
        let faults: BTreeSet<_> = faults(&Broken).into_iter().collect();
        let expected = [
            "alias: the language takes this name",
            "count: the language takes this name",
            "data source broken_Data: write-only means nothing in a data source",
            "data source broken_Data: count: the language takes this name",
            "data source broken_Data: the name begins with the provider's, and is an identifier in lower case",
            "function 1shout: 3 arguments, but 2 parameters",
            "function 1shout: a-b: no identifier",
            "function 1shout: a-b: the description has to be sentences",
            "function 1shout: a-b: two parameters have this name",
            "function 1shout: summary and description have to be sentences",
            "function 1shout: the name begins with the provider's, and is an identifier in lower case",
            "list resource broken_thing: found: a list has no results of its own",
            "list resource stranger: the name begins with the provider's, and is an identifier in lower case",
            "list resource stranger: there is no managed resource of this name",
            "resource broken_thing: identity: color: a part is either required or optional for import",
            "resource broken_thing: identity: key: a part is a bool, a number, text or a list of these, and no secret",
            "resource broken_thing: identity: labels: a part is a bool, a number, text or a list of these, and no secret",
            "resource broken_thing: identity: no part is required",
            "resource broken_thing: lifecycle: the language takes this name",
            "resource broken_thing: note: the description has to be sentences",
            "resource broken_thing: offered twice",
        ];
        assert_eq!(faults, expected.map(str::to_owned).into());
    }
}
