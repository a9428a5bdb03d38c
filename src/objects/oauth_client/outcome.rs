//! What state keeps, and what a user is told, when a change of a client did not go as planned.

use terraform_plugin::resource::Current;
use terraform_plugin::secret::Secret;
use terraform_plugin::text::quoted;
use terraform_plugin::value::Value;
use terraform_plugin::{Context, Diagnostics, Private, hcl};

use super::State;
use super::memory::Memory;
use crate::access::{Chosen, CreateError, ErrorKind, SecretInForce, SecretOutcome};
use crate::{access, diagnose};

/// A secret that an update sent, and where it comes from.
pub struct Sent {
    /// The secret.
    pub secret: Secret,
    /// The provider made it.
    pub generated: bool,
    /// It must not get into state.
    pub write_only: bool,
}

/// Puts into `planned` which secret the client has after its creation.
pub fn after_creation(
    planned: &mut State,
    sent: &Sent,
    chosen: Chosen,
    created: &access::OAuthClient,
) -> Diagnostics {
    match chosen {
        Chosen::Sent => Diagnostics::none(),
        Chosen::Tenants(own) => {
            planned.client_secret = Value::Known(own);
            Diagnostics::none()
        }
        Chosen::Undecided(shown) => {
            if !sent.write_only {
                planned.pending_client_secret = Value::Known(shown);
            }
            match created.grant_types.contains("client_credentials") {
                true if sent.write_only => not_accepted(),
                // an error would have the client replaced, and state has both secrets
                true => accepted_late(),
                false => untried(),
            }
        }
    }
}

/// Puts into `planned` which secret the client has after an update that the tenant carried out.
pub fn after_update(
    planned: &mut State,
    prior: &State,
    sent: Option<&Sent>,
    outcome: SecretOutcome,
) -> Diagnostics {
    let Some(sent) = sent else {
        planned
            .pending_client_secret
            .fill(prior.pending_client_secret.clone());
        return match outcome {
            SecretOutcome::KnownIsLeftOut => known_is_left_out(planned),
            _ => Diagnostics::none(),
        };
    };
    let (kept, diagnostics) = match outcome {
        SecretOutcome::Tenants(own) if sent.generated => {
            planned.client_secret = Value::Known(own);
            (None, Diagnostics::none())
        }
        SecretOutcome::Tenants(own) => (Some(own), tenant_makes_its_own()),
        SecretOutcome::Undecided => (Some(sent.secret.clone()), not_accepted()),
        SecretOutcome::Untried => (None, untried()),
        _ => (None, Diagnostics::none()),
    };
    if !sent.write_only {
        planned.client_secret.fill(sent.secret.clone());
    }
    planned.pending_client_secret = Value::Null;
    if diagnostics.has_errors() {
        keep_both(planned, prior, sent, kept);
    }
    diagnostics
}

/// State has the secret from before, and beside it the one that may be in force. Of a write-only one it has nothing: its
/// version stays, so that the next apply tries again.
fn keep_both(state: &mut State, prior: &State, sent: &Sent, pending: Option<Secret>) {
    if sent.write_only {
        state.client_secret = prior.client_secret.clone();
        state.pending_client_secret = prior.pending_client_secret.clone();
        state.client_secret_wo_version = prior.client_secret_wo_version.clone();
        state.last_secret_change = prior.last_secret_change.clone();
        return;
    }
    state.client_secret = prior.client_secret.clone();
    state.pending_client_secret = pending
        .filter(|it| prior.client_secret.known() != Some(it))
        .into();
    if state.pending_client_secret.is_null() {
        state.last_secret_change = prior.last_secret_change.clone(); // the same one was to be set again, and was not
    }
}

