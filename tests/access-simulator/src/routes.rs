//! Which path leads to which endpoint.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post, put};
use axum::{Extension, Router};

use crate::api::{clients, directories, discovery, identity_providers, oauth, saml, session};
use crate::http::{Call, Reply};
use crate::world::World;
use crate::{control, scim};

/// The tenant as the tasks of the server share it.
#[derive(Clone)]
pub(crate) struct Shared(Arc<Mutex<World>>);

impl Shared {
    pub(crate) fn new(world: World) -> Self {
        Self(Arc::new(Mutex::new(world)))
    }

    /// A panic in one request must not take the tenant down for the others.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(crate) type Plain = fn(&mut World, &Call) -> Result<Reply, Reply>;
pub(crate) type WithId = fn(&mut World, &Call, &str) -> Result<Reply, Reply>;

pub(crate) fn finish(outcome: Result<Reply, Reply>) -> Response {
    outcome.unwrap_or_else(|refusal| refusal).into_response()
}

/// Makes an axum handler of an endpoint without a path parameter.
macro_rules! at {
    ($endpoint:expr) => {{
        let endpoint: $crate::routes::Plain = $endpoint;
        move |shared: axum::extract::State<$crate::routes::Shared>,
              call: axum::Extension<std::sync::Arc<$crate::http::Call>>| async move {
            $crate::routes::finish(endpoint(&mut shared.world(), &call))
        }
    }};
}

/// Makes an axum handler of an endpoint with one path parameter, which arrives percent-decoded (Q24).
macro_rules! at_id {
    ($endpoint:expr) => {{
        let endpoint: $crate::routes::WithId = $endpoint;
        move |shared: axum::extract::State<$crate::routes::Shared>,
              id: axum::extract::Path<String>,
              call: axum::Extension<std::sync::Arc<$crate::http::Call>>| async move {
            $crate::routes::finish(endpoint(&mut shared.world(), &call, &id))
        }
    }};
}

pub(crate) use at;
pub(crate) use at_id;

/// All endpoints. `prefix` replaces `/SAAS` (Q28).
pub(crate) fn router(shared: Shared, prefix: Option<&str>) -> Router {
    let saas = Router::new()
        .route("/auth/oauthtoken", post(at!(oauth::token)))
        .route("/API/1.0/oauth2/token", post(at!(oauth::token)))
        .route(
            "/auth/.well-known/openid-configuration",
            get(at!(discovery::auth_document)),
        )
        .route("/API/1.0/GET/metadata/sp.xml", get(at!(saml::metadata)))
        .route("/API/1.0/REST/auth/token", get(at!(discovery::check)))
        .route("/API/1.0/REST/auth/system/login", post(at!(session::login)))
        .route("/API/1.0/REST/admin/approvals", put(at!(session::approvals)))
        .route(
            "/admin/settings/OAuthClient/generateRandomOAuthSecret",
            post(at!(session::random_client_secret)),
        )
        .nest("/jersey/manager/api", admin());
    let acs = Router::new()
        .route("/token", post(at!(oauth::token)))
        .route("/revoke", post(at!(oauth::revoke)))
        .route("/jwks", get(at!(discovery::jwks)))
        .route(
            "/.well-known/openid-configuration",
            get(at!(discovery::acs_document)),
        );
    Router::new()
        .nest(prefix.unwrap_or("/SAAS"), saas)
        .nest(&format!("{}/acs", prefix.unwrap_or_default()), acs)
        .nest("/_control", control::router())
        .method_not_allowed_fallback(|| async {
            Reply::error(405, "method.not.allowed", "This method is not offered here.")
        })
        .fallback(unknown)
        .with_state(shared)
}

fn admin() -> Router<Shared> {
    let all_clients = || -> MethodRouter<Shared> { get(at!(clients::list)).post(at!(clients::create)) };
    let all_directories =
        || -> MethodRouter<Shared> { get(at!(directories::list)).post(at!(directories::create)) };
    let one_client = get(at_id!(clients::read))
        .put(at_id!(clients::replace))
        .delete(at_id!(clients::delete));
    let one_directory = get(at_id!(directories::read))
        .delete(at_id!(directories::delete))
        .put(at_id!(directories::update))
        .patch(at_id!(directories::update));
    let configs = "/connectormanagement/directoryconfigs";
    Router::new()
        .nest("/scim", scim::router())
        .route("/oauth2clients", all_clients())
        .route("/oauth2clients/", all_clients())
        .route("/oauth2clients/{id}", one_client)
        .route(configs, all_directories())
        .route(&format!("{configs}/"), all_directories())
        .route(&format!("{configs}/{{id}}"), one_directory)
        .route(&format!("{configs}/other"), post(at!(directories::create_other)))
        .route(
            "/identityProviders",
            get(at!(identity_providers::list)).post(at!(identity_providers::write)),
        )
        .route(
            &format!("{configs}/{{id}}/domains"),
            get(at_id!(directories::domains)),
        )
}

async fn unknown(Extension(call): Extension<Arc<Call>>) -> Reply {
    let message = format!("The simulator has no endpoint {} {}.", call.method, call.path);
    Reply::error(404, "not.found", &message)
}
