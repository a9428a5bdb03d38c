//! Deleting a client (EVIDENCE 2.1): what the DELETE is answered is no proof, in the one case as in the other.

use std::collections::VecDeque;
use std::time::Duration;

use jiff::Timestamp;
use reqwest::Method;
use terraform_plugin::secret::Secret;

use crate::access::http::call::Call;
use crate::access::http::error::Error;
use crate::access::looks::{BETWEEN_LOOKS, looks};
use crate::access::tenant::Tenant;
use crate::access::tokens::secret_check::SecretVerdict;

impl Tenant {
    /// Deletes a client; one that is gone already is fine. It is gone when it cannot be read any more.
    ///
    /// Without an answer of success it takes two looks, seconds apart, and within a minute of the creation none counts:
    /// a tenant that does not show the client everywhere yet would have it forgotten, and left behind. For the same reason
    /// its `secret`, where it is known, must not be accepted any more then.
    pub async fn delete_oauth_client(&self, id: &str, secret: Option<&Secret>) -> Result<(), Error> {
        let call = Call {
            vendor: None,
            ..self.one(Method::DELETE, id, "DELETE oauth2clients/{id}")?
        };
        let answer = self.send(&call).await;
        let outcome = answer.and_then(|answer| call.errors_in(&answer).map_or(Ok(answer), Err));
        if let Err(error) = &outcome
            && error.status() != Some(404)
            && !error.outcome_is_unknown()
            && !error.is_mute()
        {
            return Err(error.clone());
        }
        let mut pauses: VecDeque<_> = looks(outcome.is_ok()).iter().copied().collect();
        let mut absent_since = None;
        while let Some(pause) = pauses.pop_front() {
            if !self.wait_before_looking(pause).await {
                break;
            }
            let now = self.clock().now();
            let spreading = self.client_still_spreading(id);
            match (self.oauth_client(id).await, &outcome) {
                (Ok(None), _)
                    if !spreading.is_zero() && (outcome.is_err() || self.is_in_use(id, secret).await) =>
                {
                    absent_since = None;
                    pauses.extend(Some(spreading).filter(|_| pauses.is_empty()));
                }
                (Ok(None), Ok(_)) => {
                    self.note_deleted_client(id);
                    return Ok(());
                }
                (Ok(None), Err(error)) => {
                    let since: Timestamp = *absent_since.get_or_insert(now);
                    if error.says_not_found() || since_then(since, now) >= BETWEEN_LOOKS {
                        self.note_deleted_client(id);
                        return Ok(());
                    }
                    pauses.push_front(BETWEEN_LOOKS);
                }
                (Ok(Some(_)), _) => absent_since = None,
                (Err(_), Err(error)) => return Err(error.clone()),
                (Err(problem), Ok(_)) => return Err(problem),
            }
        }
        match outcome {
            Err(error) => Err(error),
            Ok(answer) => Err(call.protocol(
                &answer,
                "the tenant says that the client is deleted, but it is still there",
            )),
        }
    }

    /// Whether the token endpoint knows a client with this secret.
    async fn is_in_use(&self, id: &str, secret: Option<&Secret>) -> bool {
        match secret {
            Some(secret) => matches!(self.try_secret(id, secret).await, SecretVerdict::Accepted),
            None => false,
        }
    }

    fn note_deleted_client(&self, id: &str) {
        self.0.clients.deleted.note(id);
        self.0.clients.creation_times.forget(id);
    }

    /// Notes when the client of this id was created, as state remembers it.
    pub fn note_client_creation(&self, id: &str, at: Timestamp) {
        self.0.clients.creation_times.note(id, at);
    }
}

fn since_then(then: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(now.duration_since(then)).unwrap_or_default()
}
