//! What is private elsewhere, for fuzz targets: the wire forms of values, and the server without a connection.

pub use crate::generated::tfplugin6;
pub use crate::server::Server;
pub use crate::value::json::from_json;

/// Values as `MessagePack`.
pub mod codec {
    pub use crate::value::codec::*;
}
