//! Whether SCIM takes a token: the proof that whoever provisions with it can begin (EVIDENCE 3.7, Q5).

use std::time::Duration;

use reqwest::Method;
use terraform_plugin::secret::Secret;

use super::http::authorization::header;
use super::http::bounded;
use super::http::call::Call;
use super::http::error::{Area, Error, ErrorKind};
use super::tenant::Tenant;

/// For how long SCIM is waited for: a second opinion keeps nothing from state.
const LIMIT: Duration = Duration::from_secs(10);

/// What SCIM says to a token.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ScimAccess {
    /// It lists users.
    Ok,
    /// Status 403: signed in, but not allowed (EVIDENCE Q5, 3.7).
    Forbidden,
    /// Status 401: the token is none to it.
    Unauthorized,
    /// Anything else: no answer, a web page, another status, an answer that is no list. Nothing must be concluded.
    Unreachable,
}

impl ScimAccess {
    /// The word for it in state.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Forbidden => "forbidden",
            Self::Unauthorized => "unauthorized",
            Self::Unreachable => "unreachable",
        }
    }
}

impl Tenant {
    /// Asks SCIM for one user's id with `token`, once, and for no longer than 10 s.
    ///
    /// Nothing of the answer but its status and form is kept, in an error or otherwise: it is about a person.
    pub async fn scim_access(&self, token: &Secret) -> ScimAccess {
        let looked = tokio::time::timeout(LIMIT, self.look_at_scim(token)).await;
        match looked {
            Ok(Ok(access)) => access,
            Ok(Err(error)) if error.facts().page => ScimAccess::Unreachable,
            Ok(Err(error)) => match error.kind() {
                ErrorKind::Forbidden => ScimAccess::Forbidden,
                ErrorKind::Unauthorized => ScimAccess::Unauthorized,
                _ => ScimAccess::Unreachable,
            },
            Err(_) => ScimAccess::Unreachable,
        }
    }

    async fn look_at_scim(&self, token: &Secret) -> Result<ScimAccess, Error> {
        let call = Call {
            query: "count=1&attributes=id".to_owned(),
            authorization: Some(header("Bearer ", token)?),
            max_retries: Some(0),
            secrets: vec![token.clone()],
            ..Call::new(
                Method::GET,
                self.tenant_url().path("/jersey/manager/api/scim/Users"),
                Area::Other,
            )
        };
        let answer = self.0.http.send(&call, None).await?;
        let is_list =
            bounded::members(&answer.body, &["totalResults"]).is_some_and(|found| !found.is_empty());
        Ok(if is_list {
            ScimAccess::Ok
        } else {
            ScimAccess::Unreachable
        })
    }
}
