//! Finding out what became of a request whose answer was lost or says little (EVIDENCE Q6, Q27).
//!
//! The proof of ownership is the secret: whoever can mint a token for a client with the secret that was just sent has
//! created it, or changed it.

use std::collections::HashSet;
use std::time::Duration;

use terraform_plugin::secret::Secret;
use tracing::debug;

use super::error::{CreateError, SecretInForce, UpdateError};
use super::fields::{
    Chosen, Created, OAuthClient, OAuthClientChange, Proof, SecretChange, SecretOutcome, Updated,
};
use crate::access::http::error::{Error, ErrorKind};
use crate::access::looks::{LOOKS, looks};
use crate::access::tenant::Tenant;
use crate::access::tokens::secret_check::{LONG_SECRET_LOOKS, SECRET_LOOKS, SecretVerdict};

/// How much the answer to a POST says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::access) enum Verdict {
    /// Refused, and a duplicate cannot be the reason.
    Refused,
    /// Refused, perhaps because it exists already.
    PerhapsDuplicate,
    /// A 500: a fault, a duplicate, or a fault after it was created.
    Fault,
    /// No answer, or none from the API.
    Lost,
    /// A 2xx whose body is of no use: 201 is what is documented, others are seen (EVIDENCE Q8).
    Created,
}

impl Verdict {
    pub fn of(error: &Error) -> Self {
        let (not_sent, maybe_processed) = (error.facts().not_sent, error.facts().maybe_processed);
        match (error.kind(), error.status()) {
            _ if not_sent && !maybe_processed => Self::Refused,
            (ErrorKind::Protocol, Some(200..=299)) if !not_sent => Self::Created,
            _ if maybe_processed => Self::Lost,
            (ErrorKind::Server, Some(500)) => Self::Fault,
            (ErrorKind::Conflict, _) | (_, Some(400)) => Self::PerhapsDuplicate,
            _ if error.outcome_is_unknown() => Self::Lost,
            _ => Self::Refused,
        }
    }
}

/// What looking for a client came to.
enum Look {
    Found(Box<OAuthClient>),
    /// Not there yet; whether it will be is not known.
    NotYet(&'static str),
}

impl Tenant {
    /// What became of the POST of `new`, which ended in `error`.
    pub(in crate::access) async fn settle_creation(
        &self,
        new: &OAuthClient,
        proof: Proof,
        error: Error,
    ) -> Result<Created, CreateError> {
        let verdict = Verdict::of(&error);
        debug!(?verdict, "settling a creation");
        let refused = match verdict {
            Verdict::Refused => return Err(CreateError::Failed(error)),
            Verdict::PerhapsDuplicate => true,
            Verdict::Fault | Verdict::Lost | Verdict::Created => false,
        };
        let is_promised = error.is_promise();
        let looks = if refused { &LOOKS[..1] } else { looks(is_promised) };
        let found = match self.look_for(&new.client_id, looks).await {
            Ok(Look::Found(found)) => *found,
            // A refusal stands, whatever else is found out.
            Ok(Look::NotYet(_)) if refused => return Err(CreateError::Failed(nothing_created(&error))),
            Err(_) if refused => return Err(CreateError::Failed(error)),
            Ok(Look::NotYet(why)) => return Err(unclear(new, error, why)),
            Err(problem) => {
                let why = format!(
                    "whether the client was created is unknown, for looking it up failed too ({problem})"
                );
                return Err(unclear(new, error, &why));
            }
        };
        if refused {
            return Err(exists(&found, Some(error)));
        }
        if new.secret.is_some() && found.secret == new.secret {
            return self.adopted(new, found, proof).await;
        }
        // The id was free before, the tenant says created, and there it is: that is all there is to learn of a client
        // whose given secret cannot be tried.
        let told = is_promised
            && proof != Proof::FreshSecret
            && !new.grant_types.contains("client_credentials")
            && OAuthClientChange::all_of(new).is_visible_in(&found);
        // Where nothing says that it was not created, a refusal of its only secret has to outlast any lag. A 500 says so
        // where the id was taken, and whoever took it has hardly made the same of it.
        let is_other = || OAuthClientChange::all_of(new).is_contradicted_by(&found);
        let not_denied = match verdict {
            Verdict::Lost => true,
            Verdict::Fault => !is_other(),
            _ => is_promised,
        };
        let looks = match proof {
            Proof::FreshSecret if not_denied => &LONG_SECRET_LOOKS[..],
            _ => &SECRET_LOOKS[..],
        };
        match self.settle_by_secret(new, &found, (proof, looks), error).await {
            Err(CreateError::Unclear { .. }) if told => self.adopted(new, found, proof).await,
            // Nobody had the id before: it may be ours all the same, with a secret that the tenant made (EVIDENCE Q4).
            Err(CreateError::AlreadyExists {
                refusal: Some(error), ..
            }) if proof != Proof::FreshSecret => Err(unclear(
                new,
                error,
                "a client with this id exists now that did not before, and it does not have the secret that was sent",
            )),
            settled => settled,
        }
    }

