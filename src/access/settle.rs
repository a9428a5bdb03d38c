//! Finding out what became of a request whose answer was lost or says little (access-api Q6, Q27).
//!
//! The proof of ownership is the secret: whoever can mint a token for a client with the secret that was just sent has
//! created it, or changed it.

use std::time::Duration;

use tracing::debug;

use super::Client;
use super::error::CreateError;
use super::error::Error;
use super::error::ErrorKind;
use super::error::SecretInForce;
use super::error::UpdateError;
use super::oauth_client_fields::OAuthClient;
use super::oauth_client_fields::OAuthClientChange;
use super::oauth_client_fields::Proof;
use crate::secret::Secret;

/// The pauses before each look for what a lost request may have created: a slow tenant may still be at it.
pub(super) const LOOKS: [Duration; 3] = [Duration::ZERO, Duration::from_secs(2), Duration::from_secs(5)];

/// How much the answer to a POST says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Refused, and a duplicate cannot be the reason.
    Refused,
    /// Refused, perhaps because it exists already.
    PerhapsDuplicate,
    /// A 500: a fault, a duplicate, or a fault after it was created.
    Fault,
    /// No answer, or none from the API.
    Lost,
    /// A 2xx whose body is of no use: 201 is what is documented, others are seen (access-api Q8).
    Created,
}

impl Verdict {
    pub fn of(error: &Error) -> Self {
        let (not_sent, maybe_processed) = (error.inner().not_sent, error.inner().maybe_processed);
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

    /// How often to look: after a proper refusal, what is not there will not come.
    pub fn looks(self) -> &'static [Duration] {
        match self {
            Self::Lost | Self::Created => &LOOKS,
            _ => &LOOKS[..1],
        }
    }
}

/// What a token minted with a secret proves.
enum Minted {
    Yes,
    WrongSecret,
    CannotTell(String),
}

/// What looking for a client came to.
enum Look {
    Found(Box<OAuthClient>),
    Absent,
    /// Not there at once, and there was no time for a second look.
    CutShort,
}

impl Client {
    /// What became of the POST of `new`, which ended in `error`.
    pub(super) async fn settle_creation(
        &self,
        new: &OAuthClient,
        proof: Proof,
        error: Error,
    ) -> Result<OAuthClient, CreateError> {
        let id = new.client_id.clone();
        let verdict = Verdict::of(&error);
        debug!(?verdict, "settling a creation");
        if verdict == Verdict::Refused {
            return Err(CreateError::Failed(error));
        }
        let unclear = |reason: String, error: Error| CreateError::Unclear {
            id: id.clone(),
            error,
            reason,
        };
        let found = match self.look_for(&id, verdict.looks()).await {
            Ok(Look::Found(found)) => *found,
            Ok(Look::CutShort | Look::Absent) if verdict == Verdict::Created => {
                return Err(unclear(
                    "the tenant says created, but does not find the client".to_owned(),
                    error,
                ));
            }
            Ok(Look::Absent) => return Err(CreateError::Failed(nothing_created(&error))),
            Ok(Look::CutShort) => {
                let reason = "the client was not there at once, and the run was interrupted before it could be \
                              looked for again";
                return Err(unclear(reason.to_owned(), error));
            }
            Err(problem) if verdict == Verdict::Created => {
                return Err(CreateError::Created {
                    object: Box::new(new.clone()),
                    problem,
                });
            }
            // A refusal stands, whatever the second request says; and two web pages mean that the API is elsewhere.
            Err(problem)
                if verdict == Verdict::PerhapsDuplicate
                    || (error.kind() == ErrorKind::NotJson && problem.kind() == ErrorKind::NotJson) =>
            {
                return Err(CreateError::Failed(error));
            }
            Err(problem) => {
                let reason = format!(
                    "whether the client was created is unknown, for looking it up failed too ({problem})"
                );
                return Err(unclear(reason, error));
            }
        };
        let exists = |refusal: Error| CreateError::AlreadyExists {
            what: "OAuth 2.0 client",
            id: Some(id.clone()),
            name: found.remember_as.clone(),
            clash: format!("client id {id}"),
            refusal: Some(refusal),
        };
        let ours = || {
            Ok(OAuthClient {
                secret: found.secret.clone().or_else(|| new.secret.clone()),
                ..found.clone()
            })
        };
        if verdict == Verdict::Created {
            return ours();
        }
        // What was clearly refused is not ours, whatever its secret. After a 500, a secret that the user chose proves
        // nothing: it may have been given to another client before.
        let fault = verdict == Verdict::Fault;
        if verdict == Verdict::PerhapsDuplicate || (fault && proof == Proof::GivenSecret) {
            return Err(exists(error));
        }
        match self.proves(&id, new, proof, &found, verdict.looks()).await {
            Minted::Yes
                if proof == Proof::FreshSecret || OAuthClientChange::all_of(new).is_visible_in(&found) =>
            {
                ours()
            }
            Minted::Yes => Err(unclear(
                "a client with this id and secret exists, but differs from what was sent".to_owned(),
                error,
            )),
            Minted::WrongSecret => Err(exists(error)),
            Minted::CannotTell(why) => Err(unclear(
                format!("a client with this id exists, but whose it is cannot be told: {why}"),
                error,
            )),
        }
    }

