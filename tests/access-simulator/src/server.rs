//! Sockets, TLS, recording, and faults.

use std::convert::Infallible;
use std::io;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::http::request::Parts;
use axum::http::uri::Authority;
use axum::http::{HeaderName, Request, header};
use axum::response::Response;
use http_body::{Frame, SizeHint};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::TlsAcceptor;
use tower::{Service, ServiceExt};
use uuid::Uuid;

use crate::fault::{Action, take};
use crate::http::{Call, response};
use crate::jwt::SigningKey;
use crate::options::Options;
use crate::record::Recorded;
use crate::routes::{Shared, router};
use crate::switches::Switches;
use crate::tenant::Tenant;
use crate::tls::identity;
use crate::world::World;

/// A running tenant. It stops when this value is dropped.
pub struct Simulator {
    shared: Shared,
    url: String,
    ca_pem: String,
    ca_file: PathBuf,
    ca_file_is_ours: bool,
    options: Options,
    task: JoinHandle<()>,
}

impl Simulator {
    /// Starts listening on 127.0.0.1.
    pub async fn start(options: Options) -> io::Result<Self> {
        let identity = identity()?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port))
            .await
            .map_err(|error| not_bound(options.port, &error))?;
        let prefix = options
            .path_prefix
            .as_deref()
            .map(|prefix| prefix.trim_end_matches('/'));
        if prefix.is_some_and(|prefix| !prefix.starts_with('/') || prefix.contains(['{', '}'])) {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "the path prefix must be an absolute path",
            ));
        }
        let host = format!("localhost:{}", listener.local_addr()?.port());
        let url = format!("https://{host}{}", prefix.unwrap_or_default());
        let ca_file_is_ours = options.ca_file.is_none();
        let ca_file = options
            .ca_file
            .clone()
            .unwrap_or_else(|| std::env::temp_dir().join(format!("access-simulator-{}.pem", Uuid::new_v4())));
        tokio::fs::write(&ca_file, &identity.ca_pem).await?;

        let shared = Shared::new(World::new(&options, url.clone(), SigningKey::load()?));
        let service = Tls {
            router: router(shared.clone(), prefix),
            shared: shared.clone(),
            host: host.into(),
        };
        let task = tokio::spawn(accept(listener, TlsAcceptor::from(identity.config), service));
        Ok(Self {
            shared,
            url,
            ca_pem: identity.ca_pem,
            ca_file,
            ca_file_is_ours,
            options,
            task,
        })
    }

    /// The tenant's address, with the path prefix if there is one.
    pub fn url(&self) -> String {
        self.url.clone()
    }

    /// The certificate to trust.
    pub fn ca_pem(&self) -> &str {
        &self.ca_pem
    }

    /// The file with the certificate to trust.
    pub fn ca_file(&self) -> &Path {
        &self.ca_file
    }

    /// Puts a new tenant in the place of this one, with these answers and at the same address: nothing has happened in
    /// it yet.
    pub fn begin_anew(&self, switches: Switches) -> io::Result<()> {
        let options = Options {
            switches,
            ..self.options.clone()
        };
        *self.shared.world() = World::new(&options, self.url.clone(), SigningKey::load()?);
        Ok(())
    }

    /// Direct control over the tenant.
    pub fn tenant(&self) -> Tenant {
        Tenant::new(self.shared.clone())
    }
}

/// Says which port it is, and how to have another.
fn not_bound(port: u16, error: &io::Error) -> io::Error {
    let advice = match error.kind() {
        io::ErrorKind::AddrInUse => " Take another one with --port, or with make tenant PORT=9443.",
        _ => "",
    };
    io::Error::new(
        error.kind(),
        format!("port {port} cannot be listened on: {error}.{advice}"),
    )
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.task.abort();
        if self.ca_file_is_ours {
            let _ = std::fs::remove_file(&self.ca_file); // a leftover temporary file does no harm
        }
    }
}

async fn accept(listener: TcpListener, acceptor: TlsAcceptor, service: Tls) {
    let mut connections = JoinSet::new(); // aborts them all when this task is aborted
    loop {
        while connections.try_join_next().is_some() {}
        let Ok((stream, _)) = listener.accept().await else {
            continue;
        };
        let _ = stream.set_nodelay(true); // only a matter of speed
        let (acceptor, service) = (acceptor.clone(), service.clone());
        connections.spawn(async move {
            // A caller that does not trust the certificate, or a connection broken on purpose, is no error here.
            let Ok(stream) = acceptor.accept(stream).await else {
                return;
            };
            let service = TowerToHyperService::new(service);
            let _ = Builder::new(TokioExecutor::new())
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

/// What every connection runs.
#[derive(Clone)]
struct Tls {
    router: Router,
    shared: Shared,
    host: Arc<str>,
}

type Outcome = Pin<Box<dyn Future<Output = Result<Response, io::Error>> + Send>>;

impl<B> Service<Request<B>> for Tls
where
    B: HttpBody<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    type Response = Response;
    type Error = io::Error;
    type Future = Outcome;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), io::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Outcome {
        let this = self.clone();
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            let body = axum::body::to_bytes(Body::new(body), usize::MAX)
                .await
                .map_err(io::Error::other)?;
            let call = Arc::new(Call {
                method: parts.method.clone(),
                path: parts.uri.path().to_owned(),
                raw_query: parts.uri.query().unwrap_or_default().to_owned(),
                headers: parts.headers.clone(),
                body,
            });
            if call.path.starts_with("/_control/") {
                return Ok(this.answer(parts, call).await);
            }
            this.serve(parts, call).await
        })
    }
}