    /// What to make of a client that was there before its creation was asked for.
    pub(in crate::access) async fn settle_existing(
        &self,
        new: &OAuthClient,
        proof: Proof,
        existing: OAuthClient,
    ) -> Result<Created, CreateError> {
        if proof != Proof::GivenBefore {
            return Err(exists(&existing, None));
        }
        let earlier = Error::configuration("an earlier creation of this client got no answer");
        let mut created = match self
            .settle_by_secret(new, &existing, (proof, &SECRET_LOOKS), earlier)
            .await
        {
            // that creation may have had another secret, which was write-only
            Err(CreateError::AlreadyExists {
                refusal: Some(error), ..
            }) => {
                return Err(unclear(
                    new,
                    error,
                    "the client that exists does not have the secret of this apply, and may have the one of the earlier",
                ));
            }
            settled => settled?,
        };
        let change = OAuthClientChange::all_of(new);
        if !change.is_visible_in(&created.client) {
            let keep = SecretChange::Keep(new.secret.clone());
            let updated = self
                .update_oauth_client(&new.client_id, &change, &keep, None)
                .await;
            match updated {
                Ok(updated) => created.client = updated.client,
                Err(UpdateError { error, .. }) => {
                    return Err(unclear(
                        new,
                        error,
                        "the client of that earlier creation could not be changed",
                    ));
                }
            }
        }
        Ok(created)
    }

    /// The client that was found is ours if it has the secret that was sent.
    async fn settle_by_secret(
        &self,
        new: &OAuthClient,
        found: &OAuthClient,
        (proof, looks): (Proof, &[Duration]),
        error: Error,
    ) -> Result<Created, CreateError> {
        let Some(sent) = &new.secret else {
            return Err(unclear(
                new,
                error,
                "no secret was sent that could prove whose the client is",
            ));
        };
        match self.prove_secret(&found.client_id, sent, looks).await {
            SecretVerdict::Accepted => self.adopted(new, found.clone(), proof).await,
            SecretVerdict::Refused => Err(exists(found, Some(error))),
            SecretVerdict::CannotTell(why) => {
                let why = format!("a client with this id exists, but whose it is cannot be told: {why}");
                Err(unclear(new, error, &why))
            }
        }
    }

    /// The client is ours; what is left to find out is which secret it has.
    pub(in crate::access) async fn adopted(
        &self,
        new: &OAuthClient,
        client: OAuthClient,
        proof: Proof,
    ) -> Result<Created, CreateError> {
        let secret = self.chosen_secret(new, &client, proof).await;
        Ok(Created { client, secret })
    }

