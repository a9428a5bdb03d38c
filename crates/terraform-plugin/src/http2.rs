//! HTTP/2 on the CLI's connections: which of the services a request is for.
//!
//! It stands in the place of tonic's own server, which brings a router, layers, HTTP/1 and deadlines (`grpc-timeout`) that
//! no CLI uses.

use std::future::ready;
use std::pin::pin;
use std::sync::Arc;

use hyper::body::Incoming;
use hyper::server::conn::http2::Builder;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tonic::Status;
use tonic::body::Body;
use tonic::codegen::http;

use super::listener::Connection;
use super::methods::{Answer, Rpc, Service, refusal};
use super::services::Shutdown;

/// The services on one socket, by their names.
#[derive(Clone, Default)]
pub struct Services(Vec<(&'static str, Arc<Table>)>);

type Table = dyn Fn(&str) -> Option<Rpc> + Send + Sync;

impl Services {
    /// These, and `service`.
    pub fn and<S: Service>(mut self, service: S) -> Self {
        self.0.push((S::NAME, Arc::new(move |name| service.rpc(name))));
        self
    }

    fn answer(&self, request: http::Request<Body>) -> Answer {
        if let Some(status) = objection(&request) {
            let mut refused = http::Response::new(Body::empty());
            *refused.status_mut() = status;
            return Box::pin(ready(Ok(refused)));
        }
        let rpc = self.rpc(request.uri().path());
        rpc.unwrap_or_else(|| refusal(Status::unimplemented("")))(request)
    }

    /// `path` is `/service/method`.
    fn rpc(&self, path: &str) -> Option<Rpc> {
        let (service, method) = path.strip_prefix('/')?.split_once('/')?;
        let (_, table) = self.0.iter().find(|(name, _)| *name == service)?;
        table(method)
    }
}

/// What is wrong with a request that is not one of gRPC, such as one of gRPC-Web or a form (grpc.io "gRPC over HTTP2").
fn objection(request: &http::Request<Body>) -> Option<http::StatusCode> {
    if request.method() != http::Method::POST {
        return Some(http::StatusCode::METHOD_NOT_ALLOWED);
    }
    let given = request.headers().get(http::header::CONTENT_TYPE);
    let rest = given.and_then(|given| given.to_str().ok()?.strip_prefix("application/grpc"));
    let is_grpc = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['+', ';']));
    (!is_grpc).then_some(http::StatusCode::UNSUPPORTED_MEDIA_TYPE)
}

/// Serves every connection that comes until everything is to end, and returns when what was under way is answered.
pub async fn serve(services: Services, mut connections: mpsc::Receiver<Connection>, shutdown: Shutdown) {
    let mut served = JoinSet::new();
    loop {
        let connection = tokio::select! {
            connection = connections.recv() => connection,
            () = shutdown.requested() => None,
            Some(_) = served.join_next() => continue,
        };
        let Some(connection) = connection else { break };
        served.spawn(serve_one(connection, services.clone(), shutdown.clone()));
    }
    drop(connections);
    while served.join_next().await.is_some() {}
}

async fn serve_one(connection: Connection, services: Services, shutdown: Shutdown) {
    let answer = service_fn(|request: http::Request<Incoming>| services.answer(request.map(Body::new)));
    let mut serving = pin!(
        Builder::new(TokioExecutor::new())
            .timer(TokioTimer::new())
            .max_concurrent_streams(None) // the CLI decides how many calls it makes at a time,
            .max_pending_accept_reset_streams(usize::MAX) // and gives up: to hang up would lose the others
            .serve_connection(TokioIo::new(connection), answer)
    );
    // what fails is a connection that the CLI has closed, and nobody is left to be told
    tokio::select! {
        _ = &mut serving => {}
        () = shutdown.requested() => {
            serving.as_mut().graceful_shutdown();
            let _ = serving.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use tonic::Code;

    use super::*;
    use crate::services::{Controller, Health};

    fn request(method: &str, path: &str, content_type: Option<&str>) -> http::Request<Body> {
        let request = http::Request::builder().method(method).uri(path);
        let request = content_type.into_iter().fold(request, |request, value| {
            request.header(http::header::CONTENT_TYPE, value)
        });
        request.body(Body::empty()).expect("a request")
    }

    #[tokio::test]
    async fn what_is_no_grpc_is_refused_and_not_done() {
        let shutdown = Shutdown::default();
        let services = Services::default().and(Controller(shutdown.clone()));
        let path = "/plugin.GRPCController/Shutdown";
        for (method, content_type, expected) in [
            ("GET", Some("application/grpc"), 405),
            ("PUT", Some("application/grpc"), 405),
            ("POST", None, 415),
            ("POST", Some("application/json"), 415),
            ("POST", Some("application/grpc-web"), 415),
        ] {
            let Ok(answer) = services.answer(request(method, path, content_type)).await;
            assert_eq!(answer.status(), expected, "{method} {content_type:?}");
        }
        for content_type in [
            "application/grpc",
            "application/grpc+proto",
            "application/grpc; a=b",
        ] {
            let Ok(answer) = services.answer(request("POST", path, Some(content_type))).await;
            assert_eq!(answer.status(), 200, "{content_type}");
        }
    }

    #[tokio::test]
    async fn what_is_not_there_is_unimplemented() {
        let services = Services::default().and(Health(Shutdown::default()));
        for path in [
            "/",
            "/grpc.health.v1.Health",
            "/grpc.health.v1.Health/Cure",
            "/grpc.health.v1/Check",
            "/tfplugin6.Provider/ReadResource",
        ] {
            let request = request("POST", path, Some("application/grpc"));
            let Ok(answer) = services.answer(request).await;
            let status = Status::from_header_map(answer.headers()).map(|status| status.code());
            assert_eq!(status, Some(Code::Unimplemented), "{path}");
        }
    }
}
