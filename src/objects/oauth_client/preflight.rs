//! A look at the tenant once a plan is made, and what else a user should know before an apply. It decides nothing.

use std::time::Duration;

use terraform_plugin::Diagnostics;
use terraform_plugin::resource::Preflight;
use terraform_plugin::text::quoted;

use super::State;
use crate::access::SecretVerdict;
use crate::{access, diagnose};

/// How long a plan waits for a secret to be tried.
const PATIENCE: Duration = Duration::from_secs(10);

/// Warns of what an apply of this plan would meet, and objects to a replacement that would fail after its deletion.
pub async fn look(tenant: &access::Tenant, plan: Preflight<'_, State>) -> Diagnostics {
    let id = plan.planned.client_id.or_empty();
    let own = own_client(tenant, &plan);
    let generated = plan.planned.client_secret.is_unknown();
    own.and(match plan.prior {
        Some(prior) if plan.replaces => {
            note(tenant, prior);
            taken(tenant, id, true).await
        }
        None if !generated && !id.is_empty() => taken(tenant, id, false).await,
        Some(prior) => {
            note(tenant, prior);
            let look = overwritten(tenant, prior, plan.planned);
            tokio::time::timeout(PATIENCE, look).await.unwrap_or_default()
        }
        None => Diagnostics::none(),
    })
}

fn note(tenant: &access::Tenant, prior: &State) {
    for id in [&prior.id, &prior.client_id]
        .into_iter()
        .filter_map(|id| id.known())
    {
        tenant.note_own_client(id);
    }
}

/// An id that another client has. A creation meets that by itself and harms nothing, so it is only warned of.
async fn taken(tenant: &access::Tenant, id: &str, replaces: bool) -> Diagnostics {
    let in_the_way = match tenant.client_in_the_way(id).await {
        Ok(in_the_way) => in_the_way,
        Err(error) if tenant.is_news("not seen") => return not_seen(&error),
        Err(_) => return Diagnostics::none(),
    };
    if !in_the_way {
        return Diagnostics::none();
    }
    let summary = format!("The tenant has a client {} already", quoted(id));
    if replaces {
        Diagnostics::error_at(
            "client_id",
            summary,
            "This plan would delete the current client and then fail to create the new one. Choose another client_id. To \
             destroy all the same, use -refresh=false.",
        )
    } else {
        Diagnostics::warning_at(
            "client_id",
            summary,
            "It is not managed here, so an apply of this plan will fail. Choose another client_id, or import it.",
        )
    }
}

/// A secret in the configuration that is not the one that the client has: an imported client is about to get another.
async fn overwritten(tenant: &access::Tenant, prior: &State, planned: &State) -> Diagnostics {
    let (Some(id), Some(next)) = (prior.id.known(), planned.client_secret.known()) else {
        return Diagnostics::none();
    };
    let was_never_set = prior.created_at.is_null() && prior.last_secret_change.is_null();
    let is_another = match prior.client_secret.known() {
        Some(present) => was_never_set && present != next, // the refresh has tried the one that the tenant shows
        None if prior.client_secret_wo_version.is_null() => {
            matches!(tenant.check_secret(id, next).await, SecretVerdict::Refused)
        }
        None => false,
    };
    if !is_another {
        return Diagnostics::none();
    }
    Diagnostics::warning_at(
        "client_secret",
        "The client has another secret",
        "The given secret is not the one that the client has now. An apply of this plan sets it, and whoever uses the \
         present one is cut off.",
    )
}

fn not_seen(error: &access::Error) -> Diagnostics {
    diagnose::error("The tenant could not be asked what is there already", error).into_warnings()
}

/// The provider's own client: whoever changes its secret changes what the provider has to be configured with.
fn own_client(tenant: &access::Tenant, plan: &Preflight<'_, State>) -> Diagnostics {
    let Some(prior) = plan.prior else {
        return Diagnostics::none();
    };
    let is_own = prior
        .client_id
        .known()
        .is_some_and(|id| tenant.is_own_sign_in(id));
    if !is_own || plan.planned.last_secret_change == prior.last_secret_change {
        return Diagnostics::none();
    }
    Diagnostics::warning_at(
        "client_secret",
        "The provider signs in as this client",
        "An apply of this plan sets another secret for it. From then on the provider has to be configured with the new \
         one, or nothing here can be managed any more.",
    )
}

/// Core cannot see that the tokens of a client end with it, where its secret stays the same. The tokens of a client whose
/// secret is made anew follow that.
pub fn ends_tokens(client: &State) -> Diagnostics {
    if client.client_secret.is_null() && client.client_secret_wo_version.is_null() {
        return Diagnostics::none();
    }
    Diagnostics::warning_at(
        "client_id",
        "The tokens of the client end with it",
        "A replaced client has the same secret, so a wsoa_bearer_token does not see the change by itself. If its \
         rotate_when_changed has created_at of the client, this apply renews it. Otherwise add that, or apply once more.",
    )
}