    /// Which secret a client has that was created as `new` and answered, or read back, as `client`. A secret that the
    /// answer shows may be the tenant's own or a mask, so the one that was sent is tried first (EVIDENCE Q4).
    ///
    /// A secret that is given may have been that of a client of the same id which was deleted a moment ago, and be accepted
    /// for that, where the token endpoint lags. The shown one is the other then, so its acceptance has to last.
    async fn chosen_secret(&self, new: &OAuthClient, client: &OAuthClient, proof: Proof) -> Chosen {
        let (Some(sent), Some(shown)) = (&new.secret, &client.secret) else {
            return Chosen::Sent;
        };
        if shown == sent {
            return Chosen::Sent;
        }
        let chosen = self.accepted_of(new, client, sent, shown).await;
        if !matches!(chosen, Chosen::Sent) || proof == Proof::FreshSecret || !is_varied(shown) {
            return chosen;
        }
        match self.stays_accepted(&client.client_id, sent).await {
            Some(true) => Chosen::Sent,
            Some(false) => self.accepted_of(new, client, sent, shown).await,
            None => Chosen::Undecided(shown.clone()),
        }
    }

    /// Which of the secret that was sent and the other one that is shown is accepted.
    async fn accepted_of(
        &self,
        new: &OAuthClient,
        client: &OAuthClient,
        sent: &Secret,
        shown: &Secret,
    ) -> Chosen {
        if !new.grant_types.contains("client_credentials") {
            // no token can be minted, but a tenant may tell the right secret from a wrong one all the same
            let id = &client.client_id;
            return match self.prove_secret(id, sent, &SECRET_LOOKS[..2]).await {
                SecretVerdict::Accepted => Chosen::Sent,
                _ => match self.prove_secret(id, shown, &SECRET_LOOKS[..1]).await {
                    SecretVerdict::Accepted => Chosen::Tenants(shown.clone()),
                    _ => Chosen::Undecided(shown.clone()),
                },
            };
        }
        match self.which_works(&client.client_id, sent, Some(shown)).await {
            Works::First => Chosen::Sent,
            Works::Second => Chosen::Tenants(shown.clone()),
            Works::Neither => Chosen::Undecided(shown.clone()),
        }
    }

    /// What became of the secret in an update that the tenant answered with success, showing the client as `client`.
    ///
    /// `earlier` are the secrets that it may have had before. That one of them is accepted says nothing as long as the
    /// new one may only not have got everywhere yet; and the new one itself may be a mere echo.
    pub(in crate::access) async fn secret_outcome(
        &self,
        client: &OAuthClient,
        new: &Secret,
        earlier: [Option<&Secret>; 2],
    ) -> SecretOutcome {
        let shown = client
            .secret
            .as_ref()
            .filter(|shown| *shown != new && !earlier.contains(&Some(*shown)));
        if !client.grant_types.contains("client_credentials") {
            // no token can be minted, but a tenant may tell the right secret from a wrong one all the same
            return match self.prove_secret(&client.client_id, new, &SECRET_LOOKS).await {
                SecretVerdict::Accepted => SecretOutcome::New,
                SecretVerdict::Refused => SecretOutcome::Undecided,
                // nobody has said that it cannot be tried
                SecretVerdict::CannotTell(error) if self.is_interrupted() || error.outcome_is_unknown() => {
                    SecretOutcome::Undecided
                }
                SecretVerdict::CannotTell(_) => SecretOutcome::Untried,
            };
        }
        match (self.which_works(&client.client_id, new, shown).await, shown) {
            (Works::First, _) => SecretOutcome::New,
            (Works::Second, Some(shown)) => SecretOutcome::Tenants(shown.clone()),
            _ => SecretOutcome::Undecided,
        }
    }

    /// Whether a secret that was accepted just now is not refused after any of [`SECRET_LOOKS`]; `None` when there is no time
    /// to find out.
    async fn stays_accepted(&self, id: &str, secret: &Secret) -> Option<bool> {
        for pause in &SECRET_LOOKS[1..] {
            if !self.wait_before_looking(*pause).await {
                return None;
            }
            if matches!(self.try_secret(id, secret).await, SecretVerdict::Refused) {
                return Some(false);
            }
        }
        Some(true)
    }

