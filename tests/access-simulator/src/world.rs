//! Everything the tenant knows, and who may use it.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::header;
use rand::distr::{Alphanumeric, SampleString};

use crate::{
    choices::Unauthorized,
    clients::Client,
    clock::Clock,
    directories::Directory,
    fault::Fault,
    http::{Call, HTML_PAGE, Reply},
    jwt::SigningKey,
    options::Options,
    record::Journal,
    scim::Store,
    switches::Switches,
    tokens::{Issued, Owner, Tokens},
};

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
    pub(crate) tokens: Tokens,
    pub(crate) directories: Vec<Directory>,
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
            tokens: Tokens::default(),
            directories: vec![Directory::system()],
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

    /// Adds or replaces a client, from whichever side.
    pub(crate) fn put_client(&mut self, client: Client) {
        let before = self.clients.get(&client.client_id);
        if self.switches.rotation_revokes_tokens
            && before.is_some_and(|before| before.secret != client.secret)
        {
            self.tokens.revoke_client(&client.client_id); // Q20
        }
        self.note_secret(&client.secret);
        self.clients.insert(client.client_id.clone(), client);
    }

    /// Deletes a client together with its tokens (documented).
    pub(crate) fn delete_client(&mut self, id: &str) -> bool {
        self.tokens.forget_client(id);
        self.clients.remove(id).is_some()
    }

    /// Deletes a directory together with its users and groups (Q26).
    pub(crate) fn delete_directory(&mut self, id: &str) -> bool {
        let before = self.directories.len();
        self.directories.retain(|directory| directory.id != id);
        self.scim.forget_directory(id);
        self.directories.len() < before
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
