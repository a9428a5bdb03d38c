//! Generated from `proto/` by `make generate`; only this file is written by hand.
#![allow(
    missing_docs,
    unused_qualifications,
    clippy::all,
    clippy::pedantic,
    reason = "the generators' style"
)]

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
