//! go-plugin's own services, beside the provider's on the same socket.
//!
//! Source: hashicorp/go-plugin `grpc_controller.go`, `grpc_broker.go`, `grpc_stdio.go` and grpc.health.v1.

use tokio::sync::watch;
use tonic::codegen::BoxStream;
use tonic::{Request, Response, Status, Streaming};

use super::generated::health::health_check_response::ServingStatus;
use super::generated::{health, plugin as pb};

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
            shutdown.requested().await;
            drop(sender);
        });
        Box::pin(tokio_stream::wrappers::ReceiverStream::new(receiver))
    }
}

/// `plugin.GRPCController`: the CLI's way to say that it is done. Without it every process costs two seconds.
#[derive(Clone, Debug)]
pub struct Controller(pub Shutdown);

#[tonic::async_trait]
impl pb::grpc_controller_server::GrpcController for Controller {
    async fn shutdown(&self, _: Request<pb::Empty>) -> Result<Response<pb::Empty>, Status> {
        self.0.trigger();
        Ok(Response::new(pb::Empty {}))
    }
}

/// `plugin.GRPCBroker`: for plugins that call back. This one never does.
#[derive(Clone, Debug)]
pub struct Broker(pub Shutdown);

#[tonic::async_trait]
impl pb::grpc_broker_server::GrpcBroker for Broker {
    async fn start_stream(
        &self,
        _: Request<Streaming<pb::ConnInfo>>,
    ) -> Result<Response<BoxStream<pb::ConnInfo>>, Status> {
        Ok(Response::new(self.0.silence()))
    }
}

/// `plugin.GRPCStdio`: for output beside the log. There is none.
#[derive(Clone, Debug)]
pub struct Stdio(pub Shutdown);

#[tonic::async_trait]
impl pb::grpc_stdio_server::GrpcStdio for Stdio {
    async fn stream_stdio(&self, _: Request<()>) -> Result<Response<BoxStream<pb::StdioData>>, Status> {
        Ok(Response::new(self.0.silence()))
    }
}

/// `grpc.health.v1.Health`: go-plugin pings the service `plugin`; no name means the whole server.
#[derive(Clone, Debug)]
pub struct Health(pub Shutdown);

impl Health {
    fn knows(service: &str) -> bool {
        matches!(service, "" | "plugin")
    }
}

fn status(status: ServingStatus) -> health::HealthCheckResponse {
    health::HealthCheckResponse {
        status: status.into(),
    }
}

#[tonic::async_trait]
impl health::health_server::Health for Health {
    async fn check(
        &self,
        request: Request<health::HealthCheckRequest>,
    ) -> Result<Response<health::HealthCheckResponse>, Status> {
        if Self::knows(&request.into_inner().service) {
            Ok(Response::new(status(ServingStatus::Serving)))
        } else {
            Err(Status::not_found("no such service")) // as grpc.health.v1 has it
        }
    }

    async fn watch(
        &self,
        request: Request<health::HealthCheckRequest>,
    ) -> Result<Response<BoxStream<health::HealthCheckResponse>>, Status> {
        let known = Self::knows(&request.into_inner().service);
        let first = status(if known {
            ServingStatus::Serving
        } else {
            ServingStatus::ServiceUnknown
        });
        let first = tokio_stream::once(Ok(first));
        Ok(Response::new(Box::pin(tokio_stream::StreamExt::chain(
            first,
            self.0.silence(),
        ))))
    }
}

#[cfg(test)]
mod tests {
    use health::health_server::Health as _;
    use tokio_stream::StreamExt as _;
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
            let request = || {
                Request::new(health::HealthCheckRequest {
                    service: service.to_owned(),
                })
            };
            let checked = health.check(request()).await;
            assert_eq!(checked.as_ref().err().map(Status::code), code, "{service:?}");
            let mut stream = health.watch(request()).await.expect("a stream").into_inner();
            let first = stream.next().await.expect("a first word").expect("no failure");
            assert_eq!(first.status(), watched, "{service:?}");
        }
    }
}
