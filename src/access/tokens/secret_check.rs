//! Whether a client's secret is the right one, found out at the token endpoint (EVIDENCE 1.3, Q15).

use std::time::Duration;

use terraform_plugin::secret::Secret;

use super::mint::{by_oauth_code, token_object};
use crate::access::client_secret;
use crate::access::http::call::Call;
use crate::access::http::error::{Error, ErrorKind};
use crate::access::tenant::Tenant;

/// What a tenant says of a secret.
#[derive(Debug)]
pub enum SecretVerdict {
    /// The client has it.
    Accepted,
    /// The client has another one: `invalid_client` in the tenant's own words, twice, seconds apart.
    Refused,
    /// Neither was said, and nothing must be concluded: a client without the grant, a gateway's page, a 401 without a
    /// word, no answer.
    CannotTell(Error),
}

/// Between the first refusal of a secret and the second, which is needed for it to be believed.
const SECOND_THOUGHT: Duration = Duration::from_secs(3);

/// The pauses before each look at a secret that was just set: a token endpoint may lag behind.
pub(in crate::access) const SECRET_LOOKS: [Duration; 4] = [
    Duration::ZERO,
    Duration::from_secs(2),
    Duration::from_secs(5),
    Duration::from_secs(10),
];

/// The same where nobody would ever look again: over a minute, after which what a tenant says is no longer what was true
/// before.
pub(in crate::access) const LONG_SECRET_LOOKS: [Duration; 6] = [
    Duration::ZERO,
    Duration::from_secs(2),
    Duration::from_secs(5),
    Duration::from_secs(10),
    Duration::from_secs(15),
    Duration::from_secs(30),
];

impl Tenant {
    /// Whether the tenant accepts `secret` for a client, found out without a token being issued.
    ///
    /// A refresh token that never existed is presented: RFC 6749 (section 5.2) has the tenant look at the client first
    /// and say `invalid_client`, or `invalid_grant` where only the refresh token is wrong.
    pub async fn check_secret(&self, client_id: &str, secret: &Secret) -> SecretVerdict {
        let first = self.try_secret(client_id, secret).await;
        self.confirm_secret(client_id, secret, first).await
    }

    /// What [`Tenant::check_secret`] comes to after its first try. A refusal has consequences, so it is believed only
    /// when, seconds later, a real mint is refused for the same reason.
    pub async fn confirm_secret(
        &self,
        client_id: &str,
        secret: &Secret,
        first: SecretVerdict,
    ) -> SecretVerdict {
        if !matches!(first, SecretVerdict::Refused) {
            return first;
        }
        if !self.wait_before_looking(SECOND_THOUGHT).await {
            return SecretVerdict::CannotTell(interrupted());
        }
        match self.mint(client_id, secret, None).await {
            Ok(_) => SecretVerdict::Accepted,
            Err(error) => verdict_of(error),
        }
    }

    /// The same for a secret of a client that was written to less than a minute ago: what a tenant says then may be what
    /// was true before, so it is asked again after 2 and 5 s.
    pub async fn confirm_new_secret(
        &self,
        client_id: &str,
        secret: &Secret,
        first: SecretVerdict,
    ) -> SecretVerdict {
        let mut verdict = self.confirm_secret(client_id, secret, first).await;
        for pause in &SECRET_LOOKS[1..3] {
            if !matches!(verdict, SecretVerdict::Refused) {
                break;
            }
            if !self.wait_before_looking(*pause).await {
                return SecretVerdict::CannotTell(interrupted());
            }
            verdict = self.try_secret(client_id, secret).await;
        }
        verdict
    }

    /// What the tenant says to `secret` when it is asked once.
    pub async fn try_secret(&self, client_id: &str, secret: &Secret) -> SecretVerdict {
        match self.present_no_refresh_token(client_id, secret).await {
            Ok(()) => SecretVerdict::Accepted,
            Err(error) => verdict_of(error),
        }
    }

    /// Whether a client has a secret that was made for it, or given to it alone: if so, the client is ours.
    ///
    /// A token that can be minted with it proves that. So does, for a client without the grant, an answer that a random
    /// secret does not get (RFC 6749, section 5.2; EVIDENCE Q15). Asked after each of `pauses` until it is not refused.
    pub(in crate::access) async fn prove_secret(
        &self,
        client_id: &str,
        secret: &Secret,
        pauses: &[Duration],
    ) -> SecretVerdict {
        for pause in pauses {
            if !self.wait_before_looking(*pause).await {
                return SecretVerdict::CannotTell(interrupted());
            }
            let Err(error) = self.mint(client_id, secret, None).await else {
                return SecretVerdict::Accepted;
            };
            if said_invalid_client(&error) {
                continue;
            }
            if lacks_the_grant(&error) {
                let control = self.mint(client_id, &client_secret::generate(), None).await;
                if control.is_err_and(|error| said_invalid_client(&error)) {
                    return SecretVerdict::Accepted;
                }
            }
            return SecretVerdict::CannotTell(error);
        }
        SecretVerdict::Refused
    }

    /// Whether the client is ours, as [`Tenant::prove_secret`] says; for an object whose creation got no answer.
    pub async fn owns_client(&self, client_id: &str, secret: &Secret) -> SecretVerdict {
        self.prove_secret(client_id, secret, &SECRET_LOOKS[..2]).await
    }

    async fn present_no_refresh_token(&self, client_id: &str, secret: &Secret) -> Result<(), Error> {
        let form = [("grant_type", "refresh_token"), ("refresh_token", "none")];
        let call = Call {
            plain_codes: &["invalid_grant", "unauthorized_client"], // that it is accepted is told without words
            ..self.token_call(client_id, secret, &form)?
        };
        let answer = self
            .0
            .http
            .send(&call, None)
            .await
            .map_err(|error| by_oauth_code(&error))?;
        match token_object(&call, &answer)?
            .get("access_token")
            .filter(|token| !token.is_null())
        {
            Some(_) => Ok(()),
            None => Err(call.protocol(&answer, "neither a token nor a refusal")),
        }
    }
}

fn interrupted() -> Error {
    Error::configuration("the run was interrupted before it was certain")
}

fn verdict_of(error: Error) -> SecretVerdict {
    if said_invalid_client(&error) {
        SecretVerdict::Refused
    } else if lacks_the_grant(&error) {
        SecretVerdict::Accepted
    } else {
        SecretVerdict::CannotTell(error)
    }
}

/// Whether the tenant itself says that client and secret do not fit. A bare 401 may come from anything on the way.
fn said_invalid_client(error: &Error) -> bool {
    said(error, "invalid_client")
}

/// Whether the refusal is one that a client with the right secret, but without the grant, gets: others, such as
/// `unsupported_grant_type` or a gateway's `access_denied`, come before anybody has looked at the secret.
/// `unauthorized_client` with a 401 may be about either: some servers say it of a wrong secret.
fn lacks_the_grant(error: &Error) -> bool {
    error.kind() == ErrorKind::GrantRefused
        && (said(error, "invalid_grant") || error.status() != Some(401) && said(error, "unauthorized_client"))
}

fn said(error: &Error, code: &str) -> bool {
    error.server_errors().iter().any(|said| said.code == code)
}
