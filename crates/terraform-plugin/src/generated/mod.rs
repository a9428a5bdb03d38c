//! Generated from `proto/` by `make generate`; only this file is written by hand. It gives the messages that can hold
//! secrets a `Debug` without their content.
#![allow(
    dead_code,
    missing_docs,
    unused_qualifications,
    clippy::all,
    clippy::pedantic,
    reason = "the generators' style, and all of the protocol"
)]

use std::fmt::{Debug, Formatter, Result};

/// gRPC's standard health check.
#[path = "grpc.health.v1.rs"]
#[rustfmt::skip]
pub mod health;
/// go-plugin's own services.
#[rustfmt::skip]
pub mod plugin;
/// Terraform's plugin protocol 6.
#[rustfmt::skip]
pub mod tfplugin6;

impl Debug for tfplugin6::DynamicValue {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "DynamicValue({} bytes)", self.msgpack.len() + self.json.len())
    }
}

impl Debug for tfplugin6::RawState {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "RawState({} bytes)", self.json.len())
    }
}

/// Private data is the provider's own and may hold a secret: these print which resource they are about, nothing more.
macro_rules! opaque {
    ($($module:ident :: $message:ident { $($field:ident),* })*) => {$(
        impl Debug for tfplugin6::$module::$message {
            fn fmt(&self, f: &mut Formatter<'_>) -> Result {
                f.debug_struct(concat!(stringify!($module), "::", stringify!($message)))
                    $(.field(stringify!($field), &self.$field))*
                    .finish_non_exhaustive()
            }
        }
    )*};
}

opaque! {
    read_resource::Request { type_name }
    read_resource::Response { diagnostics }
    plan_resource_change::Request { type_name }
    plan_resource_change::Response { requires_replace, diagnostics }
    apply_resource_change::Request { type_name }
    apply_resource_change::Response { diagnostics }
    import_resource_state::ImportedResource { type_name }
    move_resource_state::Request { source_type_name, target_type_name }
    move_resource_state::Response { diagnostics }
    open_ephemeral_resource::Response { renew_at, diagnostics }
    renew_ephemeral_resource::Request { type_name }
    renew_ephemeral_resource::Response { renew_at, diagnostics }
    close_ephemeral_resource::Request { type_name }
}