    /// What became of the PUT of `change`, which ended in `error`.
    pub(super) async fn settle_update(
        &self,
        id: &str,
        change: &OAuthClientChange,
        old_secret: Option<&Secret>,
        error: Error,
    ) -> Result<OAuthClient, UpdateError> {
        let failed = |secret_in_force| UpdateError::Failed {
            error: error.clone(),
            secret_in_force,
        };
        if !error.outcome_is_unknown() {
            return Err(failed(SecretInForce::Old));
        }
        let in_force = match (&change.secret, old_secret) {
            (None, _) => SecretInForce::Old,
            (Some(new), Some(old)) if new == old => SecretInForce::New,
            (Some(new), old) => self.secret_in_force(id, new, old).await,
        };
        if change.secret.is_some() && in_force != SecretInForce::New {
            return Err(failed(in_force));
        }
        // One PUT is carried out whole or not at all; still, only what is seen is reported as done.
        match self.oauth_client(id).await {
            Ok(Some(found)) if change.is_visible_in(&found) => Ok(change.with_secret(found)),
            _ => Err(failed(in_force)),
        }
    }

    async fn secret_in_force(&self, id: &str, new: &Secret, old: Option<&Secret>) -> SecretInForce {
        match (self.accepts_within(id, new, &LOOKS).await, old) {
            (Minted::Yes, _) => SecretInForce::New,
            (Minted::WrongSecret, Some(old)) if matches!(self.accepts(id, old).await, Minted::Yes) => {
                SecretInForce::Old
            }
            _ => SecretInForce::Unknown,
        }
    }

    /// Looks for a client after each of `pauses`, until it is there.
    async fn look_for(&self, id: &str, pauses: &[Duration]) -> Result<Look, Error> {
        for pause in pauses {
            if !self.wait_before_looking(*pause).await {
                return Ok(Look::CutShort);
            }
            if let Some(found) = self.oauth_client(id).await? {
                return Ok(Look::Found(Box::new(found)));
            }
        }
        Ok(Look::Absent)
    }

    /// Sleeps; false when there is no time for another look. The first look always takes place.
    pub(super) async fn wait_before_looking(&self, pause: Duration) -> bool {
        if pause.is_zero() {
            return true;
        }
        if !self.clock().is_hurried() {
            self.clock().sleep(pause).await;
        }
        !self.clock().is_hurried()
    }

    /// Whether the client that was found has the secret that was sent.
    async fn proves(
        &self,
        id: &str,
        new: &OAuthClient,
        proof: Proof,
        found: &OAuthClient,
        pauses: &[Duration],
    ) -> Minted {
        let Some(sent) = &new.secret else {
            return Minted::CannotTell("no secret was sent".to_owned());
        };
        if let Some(shown) = &found.secret {
            return if shown == sent {
                Minted::Yes
            } else {
                Minted::WrongSecret
            };
        }
        if !new.grant_types.contains("client_credentials") {
            return self.proves_without_the_grant(id, sent, proof).await;
        }
        self.accepts_within(id, sent, pauses).await
    }

    /// For a client that cannot mint a token for itself: it is ours when the tenant says something else to our fresh
    /// secret than to a wrong one, namely that the grant alone is missing (RFC 6749, section 5.2; access-api Q15).
    async fn proves_without_the_grant(&self, id: &str, sent: &Secret, proof: Proof) -> Minted {
        if proof == Proof::FreshSecret && matches!(self.has_fresh_secret(id, sent).await, Ok(true)) {
            return Minted::Yes;
        }
        Minted::CannotTell("without the grant type client_credentials its secret cannot be tried".to_owned())
    }

    /// Tries a secret after each of `pauses`: what a tenant refuses at first may only not have got everywhere yet.
    async fn accepts_within(&self, id: &str, secret: &Secret, pauses: &[Duration]) -> Minted {
        for pause in pauses {
            if !self.wait_before_looking(*pause).await {
                return Minted::CannotTell("the run was interrupted before it was certain".to_owned());
            }
            let said = self.accepts(id, secret).await;
            if !matches!(said, Minted::WrongSecret) {
                return said;
            }
        }
        Minted::WrongSecret
    }

    async fn accepts(&self, id: &str, secret: &Secret) -> Minted {
        match self.mint(id, secret, None).await {
            Ok(_) => Minted::Yes,
            Err(error) if error.kind() == ErrorKind::InvalidClient => Minted::WrongSecret,
            Err(error) => Minted::CannotTell(error.to_string()),
        }
    }
}

/// `error`, with the reassurance that the tenant was asked.
pub(super) fn nothing_created(error: &Error) -> Error {
    error.with(|inner| {
        let separator = if inner.detail.is_empty() { "" } else { "; " };
        inner.detail += separator;
        inner.detail += "the tenant was asked, and nothing was created";
    })
}
