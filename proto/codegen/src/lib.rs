//! Turns the files of `proto/` into the Rust code that is checked in, so that neither building nor installing the
//! provider needs `protoc`. `make generate` runs it; a test of this crate fails when the checked-in code is stale.

use std::{
    error::Error,
    fs,
    path::{Path, PathBuf},
};

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

/// Messages that hold values or private data: secrets can be in them, so the server's copy derives no `Debug`.
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

/// Which end of the connection code is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// What the provider implements.
    Server,
    /// What the tests' plugin host calls.
    Client,
}

impl Side {
    /// Both, for loops.
    pub const ALL: [Self; 2] = [Self::Server, Self::Client];

    /// Where this side's code is checked in.
    pub fn checked_in(self) -> PathBuf {
        root().join(match self {
            Self::Server => "crates/terraform-plugin/src/generated",
            Self::Client => "tests/kit/src/generated",
        })
    }
}

/// Writes the code of one side into `out`, which must exist.
pub fn generate(side: Side, out: &Path) -> Result<(), Box<dyn Error>> {
    let include = root().join("proto");
    let descriptors = protox::compile(PROTOS, [&include])?;
    let fresh = out.join(".fresh");
    fs::create_dir_all(&fresh)?;
    let mut builder = tonic_prost_build::configure()
        .btree_map(".")
        .build_client(side == Side::Client)
        .build_server(side == Side::Server)
        .build_transport(false)
        .emit_rerun_if_changed(false)
        .generate_default_stubs(true)
        .out_dir(&fresh);
    if side == Side::Server {
        builder = builder.skip_debug(OPAQUE);
    }
    builder.compile_fds(descriptors)?;
    for file in FILES {
        fs::rename(fresh.join(file), out.join(file))?;
    }
    fs::remove_dir_all(fresh)?;
    Ok(())
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
