//! What is private elsewhere, for fuzz targets: the wire forms of values, and the server without a connection.

use crate::context::Told;
use crate::convert;
pub use crate::generated::tfplugin6;
use crate::generated::tfplugin6::upgrade_resource_state::{Request, Response};
use crate::provider::Provider;
pub use crate::server::Server;
pub use crate::value::json::from_json;

/// Values as `MessagePack`.
pub mod codec {
    pub use crate::value::codec::*;
}

/// Answers `UpgradeResourceState`. A panic is one here.
pub async fn upgrade<P: Provider>(server: &Server<P>, request: Request) -> Response {
    let (inner, told) = (&server.0, Told::default());
    let answer = match inner.resource(&request.type_name) {
        Ok(resource) => resource.upgrade(&inner.session, request, &told).await,
        Err(unknown) => Err(unknown),
    };
    let mut response = answer.unwrap_or_else(|errors| {
        told.extend(errors);
        Response::default()
    });
    response.diagnostics = convert::diagnostics(told.take());
    response
}
