//! What state keeps, and what a user is told, when a change of a client did not go as planned.

use super::State;
use super::secret::Remembered;
use crate::access;
use crate::access::CreateError;
use crate::access::ErrorKind;
use crate::access::SecretInForce;
use crate::diagnose;
use crate::plugin::Diagnostics;
use crate::plugin::Private;
use crate::plugin::resource::Applied;
use crate::secret::Secret;
use crate::value::Value;

/// What state keeps when nobody can say whether the client was created: enough to recognise it, above all its secret.
/// Terraform takes it for damaged and plans a replacement, before which its owner is found out.
pub fn unproven(planned: State, secret: Secret, diagnostics: Diagnostics) -> Applied<State> {
    let mut state = planned;
    state.client_secret = Value::Known(secret);
    state.id = Value::Null; // the mark that survives where Terraform leaves private data out: before a replacement
    let mut private = Private::default();
    private.set(&Remembered {
        unproven: true,
        ..Remembered::default()
    });
    Applied {
        state: Some(state),
        private,
        diagnostics,
    }
}

/// True if it is not known whose the client is.
pub fn is_unproven(state: &State, remembered: &Remembered) -> bool {
    remembered.unproven || state.id.is_null()
}

/// What state keeps when an update failed: the prior state, with the secret that works now, if that is known to be the
/// new one. Nothing else of a failed update is taken for done: the next refresh shows it.
pub fn settle(
    prior: State,
    planned: State,
    secret_sent: bool,
    in_force: SecretInForce,
    private: Private,
) -> Applied<State> {
    let mut state = prior;
    let mut private = private;
    let mut diagnostics = Diagnostics::none();
    match in_force {
        SecretInForce::New if secret_sent => {
            state.client_secret = planned.client_secret;
            state.client_secret_wo_version = planned.client_secret_wo_version;
            state.rotate_secret_when_changed = planned.rotate_secret_when_changed;
            state.last_secret_change = planned.last_secret_change;
            private.set(&Remembered::default());
        }
        SecretInForce::Unknown if secret_sent => {
            diagnostics = Diagnostics::warning_at(
                "client_secret",
                "It is not known which secret is in force",
                "The answer to the update was lost, and the tenant would not say afterwards. State keeps the old \
                 secret; the next refresh tries it, and the next apply sets a new one if it is no longer accepted.",
            );
        }
        SecretInForce::New | SecretInForce::Old | SecretInForce::Unknown => {}
    }
    Applied {
        state: Some(state),
        private,
        diagnostics,
    }
}

/// What a user is told when the tenant sets a secret of its own.
pub fn chosen_by_the_tenant() -> Diagnostics {
    Diagnostics::warning_at(
        "client_secret",
        "The tenant chose another secret",
        "The tenant did not take the given secret but answered with one of its own. The given one has to be set by \
         another apply: for client_secret_wo, raise client_secret_wo_version.",
    )
}

/// What a user is told when there is no new client.
pub fn not_created(id: &str, error: CreateError) -> Diagnostics {
    match error {
        CreateError::AlreadyExists { .. } => Diagnostics::error_at(
            "client_id",
            "The OAuth client exists already",
            format!(
                "The tenant has a client with the id {id:?}, which was not made by this apply. Choose another \
                 client_id, or bring the existing client under this configuration with\n\n  \
                 import {{\n    to = wsoa_oauth_client.NAME\n    id = {id:?}\n  }}"
            ),
        ),
        CreateError::Unclear { error, reason, .. } => Diagnostics::error_at(
            "client_id",
            "It is not known whether the OAuth client was created",
            format!(
                "{}\n\n{reason}. If the client {id:?} at the tenant is the one from this apply, import it; if it is \
                 somebody else's, choose another client_id.",
                diagnose::text(&error)
            ),
        ),
        CreateError::Failed(error) | CreateError::Created { problem: error, .. } => {
            let summary = format!("OAuth client {id:?} was not created");
            match error.kind() {
                ErrorKind::BadRequest => diagnose::error_at("client_id", &summary, &error),
                _ => diagnose::error(&summary, &error),
            }
        }
    }
}

/// What a user is told when a client is as it was.
pub fn not_updated(id: &str, error: &access::Error) -> Diagnostics {
    if error.kind() == ErrorKind::NotFound {
        return Diagnostics::error(
            format!("OAuth client {id:?} is gone"),
            "It was deleted after this plan was made. Plan again: it will be planned for creation.",
        );
    }
    diagnose::error(&format!("OAuth client {id:?} was not updated"), error)
}
