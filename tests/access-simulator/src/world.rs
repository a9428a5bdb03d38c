//! Everything the tenant knows, and who may use it.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::header;
use rand::distr::{Alphanumeric, SampleString};

use crate::choices::Unauthorized;
use crate::clients::Client;
use crate::clock::Clock;
use crate::directories::Directory;
use crate::fault::Fault;
use crate::http::{Call, HTML_PAGE, Reply};
use crate::jwt::SigningKey;
use crate::lag::Earlier;
use crate::options::Options;
use crate::record::Journal;
use crate::scim::Store;
use crate::switches::Switches;
use crate::tokens::{Issued, Owner, Tokens};

/// The tenant. One lock guards it as a whole: requests are short, and tests want no interleaving.
pub(crate) struct World {
    /// `https://localhost:PORT` and the path prefix, if any.
    pub(crate) base: String,
    /// The address below which `/jersey`, `/auth` and `/API` are.
    pub(crate) saas: String,
    pub(crate) tenant: String,
    pub(crate) switches: Switches,
    pub(crate) clock: Clock,
    pub(crate) key: SigningKey,
    pub(crate) clients: BTreeMap<String, Client>,
    pub(crate) earlier_clients: Earlier<Client>,
    pub(crate) tokens: Tokens,
    pub(crate) directories: Vec<Directory>,
    pub(crate) earlier_directories: Earlier<Directory>,
    pub(crate) scim: Store,
    pub(crate) journal: Journal,
    pub(crate) faults: Vec<Fault>,
    pub(crate) secrets: BTreeSet<String>,
    pub(crate) admin_user: Option<(String, String)>,
}

impl World {
    pub(crate) fn new(options: &Options, base: String, key: SigningKey) -> Self {
        let saas = if options.path_prefix.is_some() {
            base.clone()
        } else {
            format!("{base}/SAAS")
        };
        let mut world = Self {
            base,
            saas,
            tenant: options.tenant.clone(),
            switches: options.switches.clone(),
            clock: Clock::default(),
            key,
            clients: BTreeMap::new(),
            earlier_clients: Earlier::default(),
            tokens: Tokens::default(),
            directories: vec![Directory::system()],
            earlier_directories: Earlier::default(),
            scim: Store::default(),
            journal: Journal::default(),
            faults: Vec::new(),
            secrets: BTreeSet::new(),
            admin_user: options.admin_user.clone(),
        };
        for id in ["acs", "Service__OAuth2Client"] {
            let secret = random_secret();
            world.put_client(Client {
                internal_system_client: true,
                ..Client::service(id, &secret)
            });
        }
        let (id, secret) = &options.admin_client;
        world.put_client(Client {
            remember_as: Some(id.clone()),
            ..Client::service(id, secret)
        });
        if let Some((_, password)) = &options.admin_user {
            world.secrets.insert(password.clone());
        }
        world
    }

    /// The id of the client that a caller means, or that a new one gets.
    pub(crate) fn client_id(&self, spelled: &str) -> String {
        if !self.switches.client_ids_lower {
            return spelled.to_owned();
        }
        let known = self.clients.keys().find(|id| id.eq_ignore_ascii_case(spelled));
        known.cloned().unwrap_or_else(|| spelled.to_ascii_lowercase())
    }

    /// Adds or replaces a client over the API; readers may lag behind.
    pub(crate) fn write_client(&mut self, client: Client) {
        let before = self.clients.get(&client.client_id).cloned();
        self.earlier_clients
            .note(self.clock.now(), &client.client_id, before);
        self.store_client(client);
    }

    /// Adds or replaces a client from the test's side, for every reader at once.
    pub(crate) fn put_client(&mut self, client: Client) {
        self.earlier_clients.settle(&client.client_id);
        self.store_client(client);
    }

    fn store_client(&mut self, client: Client) {
        let before = self.clients.get(&client.client_id);
        if self.switches.rotation_revokes_tokens
            && before.is_some_and(|before| before.secret != client.secret)
        {
            self.tokens.revoke_client(&client.client_id); // Q20
        }
        self.note_secret(&client.secret);
        self.clients.insert(client.client_id.clone(), client);
    }

