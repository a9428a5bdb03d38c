//! The gRPC service of a provider: which of its RPCs a request is for.
//!
//! The generated server makes framing, limits and errors anew for every RPC. Here a message stays bytes until its RPC is
//! known, so that there is one of each.

use std::convert::Infallible;
use std::sync::Arc;
use std::task::{Context, Poll};

use prost::Message;
use prost::bytes::Buf as _;
use tonic::body::Body;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::codegen::{BoxFuture, BoxStream, Bytes, Service, http};
use tonic::server::{Grpc, NamedService, ServerStreamingService, UnaryService};
use tonic::{Request, Response, Status};
use tonic_prost::ProstCodec;

use super::generated::tfplugin6 as pb;
use super::generated::tfplugin6::provider_server::{Provider, SERVICE_NAME};
use super::http2::{self, Answer};
use crate::value::cost;

/// The largest message either way, bytes; a larger one is refused by its length, before it is read. The largest there are
/// hold an object three times: prior, planned and configured. Tonic's default of 4 MiB is too little for a large state, and
/// the 256 MiB that other plugins take cost as much.
const MAX_MESSAGE: usize = 3 * cost::MOST_JSON + (2 << 20);

/// Serves the RPCs of a provider.
pub struct Methods<S>(Arc<S>);

impl<S> Methods<S> {
    /// Those of `provider`.
    pub fn of(provider: S) -> Self {
        Self(Arc::new(provider))
    }
}

impl<S> Clone for Methods<S> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<S> NamedService for Methods<S> {
    const NAME: &'static str = SERVICE_NAME;
}

impl<S: Provider> Service<http::Request<Body>> for Methods<S> {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Answer;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Answer {
        let provider = Arc::clone(&self.0);
        let (_, name) = request.uri().path().rsplit_once('/').unwrap_or_default();
        if name == "ListResource" {
            return Box::pin(async {
                let mut grpc = limited(ProstCodec::default());
                Ok(grpc.server_streaming(Listing(provider), request).await)
            });
        }
        let Some(method) = unary(name) else {
            return http2::unimplemented();
        };
        Box::pin(async move { Ok(limited(Raw).unary(Unary { provider, method }, request).await) })
    }
}

fn limited<C: Codec>(codec: C) -> Grpc<C> {
    Grpc::new(codec)
        .max_decoding_message_size(MAX_MESSAGE)
        .max_encoding_message_size(MAX_MESSAGE)
}

/// Answers one RPC.
type Method<S> = fn(Arc<S>, Bytes) -> BoxFuture<Response<Reply>, Status>;

macro_rules! methods {
    ($($name:literal: $rpc:ident;)*) => {
        #[cfg(test)]
        const UNARY: &[&str] = &[$($name),*];

        /// The RPC of this name that answers a message with a message.
        fn unary<S: Provider>(name: &str) -> Option<Method<S>> {
            Some(match name {
                $($name => |provider, request| Box::pin(async move {
                    let answered = provider.$rpc(Request::new(read(request)?)).await?;
                    Ok(answered.map(|answer| Box::new(answer) as Reply))
                }),)*
                _ => return None,
            })
        }
    };
}

methods! {
    "GetMetadata": get_metadata;
    "GetProviderSchema": get_provider_schema;
    "ValidateProviderConfig": validate_provider_config;
    "ConfigureProvider": configure_provider;
    "StopProvider": stop_provider;
    "ValidateResourceConfig": validate_resource_config;
    "UpgradeResourceState": upgrade_resource_state;
    "ReadResource": read_resource;
    "PlanResourceChange": plan_resource_change;
    "ApplyResourceChange": apply_resource_change;
    "ImportResourceState": import_resource_state;
    "MoveResourceState": move_resource_state;
    "GetResourceIdentitySchemas": get_resource_identity_schemas;
    "UpgradeResourceIdentity": upgrade_resource_identity;
    "ValidateDataResourceConfig": validate_data_resource_config;
    "ReadDataSource": read_data_source;
    "GetFunctions": get_functions;
    "CallFunction": call_function;
    "ValidateEphemeralResourceConfig": validate_ephemeral_resource_config;
    "OpenEphemeralResource": open_ephemeral_resource;
    "RenewEphemeralResource": renew_ephemeral_resource;
    "CloseEphemeralResource": close_ephemeral_resource;
    "ValidateListResourceConfig": validate_list_resource_config;
}

fn read<M: Message + Default>(request: Bytes) -> Result<M, Status> {
    M::decode(request).map_err(|error| Status::internal(error.to_string()))
}

struct Unary<S> {
    provider: Arc<S>,
    method: Method<S>,
}

impl<S: Provider> UnaryService<Bytes> for Unary<S> {
    type Response = Reply;
    type Future = BoxFuture<Response<Reply>, Status>;

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        (self.method)(Arc::clone(&self.provider), request.into_inner())
    }
}

struct Listing<S>(Arc<S>);

impl<S: Provider> ServerStreamingService<pb::list_resource::Request> for Listing<S> {
    type Response = pb::list_resource::Event;
    type ResponseStream = BoxStream<pb::list_resource::Event>;
    type Future = BoxFuture<Response<Self::ResponseStream>, Status>;

    fn call(&mut self, request: Request<pb::list_resource::Request>) -> Self::Future {
        let provider = Arc::clone(&self.0);
        Box::pin(async move { provider.list_resource(request).await })
    }
}

/// Any message that is sent.
type Reply = Box<dyn Write + Send>;

trait Write {
    fn write(&self, to: &mut EncodeBuf<'_>) -> Result<(), Status>;
}

impl<M: Message> Write for M {
    fn write(&self, to: &mut EncodeBuf<'_>) -> Result<(), Status> {
        self.encode(to)
            .map_err(|error| Status::internal(error.to_string()))
    }
}

/// Takes bytes for messages, and any message for an answer.
struct Raw;

impl Codec for Raw {
    type Encode = Reply;
    type Decode = Bytes;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Raw {
    type Item = Reply;
    type Error = Status;

    fn encode(&mut self, reply: Reply, to: &mut EncodeBuf<'_>) -> Result<(), Status> {
        (*reply).write(to)
    }
}

impl Decoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, from: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        Ok(Some(from.copy_to_bytes(from.remaining())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What nothing here answers: actions, and a configuration that the CLI makes as well by itself.
    const UNSERVED: [&str; 4] = [
        "GenerateResourceConfig",
        "InvokeAction",
        "PlanAction",
        "ValidateActionConfig",
    ];

    #[test]
    fn every_rpc_of_the_protocol_is_served_or_named_here() {
        let generated = include_str!("generated/tfplugin6.rs");
        let (_, after_the_client) = generated.split_once("pub mod provider_server").expect("a server");
        let arms = after_the_client.split("\"/tfplugin6.Provider/").skip(1);
        let mut rpcs: Vec<_> = arms.filter_map(|arm| arm.split('"').next()).collect();
        let mut known = [UNARY, &UNSERVED, &["ListResource"]].concat();
        rpcs.sort_unstable();
        known.sort_unstable();
        assert_eq!(rpcs, known);
    }
}