/// What state keeps when an update failed: the prior state, with the secret that works now, if that is known to be the
/// new one, or with both, if nothing is known. Nothing else of a failed update is taken for done: the next refresh shows
/// it.
pub fn after_failure(
    prior: &State,
    planned: State,
    sent: Option<&Sent>,
    in_force: SecretInForce,
    private: &Private,
    tenant: &Context<access::Tenant>,
) -> Current<State> {
    let mut state = prior.clone();
    let mut remembered: Memory = private.get();
    match (sent, in_force) {
        (Some(sent), SecretInForce::New) => {
            if !sent.write_only {
                state.client_secret = Value::Known(sent.secret.clone());
            }
            state.client_secret_wo_version = planned.client_secret_wo_version;
            state.rotate_secret_when_changed = planned.rotate_secret_when_changed;
            state.last_secret_change = planned.last_secret_change;
            state.pending_client_secret = Value::Null;
            remembered = Memory::written(tenant.clock().now());
        }
        (Some(sent), SecretInForce::Unknown) => {
            if !sent.write_only {
                state.rotate_secret_when_changed = planned.rotate_secret_when_changed;
                state.last_secret_change = planned.last_secret_change;
            }
            keep_both(&mut state, prior, sent, Some(sent.secret.clone()));
            remembered.wrote_at = Some(tenant.clock().now());
            remembered.write_only_sent |= sent.write_only;
            tenant.tell(not_accepted().into_warnings());
        }
        (_, SecretInForce::Old) | (None, _) => {}
    }
    Current::remembering(state, &remembered)
}

fn not_accepted() -> Diagnostics {
    Diagnostics::error_at(
        "client_secret",
        "The new secret is not accepted yet",
        "The tenant was sent a new secret, and the token endpoint does not accept it. Nothing is thrown away: \
         client_secret keeps the one before, pending_client_secret the new one, and the next refresh tries both. A \
         write-only secret is in neither; the next apply sends it again.",
    )
}

fn accepted_late() -> Diagnostics {
    Diagnostics::warning_at(
        "client_secret",
        "The secret is not accepted yet",
        "The client was created, and the tenant's answer shows another secret than it was sent, which may be a mask or one of \
         the tenant's own. The token endpoint accepts neither yet. client_secret keeps the one that was sent, \
         pending_client_secret the one that was shown, and the next refresh tries both. Nobody can use the client before.",
    )
}

fn tenant_makes_its_own() -> Diagnostics {
    Diagnostics::error_at(
        "client_secret",
        "The tenant chose another secret",
        "The tenant did not take the given secret but answered with one of its own, which works. It is kept in \
         pending_client_secret, unless the secret is write-only. Leave the secret to the provider on this tenant.",
    )
}

fn untried() -> Diagnostics {
    Diagnostics::warning_at(
        "client_secret",
        "The new secret could not be tried",
        "The client lacks the grant type client_credentials, so whether the tenant took the new secret rests on its \
         answer alone.",
    )
}

/// What a user is told of a change of a client whose secret nobody here knows (EVIDENCE Q3).
pub fn secret_is_left_out() -> Diagnostics {
    Diagnostics::warning_at(
        "client_secret",
        "The client's secret is not known here",
        "The tenant takes a change as the whole client, and neither state nor configuration has the secret to send along. Where \
         it is left out, tenants are known to keep the one that they have, but that is not documented. To be sure, \
         give the present one with client_secret or client_secret_wo.",
    )
}

fn known_is_left_out(state: &State) -> Diagnostics {
    let (attribute, which) = if state.client_secret_wo_version.is_null() {
        ("client_secret", "the secret in state")
    } else {
        ("client_secret_wo", "client_secret_wo")
    };
    Diagnostics::warning_at(
        attribute,
        "The client may have another secret",
        format!(
            "The tenant did not accept {which} when it was tried, so it was not sent along with this update, and the client \
             keeps the secret it has."
        ),
    )
}

/// What a user is told when a client could not keep the secret that was given for it, and was deleted again.
pub fn given_secret_refused(id: &str, problem: Option<&access::Error>) -> Diagnostics {
    let said = problem.map_or_else(String::new, |error| format!(" {}", diagnose::sentence(error)));
    Diagnostics::error_at(
        "client_secret",
        "The tenant generates its own secrets",
        format!(
            "The tenant gave the client {} a secret of its own instead of the given one, and did not take the given one \
             afterwards.{said} The client was deleted again. Leave client_secret out, to use the secret that the tenant \
             makes.",
            quoted(id)
        ),
    )
}

/// What a user is told when not even that was possible.
pub fn given_secret_refused_and_kept(id: &str, problem: &access::Error) -> Diagnostics {
    Diagnostics::error_at(
        "client_secret",
        "The tenant generates its own secrets",
        format!(
            "The tenant gave the client {} a secret of its own instead of the given one, did not take the given one \
             afterwards, and did not let the client be deleted: {} State keeps it.",
            quoted(id),
            diagnose::sentence(problem)
        ),
    )
}