impl Tls {
    async fn serve(&self, parts: Parts, call: Arc<Call>) -> Result<Response, io::Error> {
        let (number, pause, action, wrong_host) = {
            let mut world = self.shared.world();
            let number = world.journal.arrived(recorded(&call));
            // Before any fault or refusal: what was sent is a secret whatever becomes of the request.
            for secret in call.sent_secrets() {
                world.note_secret(&secret);
            }
            let (pause, action) = take(&mut world.faults, call.method.as_str(), &call.path);
            let wrong_host = world.switches.host_check && named_host(&parts) != Some(&*self.host);
            (number, pause + world.switches.latency_ms, action, wrong_host)
        };
        if pause > 0 {
            tokio::time::sleep(Duration::from_millis(pause)).await;
        }
        let outcome = if wrong_host {
            Ok(response(444, std::iter::empty(), Body::empty()))
        } else {
            self.faulty(parts, call, action).await
        };
        if let Ok(response) = &outcome {
            self.shared
                .world()
                .journal
                .answered(number, response.status().as_u16());
        }
        outcome
    }

    async fn faulty(
        &self,
        parts: Parts,
        call: Arc<Call>,
        action: Option<Action>,
    ) -> Result<Response, io::Error> {
        let dropped = || io::Error::new(io::ErrorKind::ConnectionReset, "dropped on purpose");
        match action {
            None | Some(Action::Delay { .. }) => Ok(self.answer(parts, call).await),
            Some(Action::Answer {
                status,
                headers,
                body,
            }) => Ok(canned(status, &headers, body)),
            Some(Action::Reset) => Err(dropped()),
            Some(Action::CommitThenReset) => {
                self.answer(parts, call).await;
                Err(dropped())
            }
            Some(Action::CommitThenAnswer {
                status,
                headers,
                body,
            }) => {
                self.answer(parts, call).await;
                Ok(canned(status, &headers, body))
            }
            Some(Action::CommitThenEmpty) => {
                let (mut head, _) = self.answer(parts, call).await.into_parts();
                head.headers.remove(header::CONTENT_LENGTH);
                Ok(Response::from_parts(head, Body::empty()))
            }
            Some(Action::CommitThenTruncate) => {
                let (head, whole) = self.answer(parts, call).await.into_parts();
                let whole = axum::body::to_bytes(whole, usize::MAX)
                    .await
                    .map_err(io::Error::other)?;
                Ok(Response::from_parts(
                    head,
                    Body::new(Truncated { whole, sent: false }),
                ))
            }
        }
    }

    async fn answer(&self, parts: Parts, call: Arc<Call>) -> Response {
        let mut request = Request::from_parts(parts, Body::empty());
        request.extensions_mut().insert(call);
        let outcome: Result<Response, Infallible> = self.router.clone().oneshot(request).await;
        outcome.unwrap_or_else(|never| match never {})
    }
}

/// Half of a body whose length has been announced as a whole.
struct Truncated {
    whole: Bytes,
    sent: bool,
}

impl HttpBody for Truncated {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if self.sent {
            return Poll::Ready(Some(Err(io::Error::new(
                io::ErrorKind::ConnectionReset,
                "cut on purpose",
            ))));
        }
        self.sent = true;
        Poll::Ready(Some(Ok(Frame::data(self.whole.slice(..self.whole.len() / 2)))))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.whole.len() as u64)
    }
}

fn recorded(call: &Call) -> Recorded {
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    Recorded {
        method: call.method.to_string(),
        path: call.path.clone(),
        query: call.raw_query.clone(),
        headers: call
            .headers
            .iter()
            .map(|(name, value)| (name.to_string(), text(value.as_bytes())))
            .collect(),
        body: text(&call.body),
        status: 0,
    }
}

fn named_host(parts: &Parts) -> Option<&str> {
    // HTTP/2 has the authority in the address, HTTP/1.1 in a header.
    parts.uri.authority().map(Authority::as_str).or_else(|| {
        parts
            .headers
            .get(header::HOST)
            .and_then(|host| host.to_str().ok())
    })
}

fn canned(status: u16, headers: &[(String, String)], body: String) -> Response {
    let parsed = headers
        .iter()
        .filter_map(|(name, value)| Some((HeaderName::from_bytes(name.as_bytes()).ok()?, value.as_str())));
    response(status, parsed, body.into())
}
