//! go-plugin's own services, beside the provider's on the same socket.
//!
//! Source: hashicorp/go-plugin `grpc_controller.go`, `grpc_broker.go`, `grpc_stdio.go` and grpc.health.v1.

use std::future::ready;

use tokio::sync::watch;
use tokio_stream::StreamExt as _;
use tonic::Status;
use tonic::codegen::BoxStream;

use super::generated::health::health_check_response::ServingStatus;
use super::generated::health::{HealthCheckRequest, HealthCheckResponse};
use super::generated::plugin as pb;
use super::methods::{Rpc, Service, at_once, silent, stream, unary};

/// Says that the process should end. Held by whoever may ask for it, watched by whoever has to obey.
#[derive(Clone, Debug)]
pub struct Shutdown(watch::Sender<bool>);

impl Default for Shutdown {
    fn default() -> Self {
        Self(watch::Sender::new(false))
    }
}

impl Shutdown {
    /// Asks everything to end.
    pub fn trigger(&self) {
        self.0.send_replace(true);
    }

    /// Returns when somebody asked.
    pub async fn requested(&self) {
        let mut receiver = self.0.subscribe();
        // the sender lives as long as self, so this ends only with a request
        let _ = receiver.wait_for(|requested| *requested).await;
    }

    /// A stream without an item that ends with the process: go-plugin expects some streams to stay open.
    fn silence<T: Send + 'static>(&self) -> BoxStream<T> {
        let (sender, receiver) = tokio::sync::mpsc::channel(1);
        let shutdown = self.clone();
        tokio::spawn(async move {
            tokio::select! { () = shutdown.requested() => {}, () = sender.closed() => {} }
        });
        Box::pin(tokio_stream::wrappers::ReceiverStream::new(receiver))
    }
}

/// `plugin.GRPCController`: the CLI's way to say that it is done. Without it every process costs two seconds.
#[derive(Clone, Debug)]
pub struct Controller(pub Shutdown);

impl Service for Controller {
    const NAME: &'static str = "plugin.GRPCController";

    fn rpc(&self, name: &str) -> Option<Rpc> {
        let shutdown = self.0.clone();
        let answer = move |request: pb::Empty| {
            shutdown.trigger();
            request
        };
        (name == "Shutdown").then(|| at_once(answer))
    }
}

/// `plugin.GRPCBroker`: for plugins that call back. This one never does.
#[derive(Clone, Debug)]
pub struct Broker(pub Shutdown);

impl Service for Broker {
    const NAME: &'static str = "plugin.GRPCBroker";

    fn rpc(&self, name: &str) -> Option<Rpc> {
        (name == "StartStream").then(|| silent(self.0.silence()))
    }
}

/// `plugin.GRPCStdio`: for output beside the log. There is none.
#[derive(Clone, Debug)]
pub struct Stdio(pub Shutdown);

impl Service for Stdio {
    const NAME: &'static str = "plugin.GRPCStdio";

    fn rpc(&self, name: &str) -> Option<Rpc> {
        (name == "StreamStdio").then(|| silent(self.0.silence()))
    }
}

/// `grpc.health.v1.Health`: go-plugin pings the service `plugin`; no name means the whole server.
#[derive(Clone, Debug)]
pub struct Health(pub Shutdown);

impl Health {
    /// How a service is, if it is known.
    fn of(service: &str) -> Option<ServingStatus> {
        matches!(service, "" | "plugin").then_some(ServingStatus::Serving)
    }

    fn check(service: &str) -> Result<HealthCheckResponse, Status> {
        let status = Self::of(service).ok_or_else(|| Status::not_found("no such service"))?; // as grpc.health.v1 has it
        Ok(told(status))
    }

    fn watch(&self, service: &str) -> BoxStream<HealthCheckResponse> {
        let first = told(Self::of(service).unwrap_or(ServingStatus::ServiceUnknown));
        Box::pin(tokio_stream::once(Ok(first)).chain(self.0.silence()))
    }
}

fn told(status: ServingStatus) -> HealthCheckResponse {
    HealthCheckResponse {
        status: status.into(),
    }
}

impl Service for Health {
    const NAME: &'static str = "grpc.health.v1.Health";

    fn rpc(&self, name: &str) -> Option<Rpc> {
        let health = self.clone();
        Some(match name {
            "Check" => unary(|request: HealthCheckRequest| ready(Self::check(&request.service))),
            "Watch" => stream(move |request: HealthCheckRequest| health.watch(&request.service)),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use tonic::Code;

    use super::*;

    #[tokio::test]
    async fn only_what_is_served_is_said_to_be_healthy() {
        let health = Health(Shutdown::default());
        for (service, code, watched) in [
            ("plugin", None, ServingStatus::Serving),
            ("", None, ServingStatus::Serving),
            (
                "tfplugin6.Provider",
                Some(Code::NotFound),
                ServingStatus::ServiceUnknown,
            ),
            ("another", Some(Code::NotFound), ServingStatus::ServiceUnknown),
        ] {
            let checked = Health::check(service);
            assert_eq!(checked.as_ref().err().map(Status::code), code, "{service:?}");
            let first = health
                .watch(service)
                .next()
                .await
                .expect("a first word")
                .expect("no failure");
            assert_eq!(first.status(), watched, "{service:?}");
        }
    }
}
