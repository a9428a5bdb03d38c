//! The least provider, `examples/least.rs`, at work for the real CLI.
#![allow(clippy::unwrap_used, reason = "everything here runs in tests")]

use std::path::PathBuf;

use terraform_plugin::testing::cli::Workspace;

/// Cargo builds the examples beside the tests, unless it is asked for this test alone.
fn example() -> PathBuf {
    let tests = std::env::current_exe().unwrap();
    let built = tests.parent().unwrap().parent().unwrap();
    let example = built
        .join("examples")
        .join(format!("least{}", std::env::consts::EXE_SUFFIX));
    assert!(
        example.exists(),
        "cargo build -p terraform-plugin --example least"
    );
    example
}

#[test]
fn the_least_provider_makes_changes_replaces_and_removes_a_file() {
    let namespaces = ["registry.terraform.io/acme", "registry.opentofu.org/acme"];
    let workspace = Workspace::with_provider("least", &namespaces, &example(), &[]);
    let configured = |file: &str, text: &str| {
        format!(
            "terraform {{\n  required_providers {{\n    least = {{ source = \"acme/least\" }}\n  }}\n}}\n\
             resource \"least_note\" \"it\" {{\n  path = \"{}\"\n  text = {text:?}\n}}\n",
            workspace.path(file).display()
        )
    };
    for (file, text) in [("one", "a"), ("one", "b"), ("two", "b")] {
        workspace.write("main.tf", &configured(file, text));
        workspace.apply_ok();
        workspace.assert_plan_is_empty();
        assert_eq!(workspace.text(file), text);
    }
    assert!(!workspace.path("one").exists());
    let _ = workspace.destroy().ok();
    assert!(!workspace.path("two").exists());
}
