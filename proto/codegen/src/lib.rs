//! Turns the files of `proto/` into the Rust code that is checked in, so that neither building nor installing the
//! provider needs `protoc`. `make generate` runs it; a test of this crate fails when the checked-in code is stale.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

/// The proto files, relative to `proto/`.
const PROTOS: [&str; 5] = [
    "tfplugin6.proto",
    "plugin/grpc_broker.proto",
    "plugin/grpc_controller.proto",
    "plugin/grpc_stdio.proto",
    "grpc/health/v1/health.proto",
];

/// What is written, one file for each package.
pub const FILES: [&str; 3] = ["tfplugin6.rs", "plugin.rs", "grpc.health.v1.rs"];

/// Messages that hold values or private data: secrets can be in them, so they derive no `Debug`.
/// `crates/terraform-plugin/src/generated/mod.rs` has one for each of them, which prints no content.
const OPAQUE: [&str; 15] = [
    "tfplugin6.DynamicValue",
    "tfplugin6.RawState",
    "tfplugin6.ReadResource.Request",
    "tfplugin6.ReadResource.Response",
    "tfplugin6.PlanResourceChange.Request",
    "tfplugin6.PlanResourceChange.Response",
    "tfplugin6.ApplyResourceChange.Request",
    "tfplugin6.ApplyResourceChange.Response",
    "tfplugin6.ImportResourceState.ImportedResource",
    "tfplugin6.MoveResourceState.Request",
    "tfplugin6.MoveResourceState.Response",
    "tfplugin6.OpenEphemeralResource.Response",
    "tfplugin6.RenewEphemeralResource.Request",
    "tfplugin6.RenewEphemeralResource.Response",
    "tfplugin6.CloseEphemeralResource.Request",
];

/// Where the code is checked in.
pub fn checked_in() -> PathBuf {
    root().join("crates/terraform-plugin/src/generated")
}

/// Writes the code into `out`, which must exist. What serves these RPCs is written by hand; the clients are what the strict
/// host calls it with, which is for tests alone.
pub fn generate(out: &Path) -> Result<(), Box<dyn Error>> {
    let include = root().join("proto");
    let descriptors = protox::compile(PROTOS, [&include])?;
    let fresh = out.join(".fresh");
    fs::create_dir_all(&fresh)?;
    tonic_prost_build::configure()
        .btree_map(".")
        .skip_debug(OPAQUE)
        .client_mod_attribute(".", r#"#[cfg(feature = "testing")]"#)
        .build_server(false)
        .build_transport(false)
        .emit_rerun_if_changed(false)
        .out_dir(&fresh)
        .compile_fds(descriptors)?;
    for file in FILES {
        fs::rename(fresh.join(file), out.join(file))?;
    }
    fs::remove_dir_all(fresh)?;
    Ok(())
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
