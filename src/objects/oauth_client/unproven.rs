//! A client that may be ours: its creation got no answer, and nobody could say yet what became of it.
//!
//! The mark stands in state, as an `id` that is null: private data do not reach the deletion of a tainted object
//! (Terraform `internal/terraform/node_resource_abstract_instance.go`). What is marked is never deleted, replaced or
//! changed unless it has been proved.

use terraform_plugin::resource::Current;
use terraform_plugin::secret::Secret;
use terraform_plugin::text::quoted;
use terraform_plugin::value::Value;
use terraform_plugin::{Diagnostics, hcl};

use super::State;
use super::memory::Memory;
use crate::access::{Presence, SecretVerdict};
use crate::{access, diagnose};

/// What state keeps when nobody can say whether the client was created: enough to recognise it, above all its secret.
/// A write-only one stays out of state all the same.
pub fn mark(planned: State, secret: Option<Secret>, now: jiff::Timestamp) -> Current<State> {
    let mut state = planned;
    if state.client_secret_wo_version.is_null() {
        state.client_secret = secret.into();
    }
    state.id = Value::Null;
    state.created_at = super::instant(now).into(); // in state, too, for its deletion
    state.pending_client_secret.fill(Value::Null);
    Current::remembering(state, &Memory::written(now))
}

/// True if it is not known whose the client is.
pub fn is_marked(state: &State) -> bool {
    state.id.is_null()
}

/// What a refresh makes of a marked client that is there.
pub enum Settled {
    /// It is ours.
    Ours,
    /// It is not.
    SomebodyElses(Diagnostics),
    /// Still not known.
    Open(Diagnostics),
}

/// Whose a marked client is that is there: ours if it has the secret in state, which was made for it or given to it.
pub async fn whose(tenant: &access::Tenant, state: &State, remembered: &Memory) -> Settled {
    let id = state.client_id.or_empty();
    let candidates = [&state.client_secret, &state.pending_client_secret];
    let mut said = None;
    let is_recent =
        remembered.wrote_recently(state, tenant.clock().now()) || tenant.oauth_client_is_spreading(id);
    for secret in candidates.into_iter().filter_map(Value::known) {
        match tenant.owns_client(id, secret).await {
            SecretVerdict::Accepted => return Settled::Ours,
            verdict => said = said.or(Some(verdict)),
        }
    }
    match said {
        Some(SecretVerdict::Refused) if !is_recent => Settled::SomebodyElses(somebody_elses(id)),
        Some(SecretVerdict::CannotTell(error)) => Settled::Open(open(id, &diagnose::text(&error))),
        None if !state.client_secret_wo_version.is_null() => Settled::Open(open(
            id,
            "Its secret is write-only, so only an apply can try it: the next one does, if it makes the client again.",
        )),
        _ => Settled::Open(open(
            id,
            "The tenant does not accept the secret that was made for it, yet.",
        )),
    }
}

/// What is to be done with a marked client before it is replaced or destroyed.
pub enum Deletion {
    /// It is proved to be ours, so it may be deleted.
    Delete,
    /// It is left alone, and out of state.
    Leave(Diagnostics),
}

/// Whether a marked client may be deleted.
pub async fn before_deletion(
    tenant: &access::Tenant,
    state: &State,
    remembered: &Memory,
    replaced: bool,
) -> Result<Deletion, Diagnostics> {
    let id = state.client_id.or_empty();
    let look = tenant.oauth_client_once_spread(id).await;
    match look.map_err(|error| diagnose::error(&unknown(id), &error))? {
        Presence::Gone => return Ok(Deletion::Leave(Diagnostics::none())),
        Presence::Unclear => {
            return Err(open_error(
                id,
                "The tenant does not show it, and may still be making it.",
            ));
        }
        Presence::There(_) => {}
    }
    let settled = loop {
        match whose(tenant, state, remembered).await {
            // a token endpoint that lags does not know the secret of what was made a moment ago
            Settled::Open(_)
                if !state.client_secret.is_null() && tenant.oauth_client_may_spread(id).await => {}
            settled => break settled,
        }
    };
    match settled {
        Settled::Ours => Ok(Deletion::Delete),
        Settled::SomebodyElses(warning) => Ok(Deletion::Leave(warning)),
        // only what is made under the same id can try the secret
        Settled::Open(_)
            if replaced
                && !state.client_secret_wo_version.is_null()
                && is_id_of(remembered.successor.as_deref(), id) =>
        {
            tenant.note_client_may_be_ours(id);
            Ok(Deletion::Leave(Diagnostics::warning_at(
                "client_id",
                unknown(id),
                "Its creation got no answer, and its secret is write-only. It is not deleted; making it again tries the \
                 secret and takes it over if it fits.",
            )))
        }
        Settled::Open(why) => Err(open_error(id, &details(why))),
    }
}

fn details(diagnostics: Diagnostics) -> String {
    let details = diagnostics.0.into_iter().map(|diagnostic| diagnostic.detail);
    details.collect::<Vec<_>>().join(" ")
}

fn is_id_of(successor: Option<&str>, id: &str) -> bool {
    successor.is_some_and(|successor| successor.eq_ignore_ascii_case(id))
}

/// A marked client is not changed.
pub fn not_updated(state: &State) -> Diagnostics {
    let id = state.client_id.or_empty();
    open_error(id, "So it is not changed.")
}

fn unknown(id: &str) -> String {
    format!("It is not known whose the OAuth client {} is", quoted(id))
}

fn open(id: &str, why: &str) -> Diagnostics {
    Diagnostics::warning_at(
        "client_id",
        unknown(id),
        format!("Its creation got no answer. State keeps it until that is known. {why}"),
    )
}

fn open_error(id: &str, why: &str) -> Diagnostics {
    Diagnostics::error_at(
        "client_id",
        unknown(id),
        format!(
            "Its creation got no answer. {why} Run the same again later. If the client at the tenant is the one of that \
             creation, take it out of state (terraform state rm or tofu state rm) and import it; if it is somebody \
             else's, take it out of state and choose another client_id."
        ),
    )
    .suggesting(hcl::import_block("wsoa_oauth_client", id))
}

/// What a user is told of a client that turned out to be somebody else's.
fn somebody_elses(id: &str) -> Diagnostics {
    Diagnostics::warning_at(
        "client_id",
        format!("The OAuth client {} is somebody else's", quoted(id)),
        "The answer to its creation had been lost. The tenant has a client of that id, but it does not accept the \
         secret that was sent for ours, so it is left alone and no longer in state. Choose another client_id, or \
         import it.",
    )
}
