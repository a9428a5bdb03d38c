//! `/_control/...`: control over the tenant from another process. The provider never uses it.

use axum::Router;

use crate::routes::Shared;

pub(crate) fn router() -> Router<Shared> {
    Router::new()
}