/// What a user is told when there is no new client.
pub fn not_created(id: &str, error: CreateError) -> Diagnostics {
    match error {
        CreateError::AlreadyExists { id: found, .. } => {
            let id = found.as_deref().unwrap_or(id);
            Diagnostics::error_at(
                "client_id",
                "The OAuth client exists already",
                format!(
                    "The tenant already has a client with the id {}. It was there before this apply, or has another secret \
                     than this apply set. Choose another client_id, or bring the existing client under this \
                     configuration with",
                    quoted(id)
                ),
            )
            .suggesting(hcl::import_block("wsoa_oauth_client", id))
        }
        CreateError::Unclear { error, reason, .. } => Diagnostics::error_at(
            "client_id",
            "It is not known whether the OAuth client was created",
            format!(
                "{}\n\n{}. State keeps it, with its secret unless that is write-only; the next plan finds out more. If \
                 the client {} at the tenant is the one from this apply, it can also be taken out of state (terraform \
                 state rm or tofu state rm) and imported; if it is somebody else's, choose another client_id.",
                diagnose::text(&error),
                capitalized(&reason),
                quoted(id),
            ),
        )
        .suggesting(hcl::import_block("wsoa_oauth_client", id)),
        CreateError::Failed(error) => {
            let summary = format!("OAuth client {} was not created", quoted(id));
            match error.kind() {
                ErrorKind::BadRequest => diagnose::error_at("client_id", &summary, &error),
                _ => diagnose::error(&summary, &error),
            }
        }
    }
}

fn capitalized(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(characters).collect()
}

/// What a user is told when a client is as it was.
pub fn not_updated(id: &str, error: &access::Error) -> Diagnostics {
    if error.kind() == ErrorKind::NotFound {
        return Diagnostics::error(
            format!("OAuth client {} is gone", quoted(id)),
            "It was deleted after this plan was made. Plan again: it will be planned for creation.",
        );
    }
    diagnose::error(&format!("OAuth client {} was not updated", quoted(id)), error)
}

/// What a user is told of a client that was found to be gone.
pub fn gone(id: &str) -> Diagnostics {
    Diagnostics::warning(
        format!("The OAuth client {} is gone", quoted(id)),
        "It was deleted elsewhere: two looks at the tenant, seconds apart, did not find it. It leaves the state, and a plan \
         creates it again, with another secret. Its tokens no longer work.",
    )
}

/// A client of the tenant's own that is to be imported.
pub fn internal(id: &str) -> Diagnostics {
    Diagnostics::error_at(
        "client_id",
        format!("The OAuth client {} is internal", quoted(id)),
        "It is one of the tenant's own: its services sign in with it. Managed here, a change or a destroy could take its \
         secret from them. It is not imported; the data source wsoa_oauth_client shows it.",
    )
}

/// What a user is told of a client that was not found, without proof that it is gone.
pub fn not_found(id: &str, recent: bool) -> Diagnostics {
    let why = if recent {
        "It was written less than a minute ago, and a tenant may show that only later."
    } else {
        "One look is no proof, and there was no second one that says the same."
    };
    Diagnostics::warning(
        format!("The OAuth client {} was not found", quoted(id)),
        format!("{why} State is kept as it is; the next refresh looks again."),
    )
}

/// The provider's own client is not deleted.
pub fn own_sign_in(id: &str) -> Diagnostics {
    Diagnostics::error(
        format!("OAuth client {} is the provider's own", quoted(id)),
        "The provider signs in as this client. Without it nothing here could be managed any more, so it is not deleted. \
         Sign in as another client first, or take it out of the configuration without deleting it: a removed block with \
         destroy = false.",
    )
}

/// A client that was made in the same run is not deleted.
pub fn made_in_this_run(id: &str) -> Diagnostics {
    Diagnostics::error(
        format!("OAuth client {} was created in this run", quoted(id)),
        "With create_before_destroy the new client came first, and it has the id of the old one. Deleting the old one \
         would delete the new one, so nothing was deleted. Take the deposed object out by another apply after changing \
         client_id, or do without create_before_destroy.",
    )
}
