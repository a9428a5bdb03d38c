//! A directory as the tenant tells it.

use std::fmt;

use serde_json::{Map, Value};
use terraform_plugin::text;
use terraform_plugin::text::quoted;

use crate::access::decode;
use crate::access::spelling::{folded_name, same_domain, same_name};

/// `type` of the directories that SCIM fills.
pub(in crate::access) const OTHER: &str = "OTHER_DIRECTORY";

/// What a directory's id is called (EVIDENCE 3.2).
pub(in crate::access) const ID_NAMES: [&str; 4] = [
    "directoryConfigurationId",
    "directoryConfigId",
    "directoryId",
    "id",
];

/// What is read of a directory in a list.
pub(in crate::access) const MEMBERS: [&str; 14] = [
    "directoryConfigurationId",
    "directoryConfigId",
    "directoryId",
    "id",
    "_links",
    "userStoreId",
    "userstoreId",
    "userStoreUuid",
    "name",
    "type",
    "directoryType",
    "domains",
    "countDomains",
    "deleteInProgress",
];

/// A directory of any type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directory {
    /// The UUID, whatever the tenant calls it (EVIDENCE 3.2).
    pub id: String,
    /// The UUID that SCIM users carry as `userStoreUuid`.
    pub user_store_id: Option<String>,
    /// The name, unique in the tenant; empty when the tenant does not tell.
    pub name: String,
    /// `OTHER_DIRECTORY`, `LOCAL_DIRECTORY`, `JIT_DIRECTORY`, …; empty when the tenant does not tell.
    pub r#type: String,
    /// The domains; `None` when the tenant does not tell (EVIDENCE Q11).
    pub domains: Option<Vec<String>>,
    /// The tenant is deleting it; it may take a while (EVIDENCE Q8).
    pub delete_in_progress: bool,
}

impl Directory {
    /// Whether it is of another type than Other.
    pub fn is_of_another_type(&self) -> bool {
        !self.r#type.is_empty() && self.r#type != OTHER
    }
}

impl Directory {
    /// Reads an entry of the list or a single directory; `None` without an id (EVIDENCE 3.2).
    pub(in crate::access) fn read(object: &Map<String, Value>) -> Option<Self> {
        let id = decode::text(object, &ID_NAMES);
        let domains = object
            .get("domains")
            .and_then(Value::as_array)
            .map(|items| domain_names(items));
        let count = decode::integer(object, "countDomains");
        Some(Self {
            id: id.or_else(|| id_in_address(decode::own_link(object)?))?,
            user_store_id: decode::text(object, &["userStoreId", "userstoreId", "userStoreUuid"]),
            name: decode::text(object, &["name"]).unwrap_or_default(),
            r#type: kind(object).unwrap_or_default(),
            domains: domains.filter(|domains| !domains.is_empty() || count == Some(0)),
            delete_in_progress: decode::boolean(object, "deleteInProgress").unwrap_or(false),
        })
    }
}

pub(in crate::access) fn kind(object: &Map<String, Value>) -> Option<String> {
    decode::text(object, &["type", "directoryType"])
}

/// The id in the address of a directory. A job or whatever else has an address as well (EVIDENCE Q8).
pub(in crate::access) fn id_in_address(address: &str) -> Option<String> {
    decode::member_of(address, "directoryconfigs")
}

/// Domains as texts or as objects; what the objects call it is not known (EVIDENCE 3.3).
pub(in crate::access) fn domain_names(items: &[Value]) -> Vec<String> {
    let name = |item: &Value| match item {
        Value::String(name) => Some(name.clone()),
        Value::Object(object) => decode::text(object, &["name", "domain", "domainName"]),
        _ => None,
    };
    items.iter().filter_map(name).collect()
}

/// What two directories must not have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Clash {
    /// The name.
    Name(String),
    /// A domain: it must be unique across all directories (EVIDENCE 3.6).
    Domain(String),
}

impl fmt::Display for Clash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => write!(f, "name {}", quoted(name)),
            Self::Domain(domain) => write!(f, "domain {}", text::item(domain)),
        }
    }
}

/// What `existing` has in common with a directory to be created, if that is not allowed.
pub(in crate::access) fn clash(existing: &Directory, name: &str, domains: &[String]) -> Option<Clash> {
    if !name.is_empty() && same_name(&existing.name, name) {
        return Some(Clash::Name(existing.name.clone()));
    }
    let taken = existing.domains.as_deref().unwrap_or_default();
    let is_taken = |domain: &&String| taken.iter().any(|it| same_domain(it, domain));
    let domain = domains.iter().find(is_taken)?;
    Some(Clash::Domain(domain.clone()))
}

/// The directory among `others` whose name is the same where a tenant makes no difference between letters (EVIDENCE Q13).
pub(in crate::access) fn same_but_for_case<'a>(
    others: impl IntoIterator<Item = &'a Directory>,
    name: &str,
) -> Option<(Directory, Clash)> {
    let folded = folded_name(name);
    let mut others = others.into_iter();
    let same = others.find(|it| folded_name(&it.name) == folded)?;
    Some((same.clone(), Clash::Name(same.name.clone())))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_spelling_of_the_ids_is_read() {
        for (item, id, store) in [
            (
                json!({"directoryConfigurationId": "1", "userStoreId": "2"}),
                "1",
                Some("2"),
            ),
            (
                json!({"directoryConfigId": "1", "userStoreUuid": "2"}),
                "1",
                Some("2"),
            ),
            (json!({"directoryId": "1", "userstoreId": "2"}), "1", Some("2")),
            (json!({"id": "1", "userStoreId": null}), "1", None),
            (
                json!({"_links": {"self": {"href": "https://h/SAAS/x/directoryconfigs/1"}}}),
                "1",
                None,
            ),
        ] {
            let directory = Directory::read(item.as_object().expect("an object")).expect("an id");
            assert_eq!(
                (directory.id.as_str(), directory.user_store_id.as_deref()),
                (id, store),
                "{item}"
            );
        }
        for none in [
            json!({"name": "n"}),
            json!({"_links": {"self": {"href": "https://h/SAAS/x/jobs/1"}}}),
        ] {
            assert_eq!(Directory::read(none.as_object().expect("an object")), None);
        }
    }

    #[test]
    fn domains_are_told_or_not() {
        for (item, domains) in [
            (json!({"id": "1", "countDomains": 1}), None),
            (json!({"id": "1", "countDomains": 1, "domains": []}), None),
            (json!({"id": "1", "countDomains": 0, "domains": []}), Some(vec![])),
            (
                json!({"id": "1", "domains": ["a.b"]}),
                Some(vec!["a.b".to_owned()]),
            ),
            (
                json!({"id": "1", "domains": [{"name": "a.b"}]}),
                Some(vec!["a.b".to_owned()]),
            ),
        ] {
            let directory = Directory::read(item.as_object().expect("an object")).expect("an id");
            assert_eq!(directory.domains, domains, "{item}");
        }
    }
}
