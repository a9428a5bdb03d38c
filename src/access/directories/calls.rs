//! Directories: their fields, and how one is created (EVIDENCE 3). There is no update (EVIDENCE Q12).

use std::sync::atomic::Ordering;
use std::time::Duration;

use reqwest::Method;
use serde_json::{Map, Value, json};
use terraform_plugin::text;

use super::directory::{Clash, Directory, ID_NAMES, OTHER, clash, id_in_address};
use super::error::CreateDirectoryError;
use super::list::PATH;
use super::memory::{Listing, READ_AGE};
use super::settle::may_be_duplicate;
use crate::access::decode;
use crate::access::http::body::Body;
use crate::access::http::call::Call;
use crate::access::http::encode::segment;
use crate::access::http::error::{Area, Error};
use crate::access::http::media_type;
use crate::access::http::retry::Repeat;
use crate::access::http::transport::Answer;
use crate::access::looks::{CREATE_AGE, FEW_LOOKS, LOOKS};
use crate::access::spelling::folded_name;
use crate::access::tenant::Tenant;

impl Tenant {
    /// Creates a directory of type Other.
    ///
    /// The list is read first, once for all creations of a few seconds: a directory with this name (exactly) or one of
    /// these domains (in whatever spelling) is in the way, and so is one that this process has made since. A 2xx with the
    /// new directory in it needs nothing more than what it leaves out; all other answers but refusals are settled by the
    /// list.
    ///
    /// The POST goes out in the vendor's media type alone: as JSON it may make a directory of another type
    /// (EVIDENCE 0.2). Where [`DirectoryCreation`](super::DirectoryCreation) says otherwise, the
    /// list has to confirm the type.
    ///
    /// A refusal of which the list does not show the reason is tried again where this process has deleted a directory:
    /// the tenant may still be at that, and its list behind.
    pub async fn create_other_directory(
        &self,
        name: &str,
        domains: &[String],
    ) -> Result<Directory, CreateDirectoryError> {
        let mut pauses = LOOKS[1..].iter();
        let mut writes = 0;
        loop {
            let created = self.create_once(name, domains, writes).await;
            writes = self.0.directories.writes.load(Ordering::SeqCst);
            let may_pass = matches!(&created, Err(CreateDirectoryError::Failed(error)) if may_be_duplicate(error))
                && self.0.directories.run.has_deleted_any();
            match pauses.next() {
                Some(pause) if may_pass && self.wait_before_looking(*pause).await => {}
                _ => return created,
            }
        }
    }

    /// One attempt, by a list from after `writes` writes of this process.
    async fn create_once(
        &self,
        name: &str,
        domains: &[String],
        writes: u64,
    ) -> Result<Directory, CreateDirectoryError> {
        let before = self.directory_list_after(writes, CREATE_AGE).await?;
        if let Some(reason) = &before.missing {
            return Err(CreateDirectoryError::ListNotWhole(reason.clone()));
        }
        let listed = self.in_the_way(&before.directories, name, domains);
        if let Some((existing, clash)) =
            listed.or_else(|| self.made_in_the_way(before.fetched_at, name, domains))
        {
            return Err(CreateDirectoryError::AlreadyExists {
                existing: Box::new(existing),
                clash,
                refusal: None,
            });
        }
        let told = &self.0.config.directory_creation;
        let path = match &told.path {
            Some(path) => self.tenant_url().path_beside(path),
            None => self.tenant_url().path(PATH),
        };
        let call = Call {
            endpoint: "POST directoryconfigs",
            vendor: Some(media_type::OTHER_DIRECTORY),
            vendor_alone: true,
            media_type: told.media_type.clone(),
            body: Some(Body::json(
                json!({"type": OTHER, "domains": domains, "name": name}),
            )?),
            repeat: Repeat::Never,
            ..Call::new(Method::POST, path, Area::Directories)
        };
        let write = self.0.directories.write();
        let answer = self.send(&call).await;
        drop(write);
        let created = match answer.and_then(|answer| created(&call, &answer, &before, name)) {
            Ok(created) if self.0.directories.claim(&created.id) => self.completed(created).await,
            Ok(created) => {
                let detail = format!(
                    "the answer names the directory of another creation ({})",
                    text::item(&created.id)
                );
                let error = call.unclear(&detail);
                self.settle_directory(&before, name, domains, error).await?
            }
            Err(error) => self.settle_directory(&before, name, domains, error).await?,
        };
        self.note_directory_creation(&created.id, self.clock().now());
        if created.is_of_another_type() {
            return Err(CreateDirectoryError::OtherType(Box::new(created)));
        }
        Ok(Directory {
            name: Some(created.name)
                .filter(|it| !it.is_empty())
                .unwrap_or_else(|| name.to_owned()),
            r#type: OTHER.to_owned(),
            domains: created.domains.or_else(|| Some(domains.to_vec())),
            ..created
        })
    }

