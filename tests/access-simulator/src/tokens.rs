//! Issued tokens and whether they still hold.

use std::collections::HashMap;

use jiff::Timestamp;

/// Whom a token speaks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    Client(String),
    User(String),
}

/// An access or session token.
#[derive(Clone, Debug)]
pub(crate) struct Issued {
    pub(crate) owner: Owner,
    pub(crate) scope: String,
    pub(crate) since: Timestamp,
    pub(crate) expires: Timestamp,
    pub(crate) revoked: bool,
}

/// Every token ever issued, except those of deleted clients.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    access: HashMap<String, Issued>,
    refresh: HashMap<String, Issued>,
}

impl Tokens {
    pub(crate) fn add(&mut self, token: String, issued: Issued) {
        self.access.insert(token, issued);
    }

    pub(crate) fn add_refresh(&mut self, token: String, issued: Issued) {
        self.refresh.insert(token, issued);
    }

    pub(crate) fn get(&self, token: &str) -> Option<&Issued> {
        self.access.get(token)
    }

    pub(crate) fn get_refresh(&self, token: &str) -> Option<&Issued> {
        self.refresh.get(token)
    }

    /// Marks a token as revoked; `by` restricts this to the tokens of one client. Says whether there was one.
    pub(crate) fn revoke(&mut self, token: &str, by: Option<&str>) -> bool {
        let mut found = false;
        for issued in [self.access.get_mut(token), self.refresh.get_mut(token)]
            .into_iter()
            .flatten()
        {
            if by.is_none_or(|id| issued.belongs_to(id)) {
                issued.revoked = true;
                found = true;
            }
        }
        found
    }

    pub(crate) fn revoke_client(&mut self, id: &str) {
        let all = self.access.values_mut().chain(self.refresh.values_mut());
        all.filter(|issued| issued.belongs_to(id))
            .for_each(|issued| issued.revoked = true);
    }

    pub(crate) fn forget_client(&mut self, id: &str) {
        self.access.retain(|_, issued| !issued.belongs_to(id));
        self.refresh.retain(|_, issued| !issued.belongs_to(id));
    }
}

impl Issued {
    fn belongs_to(&self, id: &str) -> bool {
        self.owner == Owner::Client(id.to_owned())
    }
}