    /// Deletes a client over the API together with its tokens (documented); readers may lag behind.
    pub(crate) fn remove_client(&mut self, id: &str) {
        self.tokens.forget_client(id);
        let before = self.clients.remove(id);
        self.earlier_clients.note(self.clock.now(), id, before);
    }

    /// Deletes a client from the test's side, for every reader at once. Says whether there was one.
    pub(crate) fn delete_client(&mut self, id: &str) -> bool {
        let found = self.clients.contains_key(id);
        self.remove_client(id);
        self.earlier_clients.settle(id);
        found
    }

    /// Adds or replaces a directory over the API; readers may lag behind.
    pub(crate) fn write_directory(&mut self, directory: Directory) {
        let now = self.clock.now();
        let place = self
            .directories
            .iter_mut()
            .find(|before| before.id == directory.id);
        self.earlier_directories
            .note(now, &directory.id, place.as_deref().cloned());
        match place {
            Some(place) => *place = directory,
            None => self.directories.push(directory),
        }
    }

    /// Deletes a directory over the API together with its users and groups (Q26); readers may lag behind.
    pub(crate) fn remove_directory(&mut self, id: &str) {
        if !self.switches.directory_delete_keeps_users {
            self.scim.forget_directory(id);
        }
        if let Some(index) = self.directories.iter().position(|directory| directory.id == id) {
            let before = self.directories.remove(index);
            self.earlier_directories.note(self.clock.now(), id, Some(before));
        }
    }

    /// Deletes a directory from the test's side, for every reader at once. Says whether there was one.
    pub(crate) fn delete_directory(&mut self, id: &str) -> bool {
        let found = self.directories.iter().any(|directory| directory.id == id);
        self.remove_directory(id);
        self.earlier_directories.settle(id);
        found
    }

    /// Remembers a secret for redaction tests.
    pub(crate) fn note_secret(&mut self, secret: &str) {
        if !secret.is_empty() && !self.secrets.contains(secret) {
            self.secrets.insert(secret.to_owned());
        }
    }

    /// The token of a call if it is valid now.
    pub(crate) fn valid_token(&self, call: &Call) -> Option<&Issued> {
        let issued = self.tokens.get(call.token()?)?;
        (!issued.revoked && issued.expires > self.clock.now()).then_some(issued)
    }

    /// Lets only administrators pass (Q14, Q5).
    pub(crate) fn admin(&self, call: &Call) -> Result<&Issued, Reply> {
        let Some(issued) = self.valid_token(call) else {
            return Err(self.unauthorized(call));
        };
        let has_role = match &issued.owner {
            Owner::User(_) => true,
            Owner::Client(id) => {
                !(self.switches.api_clients_lack_role
                    && self.clients.get(id).is_some_and(|client| client.over_api))
            }
        };
        if has_role && issued.scope.split_whitespace().any(|scope| scope == "admin") {
            Ok(issued)
        } else {
            Err(Reply::error(
                403,
                "forbidden",
                "User is not authorized to perform the task.",
            ))
        }
    }

    fn unauthorized(&self, call: &Call) -> Reply {
        let expired = call
            .token()
            .and_then(|token| self.tokens.get(token))
            .is_some_and(|issued| issued.expires <= self.clock.now());
        match self.switches.unauthorized {
            Unauthorized::Expired403 if expired => {
                Reply::error(403, "forbidden", "User is not authorized to perform the task.")
            }
            Unauthorized::Status401 | Unauthorized::Expired403 => {
                let message = match (call.token(), expired) {
                    (None, _) => "The request carries no access token.",
                    (Some(_), true) => "The access token has expired.",
                    (Some(_), false) => "The access token is not valid.",
                };
                Reply::error(401, "unauthorized", message)
            }
            Unauthorized::Html => Reply::text(200, "text/html;charset=UTF-8", HTML_PAGE),
            Unauthorized::Redirect => {
                Reply::empty(302).header(header::LOCATION, format!("{}/auth/login", self.saas))
            }
        }
    }
}

/// A secret as the product generates them.
pub(crate) fn random_secret() -> String {
    Alphanumeric.sample_string(&mut rand::rng(), 32)
}
