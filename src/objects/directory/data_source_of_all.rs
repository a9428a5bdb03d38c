//! `data "wsoa_directories"`: the directories of the tenant.

use async_trait::async_trait;
use terraform_plugin::data_source::DataSource;
use terraform_plugin::value::{List, Set, Value};
use terraform_plugin::{Context, Diagnostics, model};

use crate::access::{AllDirectories, Directory};
use crate::{access, diagnose};

/// The data source.
pub struct Directories;

model! {
    /// A directory in the list.
    pub struct Entry {
        /// Id of the directory, a UUID.
        id: String = computed(),
        /// Its name.
        name: String = computed(),
        /// Its type, such as `OTHER_DIRECTORY`. Null if not returned.
        r#type: String = computed(),
        /// Id of its user store, a UUID. Null if not returned.
        user_store_id: String = computed(),
        /// Its domains. Null unless `include_domains` is set or the list tells them anyway.
        domains: Set<String> = computed(),
    }
}

model! {
    /// The directories of the tenant, of all types. Those that are being deleted are left out.
    pub struct State {
        /// Only those of this type, such as `OTHER_DIRECTORY`, `LOCAL_DIRECTORY` or `JIT_DIRECTORY`.
        r#type: String = optional(),
        /// Ask for the domains of each directory whose domains the list does not tell, which costs a request or two for
        /// each.
        include_domains: bool = optional(),
        /// The directories, sorted by name. Empty if there is none.
        directories: List<Entry> = computed(),
    }
}

#[async_trait]
impl DataSource for Directories {
    type Client = access::Tenant;
    type State = State;

    const NAME: &'static str = "wsoa_directories";

    async fn read(&self, tenant: &Context<access::Tenant>, config: State) -> Result<State, Diagnostics> {
        let failed = |error| diagnose::error("The directories cannot be listed", &error);
        let AllDirectories {
            mut directories,
            not_whole,
        } = tenant.all_directories().await.map_err(failed)?;
        if let Some(reason) = not_whole {
            return Err(Diagnostics::error(
                "The list of directories is not whole",
                format!(
                    "The tenant's list cannot be relied on: {reason}. What depends on a part of the directories could be \
                     destroyed, so none is given. Try again later."
                ),
            ));
        }
        if let Some(wanted) = config.r#type.known() {
            directories.retain(|it| it.r#type.eq_ignore_ascii_case(wanted));
        }
        if config.include_domains == Value::Known(true) {
            directories = tenant.with_domains(directories).await.map_err(failed)?;
        }
        Ok(State {
            directories: Value::Known(directories.into_iter().map(|it| entry(it).into()).collect()),
            ..config
        })
    }
}

fn entry(directory: Directory) -> Entry {
    Entry {
        id: directory.id.into(),
        name: directory.name.into(),
        r#type: Some(directory.r#type).filter(|it| !it.is_empty()).into(),
        user_store_id: directory.user_store_id.into(),
        domains: match &directory.domains {
            Some(domains) => domains.iter().collect(),
            None => Value::Null,
        },
    }
}
