//! Directories, and under which names their fields appear.

use clap::ValueEnum;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::choices::{DirectoryIds, IdRead, PostAnswer};
use crate::spelling;
use crate::world::World;

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

    /// The address of the list.
    pub(crate) fn list_href(world: &World) -> String {
        format!(
            "{}/jersey/manager/api/connectormanagement/directoryconfigs",
            world.saas
        )
    }

    pub(crate) fn href(&self, world: &World) -> String {
        format!("{}/{}", Self::list_href(world), self.id)
    }

    /// An item of the list (Q9, Q11, F10).
    pub(crate) fn list_item(&self, world: &World) -> Value {
        let mut item = self.common();
        self.spell_name(&mut item, world);
        item["countDomains"] = json!(self.domains.len());
        if let Some(domains) = self
            .domains_read(world)
            .filter(|_| world.switches.directory_list_domains)
        {
            item["domains"] = domains;
        }
        item["userstoreId"] = json!(self.user_store_id);
        let id = match self.of_type_other(world.switches.directory_list_ids) {
            IdRead::Missing => return item,
            IdRead::Upper => self.id.to_uppercase(),
            IdRead::AsCreated => self.id.clone(),
        };
        match world.switches.directory_ids {
            DirectoryIds::ConfigId => item["directoryConfigId"] = json!(id),
            DirectoryIds::Id => item["id"] = json!(id),
            _ => item["directoryId"] = json!(id),
        }
        item["_links"] = json!({"self": {"href": self.href(world)}});
        item
    }

    /// The domains as reads show them, where they do (Q11).
    pub(crate) fn domains_read(&self, world: &World) -> Option<Value> {
        let how = self.of_type_other(world.switches.directory_domains_read);
        spelling::domains(&self.domains, how)
    }

    fn spell_name(&self, view: &mut Value, world: &World) {
        match spelling::name(&self.name, self.of_type_other(world.switches.directory_name_read)) {
            Some(name) => view["name"] = name,
            None => {
                view.as_object_mut().and_then(|object| object.remove("name"));
            }
        }
    }

    /// What a switch says about directories of type Other only.
    fn of_type_other<T: Default>(&self, choice: T) -> T {
        match self.directory_type {
            DirectoryType::OtherDirectory => choice,
            _ => T::default(),
        }
    }

    /// The answer to POST and to GET of one directory (Q9). `created` is the answer to POST.
    pub(crate) fn view(&self, world: &World, created: bool) -> Value {
        let mut view = self.common();
        if created {
            view["domains"] = json!(self.domains);
        } else {
            self.spell_name(&mut view, world);
            if let Some(domains) = self.domains_read(world) {
                view["domains"] = domains;
            }
        }
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