    /// All directories, as the list tells them: `domains` may be missing.
    pub async fn directories(&self) -> Result<Vec<Directory>, Error> {
        Ok(self.directory_list(READ_AGE).await?.directories.clone())
    }

    /// The directory among `others` that has this name or one of these domains, and stays.
    pub(in crate::access) fn in_the_way<'a>(
        &self,
        others: impl IntoIterator<Item = &'a Directory>,
        name: &str,
        domains: &[String],
    ) -> Option<(Directory, Clash)> {
        let mut staying = others.into_iter().filter(|it| self.stays(it));
        staying.find_map(|it| clash(it, name, domains).map(|clash| (it.clone(), clash)))
    }

    /// Whether a listed directory is neither being deleted nor deleted by this run, whatever a list that lags says.
    pub(super) fn stays(&self, listed: &Directory) -> bool {
        !listed.delete_in_progress && !self.0.directories.run.has_deleted(&listed.id)
    }

    /// What was created, with what the answer left out, as far as the list tells it.
    async fn completed(&self, mut created: Directory) -> Directory {
        let is_usual = self.0.config.directory_creation.is_usual();
        if is_usual && !created.r#type.is_empty() && created.user_store_id.is_some() {
            return created;
        }
        for pause in LOOKS.into_iter().take(FEW_LOOKS) {
            if !self.wait_before_looking(pause).await {
                break;
            }
            let age = if pause.is_zero() {
                CREATE_AGE
            } else {
                Duration::ZERO
            };
            let Ok(listing) = self.directory_list(age).await else {
                continue;
            };
            if let Some(listed) = listing.find(&created.id).cloned() {
                created.user_store_id = created.user_store_id.or(listed.user_store_id);
                created.domains = created.domains.or(listed.domains);
                if !listed.r#type.is_empty() {
                    created.r#type = listed.r#type; // an answer may repeat what was asked for
                }
                if created.name.is_empty() {
                    created.name = listed.name;
                }
                break;
            }
        }
        created
    }

    pub(in crate::access) fn one_directory(
        &self,
        method: Method,
        id: &str,
        endpoint: &'static str,
    ) -> Result<Call, Error> {
        let path = self.tenant_url().path(&format!("{PATH}/{}", segment(id)?));
        Ok(Call {
            endpoint,
            ..Call::new(method, path, Area::Directories)
        })
    }
}

/// The directory that a 2xx answer shows, if it says which one that is. A 202 promises one; errors speak of none.
fn created(call: &Call, answer: &Answer, before: &Listing, name: &str) -> Result<Directory, Error> {
    if let Some(error) = call.errors_in(answer) {
        return Err(error);
    }
    if answer.status == 202 {
        return Err(call.protocol(answer, "the tenant has accepted it, and not done it yet"));
    }
    let address = answer.location().and_then(id_in_address);
    let mut object = match call.object(answer) {
        Err(_) if address.is_some() => Map::new(), // the id is what matters
        object => object?,
    };
    let is_linked = decode::own_link(&object).and_then(id_in_address).is_some();
    let is_shown = object.contains_key("name") || object.contains_key("type");
    if address.is_none() && !is_linked && !is_shown {
        return Err(call.protocol(answer, "the answer does not show a directory"));
    }
    if let Some(id) = address.filter(|_| decode::text(&object, &ID_NAMES).is_none()) {
        object.insert("id".to_owned(), Value::String(id));
    }
    let Some(directory) = Directory::read(&object) else {
        return Err(call.protocol(answer, "the answer holds no id"));
    };
    if before.find(&directory.id).is_some() {
        return Err(call.protocol(answer, "the answer shows a directory that was there before"));
    }
    if !directory.name.is_empty() && folded_name(&directory.name) != folded_name(name) {
        return Err(call.protocol(answer, "the answer shows another directory"));
    }
    Ok(directory)
}
