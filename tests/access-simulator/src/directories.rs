//! Directories, and under which names their fields appear.

use clap::ValueEnum;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    choices::{DirectoryIds, PostAnswer},
    world::World,
};

/// The kinds of directories that need no connector.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DirectoryType {
    /// Filled over SCIM.
    OtherDirectory,
    /// Users of the tenant itself.
    LocalDirectory,
    /// Filled when users sign in.
    JitDirectory,
}

/// A directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Directory {
    /// The id of the configuration, a UUID.
    pub id: String,
    /// The id of the user store, a UUID.
    pub user_store_id: String,
    /// The name, unique in the tenant.
    pub name: String,
    /// The domains, each unique in the tenant.
    pub domains: Vec<String>,
    /// The kind.
    pub directory_type: DirectoryType,
    /// While it is being deleted: how many more reads will see it.
    pub reads_until_gone: Option<u32>,
}

impl Directory {
    pub(crate) fn new(name: &str, domains: Vec<String>, directory_type: DirectoryType) -> Self {
        Self {
            id: Uuid::new_v4().to_string(),
            user_store_id: Uuid::new_v4().to_string(),
            name: name.to_owned(),
            domains,
            directory_type,
            reads_until_gone: None,
        }
    }

    /// The directory that every tenant has.
    pub(crate) fn system() -> Self {
        Self::new(
            "System Domain",
            vec!["System Domain".to_owned()],
            DirectoryType::LocalDirectory,
        )
    }

    pub(crate) fn href(&self, world: &World) -> String {
        format!(
            "{}/jersey/manager/api/connectormanagement/directoryconfigs/{}",
            world.saas, self.id
        )
    }

    /// An item of the list (Q9, Q11, F10).
    pub(crate) fn list_item(&self, world: &World) -> Value {
        let mut item = self.common();
        item["countDomains"] = json!(self.domains.len());
        if world.switches.directory_list_domains {
            item["domains"] = json!(self.domains);
        }
        match world.switches.directory_ids {
            DirectoryIds::ConfigId => item["directoryConfigId"] = json!(self.id),
            DirectoryIds::Id => item["id"] = json!(self.id),
            _ => item["directoryId"] = json!(self.id),
        }
        item["userstoreId"] = json!(self.user_store_id);
        item["_links"] = json!({"self": {"href": self.href(world)}});
        item
    }

    /// The answer to POST and to GET of one directory (Q9). `created` is the answer to POST.
    pub(crate) fn view(&self, world: &World, created: bool) -> Value {
        let mut view = self.common();
        view["domains"] = json!(self.domains);
        let ids = world.switches.directory_ids;
        if created && matches!(ids, DirectoryIds::LocationOnly | DirectoryIds::ListOnly) {
            if ids == DirectoryIds::LocationOnly {
                view["_links"] = json!({"self": {"href": self.href(world)}});
            }
            return view;
        }
        match ids {
            DirectoryIds::ConfigId => view["directoryConfigId"] = json!(self.id),
            DirectoryIds::DirectoryId => view["directoryId"] = json!(self.id),
            DirectoryIds::Id => view["id"] = json!(self.id),
            _ => view["directoryConfigurationId"] = json!(self.id),
        }
        if !created || world.switches.directory_post_answer != PostAnswer::NoStoreId {
            view["userStoreId"] = json!(self.user_store_id);
        }
        view["_links"] = json!({"self": {"href": self.href(world)}});
        view
    }

    fn common(&self) -> Value {
        json!({
            "type": self.directory_type,
            "name": self.name,
            "deleteInProgress": self.reads_until_gone.is_some(),
            "migratedToEnterpriseService": false,
            "syncConfigurationEnabled": false,
        })
    }
}
