//! What RPCs are made of, whichever service they belong to.
//!
//! Generated servers make framing, limits and errors anew for every RPC. Here a message stays bytes until its RPC is known,
//! so that there is one of each, and a service is the table of its RPCs.

use std::convert::Infallible;
use std::future::{Future, Ready, ready};

use prost::Message;
use prost::bytes::Buf as _;
use tokio_stream::StreamExt as _;
use tonic::body::Body;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::codegen::{BoxFuture, BoxStream, Bytes, http};
use tonic::server::{Grpc, ServerStreamingService, StreamingService, UnaryService};
use tonic::{Code, Request, Response, Status, Streaming};

use crate::value::cost;

/// The largest message either way, bytes; a larger one is refused by its length, before it is read. The largest there are
/// hold an object three times: prior, planned and configured. Tonic's default of 4 MiB is too little for a large state, and
/// the 256 MiB that other plugins take cost as much.
const MAX_MESSAGE: usize = 3 * cost::MOST_JSON + (2 << 20);

/// A gRPC service.
pub trait Service: Send + Sync + 'static {
    /// Its full name, as in `grpc.health.v1.Health`.
    const NAME: &'static str;

    /// The RPC of this name, if there is one.
    fn rpc(&self, name: &str) -> Option<Rpc>;
}

/// What becomes of a request. A failure is an answer, too.
pub type Answer = BoxFuture<http::Response<Body>, Infallible>;

/// Answers one call.
pub type Rpc = Box<dyn FnOnce(http::Request<Body>) -> Answer + Send>;

/// Answers a message with a message.
pub fn unary<M, A, F>(answer: impl FnOnce(M) -> F + Send + 'static) -> Rpc
where
    M: Message + Default,
    A: Message + 'static,
    F: Future<Output = Result<A, Status>> + Send + 'static,
{
    one(Unary(Some(Box::new(|request| {
        let answer = read(request).map(answer);
        Box::pin(async { Ok(Response::new(reply(answer?.await?))) })
    }))))
}

/// The same for what needs no time.
pub fn at_once<M, A>(answer: impl FnOnce(M) -> A + Send + 'static) -> Rpc
where
    M: Message + Default,
    A: Message + 'static,
{
    unary(|request| ready(Ok(answer(request))))
}

/// Answers a message with as many as there are.
pub fn stream<M, A>(answer: impl FnOnce(M) -> BoxStream<A> + Send + 'static) -> Rpc
where
    M: Message + Default,
    A: Message + 'static,
{
    many(Stream(Some(Box::new(|request| {
        let answers = answer(read(request)?);
        Ok(Box::pin(answers.map(|answer| answer.map(reply))))
    }))))
}

/// Answers whatever comes with a stream in which nothing is said.
pub fn silent(answers: BoxStream<()>) -> Rpc {
    let replies = Silent(Some(Box::pin(answers.map(|answer| answer.map(reply)))));
    Box::new(|request| Box::pin(async { Ok(limited().streaming(replies, request).await) }))
}

/// Answers whatever comes with this.
pub fn refusal(status: Status) -> Rpc {
    Box::new(|_| Box::pin(ready(Ok(status.into_http()))))
}

fn one(answer: Unary) -> Rpc {
    Box::new(|request| Box::pin(async { Ok(named(limited().unary(answer, request).await)) }))
}

fn many(answers: Stream) -> Rpc {
    Box::new(|request| Box::pin(async { Ok(named(limited().server_streaming(answers, request).await)) }))
}

/// Of a message that is too large, gRPC says `RESOURCE_EXHAUSTED` and tonic `OUT_OF_RANGE`, which nothing here means
/// otherwise.
fn named(mut answer: http::Response<Body>) -> http::Response<Body> {
    if let Some(status) = answer.headers_mut().get_mut("grpc-status")
        && *status == code(Code::OutOfRange)
    {
        *status = code(Code::ResourceExhausted);
    }
    answer
}

fn code(code: Code) -> http::HeaderValue {
    http::HeaderValue::from(code as u16)
}

fn limited() -> Grpc<Raw> {
    Grpc::new(Raw)
        .max_decoding_message_size(MAX_MESSAGE)
        .max_encoding_message_size(MAX_MESSAGE)
}

fn read<M: Message + Default>(request: Bytes) -> Result<M, Status> {
    M::decode(request).map_err(|error| Status::internal(error.to_string()))
}

fn reply(message: impl Message + 'static) -> Reply {
    Box::new(message)
}

/// Tonic might ask for an answer twice, and does not.
fn once<T>(answer: &mut Option<T>) -> Result<T, Status> {
    answer.take().ok_or_else(|| Status::internal("answered already"))
}

struct Unary(Option<Box<One>>);

type One = dyn FnOnce(Bytes) -> BoxFuture<Response<Reply>, Status> + Send;

impl UnaryService<Bytes> for Unary {
    type Response = Reply;
    type Future = BoxFuture<Response<Reply>, Status>;

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        match once(&mut self.0) {
            Ok(answer) => answer(request.into_inner()),
            Err(status) => Box::pin(ready(Err(status))),
        }
    }
}

struct Stream(Option<Box<Many>>);

type Many = dyn FnOnce(Bytes) -> Result<BoxStream<Reply>, Status> + Send;

impl ServerStreamingService<Bytes> for Stream {
    type Response = Reply;
    type ResponseStream = BoxStream<Reply>;
    type Future = Ready<Result<Response<BoxStream<Reply>>, Status>>;

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        let answers = once(&mut self.0).and_then(|answers| answers(request.into_inner()));
        ready(answers.map(Response::new))
    }
}

struct Silent(Option<BoxStream<Reply>>);

impl StreamingService<Bytes> for Silent {
    type Response = Reply;
    type ResponseStream = BoxStream<Reply>;
    type Future = Ready<Result<Response<BoxStream<Reply>>, Status>>;

    fn call(&mut self, _: Request<Streaming<Bytes>>) -> Self::Future {
        ready(once(&mut self.0).map(Response::new))
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
