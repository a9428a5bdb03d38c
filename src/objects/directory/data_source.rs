//! `data "wsoa_directory"`: one directory of any type.

use async_trait::async_trait;
use terraform_plugin::data_source::DataSource;
use terraform_plugin::schema::rules::text;
use terraform_plugin::value::{Set, Value};
use terraform_plugin::{Context, Diagnostics, model};

use crate::access::DirectoryKey;
use crate::objects::other_directory::domains::domain;
use crate::objects::other_directory::lookup;
use crate::{access, diagnose};

/// The data source.
pub struct Directory;

model! {
    /// A directory of the tenant, of any type. It is an error if there is none, or more than one.
    pub struct State {
        /// Id of the directory, a UUID. Give exactly one of `id`, `name` and `domain`.
        id: String = optional_computed(),
        /// Its name, letter for letter.
        name: String = optional_computed(),
        /// One of its domains, in any case.
        domain: String = optional().rule(text("a DNS name", domain)),
        /// Its type, such as `OTHER_DIRECTORY`, `LOCAL_DIRECTORY` or `JIT_DIRECTORY`. Null if not returned.
        r#type: String = computed(),
        /// Id of its user store, a UUID, which its SCIM users show as `userStoreUuid`. Null if not returned.
        user_store_id: String = computed(),
        /// Its domains. Null if the tenant does not tell.
        domains: Set<String> = computed(),
    }
}

impl State {
    fn keys(&self) -> [(&'static str, &Value<String>); 3] {
        [("id", &self.id), ("name", &self.name), ("domain", &self.domain)]
    }
}

#[async_trait]
impl DataSource for Directory {
    type Client = access::Tenant;
    type State = State;

    const NAME: &'static str = "wsoa_directory";

    fn validate(&self, config: &State) -> Diagnostics {
        let given: Vec<_> = config
            .keys()
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .collect();
        match given[..] {
            [_] => Diagnostics::none(),
            [] => Diagnostics::error(
                "No directory is named",
                "Give exactly one of id, name and domain: they tell which directory is meant.",
            ),
            [_, (second, _), ..] => Diagnostics::error_at(
                second,
                "Two ways to name a directory",
                "Give exactly one of id, name and domain.",
            ),
        }
    }

    async fn read(&self, tenant: &Context<access::Tenant>, config: State) -> Result<State, Diagnostics> {
        let given = config
            .keys()
            .into_iter()
            .find_map(|(name, value)| Some((name, value.known()?)));
        let (argument, key) = match given {
            Some(("name", name)) => ("name", DirectoryKey::Name(name)),
            Some(("domain", domain)) => ("domain", DirectoryKey::Domain(domain)),
            Some((_, id)) => ("id", DirectoryKey::Id(id)),
            None => ("id", DirectoryKey::Id("")), // which validation refuses
        };
        let found = lookup::one(tenant, key)
            .await
            .map_err(|problem| problem.at(argument))?;
        let domains = tenant.directory_domains_of(&found).await;
        let domains = domains.map_err(|error| diagnose::error("The directory cannot be read", &error))?;
        Ok(State {
            id: found.id.into(),
            name: found.name.into(),
            domain: config.domain,
            r#type: Some(found.r#type).filter(|it| !it.is_empty()).into(),
            user_store_id: found.user_store_id.into(),
            domains: match &domains {
                Some(domains) => domains.iter().collect(),
                None => Value::Null,
            },
        })
    }
}