    /// Tries two secrets after each of [`SECRET_LOOKS`], until one is accepted; the second only when the first is refused.
    async fn which_works(&self, id: &str, first: &Secret, second: Option<&Secret>) -> Works {
        for pause in &SECRET_LOOKS {
            if !self.wait_before_looking(*pause).await {
                break;
            }
            let verdict = self.try_secret(id, first).await;
            if matches!(verdict, SecretVerdict::Accepted) {
                return Works::First;
            }
            if let Some(second) = second
                && matches!(verdict, SecretVerdict::Refused)
                && matches!(self.try_secret(id, second).await, SecretVerdict::Accepted)
            {
                return Works::Second;
            }
        }
        Works::Neither
    }

    /// What became of the PUT of `change`, which ended in `error`.
    pub(in crate::access) async fn settle_update(
        &self,
        id: &str,
        change: &OAuthClientChange,
        secret: &SecretChange,
        error: Error,
    ) -> Result<Updated, UpdateError> {
        let failed = |secret_in_force| UpdateError {
            error: error.clone(),
            secret_in_force,
        };
        if !error.outcome_is_unknown() {
            return Err(failed(SecretInForce::Old));
        }
        let (in_force, outcome) = match secret {
            SecretChange::Keep(_) => (SecretInForce::Old, SecretOutcome::Kept),
            SecretChange::Set(new) => (self.secret_in_force(id, new).await, SecretOutcome::New),
        };
        if matches!(secret, SecretChange::Set(_)) && in_force != SecretInForce::New {
            return Err(failed(in_force));
        }
        // One PUT is carried out whole or not at all; still, only what is seen is reported as done.
        match self.read_back(id, change).await {
            Ok(client) if change.is_visible_in(&client) => Ok(Updated {
                client,
                secret: outcome,
            }),
            _ => Err(failed(in_force)),
        }
    }

    /// That the old secret is accepted says nothing of the new one, which may only not have got everywhere yet.
    async fn secret_in_force(&self, id: &str, new: &Secret) -> SecretInForce {
        match self.which_works(id, new, None).await {
            Works::First => SecretInForce::New,
            Works::Second | Works::Neither => SecretInForce::Unknown,
        }
    }

    /// Looks for a client after each of `pauses`, until it is there.
    async fn look_for(&self, id: &str, pauses: &[Duration]) -> Result<Look, Error> {
        for pause in pauses {
            if !self.wait_before_looking(*pause).await {
                return Ok(Look::NotYet(
                    "the client was not there at once, and the run was interrupted before it could be looked for again",
                ));
            }
            if let Some(found) = self.oauth_client(id).await? {
                return Ok(Look::Found(Box::new(found)));
            }
        }
        Ok(Look::NotYet(
            "the tenant does not have the client, or does not show it yet",
        ))
    }
}

/// Which of two secrets a tenant accepts.
enum Works {
    First,
    Second,
    Neither,
}

/// Whether a text could be a secret that somebody drew: crosses, a word in brackets, or all but the last four characters as
/// stars have few different characters. A hash has many.
fn is_varied(text: &Secret) -> bool {
    text.expose().chars().collect::<HashSet<_>>().len() >= 8
}

pub(super) fn unclear(new: &OAuthClient, error: Error, reason: &str) -> CreateError {
    CreateError::Unclear {
        id: new.client_id.clone(),
        error,
        reason: reason.to_owned(),
    }
}

fn exists(found: &OAuthClient, refusal: Option<Error>) -> CreateError {
    CreateError::AlreadyExists {
        what: "OAuth 2.0 client",
        id: Some(found.client_id.clone()),
        name: found.display_name.clone(),
        clash: format!("client id {}", found.client_id),
        refusal,
    }
}

/// `error`, with the reassurance that the tenant was asked.
pub(in crate::access) fn nothing_created(error: &Error) -> Error {
    error.with(|facts| {
        let separator = if facts.detail.is_empty() { "" } else { "; " };
        facts.detail += separator;
        facts.detail += "the tenant was asked, and nothing was created";
    })
}
