//! The way over HTTP.

use std::net::Ipv4Addr;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value as Json;
use tokio::net::TcpListener;

use super::Org;

/// API token of an administrator.
pub const API_TOKEN: &str = "00an-api-token-of-an-administrator";

/// Serves the organization over plain HTTP, on a port of its own, as a proxy: Okta's provider finds it by
/// `OKTA_HTTP_PROXY`, and sends it whole addresses. Returns the proxy's address. To be called within a Tokio runtime.
pub async fn proxy(org: &Org) -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new().fallback(answer).with_state(org.clone());
    tokio::spawn(async { axum::serve(listener, router).await.unwrap() });
    address
}

async fn answer(
    State(org): State<Org>,
    method: Method,
    address: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let signed_in = headers
        .get(header::AUTHORIZATION)
        .is_some_and(|it| *it == format!("SSWS {API_TOKEN}"));
    if !signed_in {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let target = address.path_and_query().map_or("/", |it| it.as_str());
    let answer = org.answer(
        method.as_str(),
        target,
        &serde_json::from_slice(&body).unwrap_or(Json::Null),
    );
    let status = StatusCode::from_u16(answer.status).unwrap();
    if answer.body.is_null() {
        return status.into_response();
    }
    (
        status,
        [(header::CONTENT_TYPE, "application/json")],
        answer.body.to_string(),
    )
        .into_response()
}
