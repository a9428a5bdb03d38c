//! The users and groups of all directories.

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{CORE, ENTERPRISE, WORKSPACE};
use crate::world::World;

const USER_ROLE: &str = "c071da06-84c0-46d3-944b-dd8853cec3fc";

/// The two kinds of resources.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    User,
    Group,
}

impl Kind {
    pub(crate) fn collection(self) -> &'static str {
        match self {
            Self::User => "Users",
            Self::Group => "Groups",
        }
    }

    /// The attribute that is unique within a directory.
    pub(crate) fn name_attribute(self) -> &'static str {
        match self {
            Self::User => "userName",
            Self::Group => "displayName",
        }
    }
}

/// A user or a group: what the caller sent, and what the tenant adds.
#[derive(Clone, Debug)]
pub(crate) struct Resource {
    pub(crate) kind: Kind,
    pub(crate) id: String,
    pub(crate) directory: String,
    pub(crate) created: Timestamp,
    pub(crate) modified: Timestamp,
    /// The attributes without `id`, `meta`, `groups` and `roles`.
    pub(crate) attributes: Map<String, Value>,
}

impl Resource {
    pub(crate) fn new(kind: Kind, directory: &str, attributes: Map<String, Value>, now: Timestamp) -> Self {
        let (id, directory) = (Uuid::new_v4().to_string(), directory.to_owned());
        Self {
            kind,
            id,
            directory,
            created: now,
            modified: now,
            attributes,
        }
    }

    pub(crate) fn name(&self) -> &str {
        self.attributes
            .get(self.kind.name_attribute())
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    pub(crate) fn location(&self, world: &World) -> String {
        format!(
            "{}/jersey/manager/api/scim/{}/{}",
            world.saas,
            self.kind.collection(),
            self.id
        )
    }

    /// The weak entity tag (F12: the milliseconds of the last change).
    pub(crate) fn version(&self) -> String {
        format!("W/\"{}\"", self.modified.as_millisecond())
    }

    /// The resource as it is read (F11).
    pub(crate) fn view(&self, world: &World) -> Value {
        let mut view = self.attributes.clone();
        view.insert("id".into(), json!(self.id));
        view.insert(
            "meta".into(),
            json!({
                "created": format!("{:.3}", self.created), "lastModified": format!("{:.3}", self.modified),
                "location": self.location(world), "version": self.version(),
            }),
        );
        let store_id = world
            .directories
            .iter()
            .find(|directory| directory.id == self.directory)
            .map(|directory| directory.user_store_id.clone());
        let mut extension = self.extension();
        extension.insert("userStoreUuid".into(), json!(store_id));
        if self.kind == Kind::User {
            let active = self
                .attributes
                .get("active")
                .and_then(Value::as_bool)
                .unwrap_or(true);
            view.insert("schemas".into(), json!([WORKSPACE, CORE, ENTERPRISE]));
            view.insert("active".into(), json!(active));
            view.insert("groups".into(), json!(world.scim.groups_of(&self.id)));
            view.insert("roles".into(), json!([{"value": USER_ROLE, "display": "User"}]));
            extension.insert("userStatus".into(), json!(if active { "1" } else { "2" }));
        } else {
            view.insert("schemas".into(), json!([WORKSPACE, CORE]));
            view.insert("members".into(), json!(world.scim.members(self)));
        }
        view.insert(WORKSPACE.into(), Value::Object(extension));
        Value::Object(view)
    }

    /// The workspace extension as stored.
    pub(crate) fn extension(&self) -> Map<String, Value> {
        self.attributes
            .get(WORKSPACE)
            .and_then(Value::as_object)
            .cloned()
            .unwrap_or_default()
    }
}

/// Every user and group in the order of creation.
#[derive(Debug, Default)]
pub(crate) struct Store {
    resources: Vec<Resource>,
}

impl Store {
    pub(crate) fn all(&self, kind: Kind) -> impl Iterator<Item = &Resource> {
        self.resources
            .iter()
            .filter(move |resource| resource.kind == kind)
    }

    pub(crate) fn find(&self, kind: Kind, id: &str) -> Option<&Resource> {
        self.all(kind).find(|resource| resource.id == id)
    }

    /// Whether a name is taken within a directory by another resource.
    pub(crate) fn taken(&self, resource: &Resource) -> bool {
        self.all(resource.kind).any(|other| {
            other.id != resource.id
                && other.directory == resource.directory
                && other.name().eq_ignore_ascii_case(resource.name())
        })
    }

    /// Adds a resource, or replaces the one with its id.
    pub(crate) fn put(&mut self, resource: Resource) {
        match self.resources.iter_mut().find(|other| other.id == resource.id) {
            Some(other) => *other = resource,
            None => self.resources.push(resource),
        }
    }

    /// Deletes a resource and takes it out of all groups.
    pub(crate) fn delete(&mut self, kind: Kind, id: &str) -> bool {
        let before = self.resources.len();
        self.resources
            .retain(|resource| resource.kind != kind || resource.id != id);
        for members in self
            .resources
            .iter_mut()
            .filter_map(|group| group.attributes.get_mut("members"))
        {
            if let Some(list) = members.as_array_mut() {
                list.retain(|member| member["value"] != id);
            }
        }
        self.resources.len() < before
    }

    /// Q26: a directory takes its users and groups along.
    pub(crate) fn forget_directory(&mut self, directory: &str) {
        let gone: Vec<_> = self
            .resources
            .iter()
            .filter(|r| r.directory == directory)
            .map(|r| (r.kind, r.id.clone()))
            .collect();
        for (kind, id) in gone {
            self.delete(kind, &id);
        }
    }

    /// The users as a caller reads them.
    pub(crate) fn users(&self, world: &World) -> Vec<Value> {
        self.all(Kind::User).map(|user| user.view(world)).collect()
    }

    /// The groups as a caller reads them.
    pub(crate) fn groups(&self, world: &World) -> Vec<Value> {
        self.all(Kind::Group).map(|group| group.view(world)).collect()
    }

    fn groups_of(&self, user: &str) -> Vec<Value> {
        self.all(Kind::Group)
            .filter(|group| member_ids(group).any(|id| id == user))
            .map(|group| json!({"value": group.id, "display": group.name()}))
            .collect()
    }

    fn members(&self, group: &Resource) -> Vec<Value> {
        member_ids(group)
            .filter_map(|id| self.resources.iter().find(|resource| resource.id == id))
            .map(|member| {
                let kind = if member.kind == Kind::User {
                    "User"
                } else {
                    "Group"
                };
                json!({"value": member.id, "display": member.name(), "type": kind})
            })
            .collect()
    }
}

fn member_ids(group: &Resource) -> impl Iterator<Item = &str> {
    let list = group.attributes.get("members").and_then(Value::as_array);
    list.into_iter()
        .flatten()
        .filter_map(|member| member["value"].as_str())
}
