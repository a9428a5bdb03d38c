//! Providers that a test serves itself, beside the one that is tested.
#![allow(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "everything here runs in tests, where a violation shall panic with a clear sentence"
)]

use std::sync::Arc;

use serde_json::{Map, Value as Json};
use terraform_plugin::clock::SystemClock;
use terraform_plugin::provider::Provider;
use terraform_plugin::serve::Attachable;

/// Serves a provider without end, to every CLI that is given the value of `TF_REATTACH_PROVIDERS` that this returns. To
/// be called within a Tokio runtime.
pub fn attach<P: Provider>(provider: P) -> String {
    let attachable = Attachable::new(provider, Arc::new(SystemClock)).unwrap();
    let reattach = attachable.reattach.clone();
    tokio::spawn(async { attachable.serve().await });
    reattach
}

/// The value of `TF_REATTACH_PROVIDERS` that leads to all of these.
pub fn together(reattach: &[String]) -> String {
    let mut all = Map::new();
    for one in reattach {
        all.extend(serde_json::from_str::<Map<String, Json>>(one).unwrap());
    }
    Json::Object(all).to_string()
}
