//! The workflows under `.github/`: what builds a release, and what it may touch.

use std::collections::BTreeMap;

use crate::files;

fn workflows() -> BTreeMap<String, String> {
    let workflows = files(".github/workflows");
    assert!(workflows.len() >= 2, "{:?}", workflows.keys());
    workflows
}

/// The same with those that people copy from the examples.
fn all_workflows() -> BTreeMap<String, String> {
    let mut workflows = workflows();
    let copied = files("examples/scheduled-rotation/.github/workflows");
    assert_eq!(copied.len(), 1);
    workflows.extend(copied);
    workflows
}

/// A tag can be moved to other code, a commit cannot. The version beside it is for people.
#[test]
fn actions_are_pinned_to_commits() {
    for (file, text) in all_workflows() {
        for line in text.lines().filter(|line| line.contains("uses:")) {
            let pinned = line
                .split_once('@')
                .and_then(|(_, rest)| rest.split_once(" # v"))
                .is_some_and(|(commit, version)| {
                    commit.len() == 40
                        && commit.bytes().all(|byte| byte.is_ascii_hexdigit())
                        && version.split('.').count() == 3
                });
            assert!(pinned, "{file}: {}", line.trim());
        }
    }
}

#[test]
fn no_checkout_leaves_its_token_behind() {
    for (file, text) in all_workflows() {
        let steps: Vec<_> = text.split("actions/checkout@").skip(1).collect();
        assert!(!steps.is_empty(), "{file}");
        for step in steps {
            let step = step.split("\n      - ").next().unwrap_or_default();
            assert!(step.contains("persist-credentials: false"), "{file}: {step}");
        }
    }
}

/// The key that signs is only within reach of the job that signs, which reviewers let begin.
#[test]
fn the_signing_key_is_in_an_environment() {
    for (file, text) in workflows() {
        let jobs = text.split("\n  publish:\n");
        let [others, publish] = &jobs.collect::<Vec<_>>()[..] else {
            assert!(!text.contains("secrets."), "{file}");
            continue;
        };
        assert!(!others.contains("secrets."), "{file}");
        assert!(publish.contains("\n    environment: release\n"), "{file}");
    }
}

/// With one compiler, from one script: what `make reproduce` compares.
#[test]
fn releases_are_built_as_everybody_can_build_them() {
    let workflows = workflows();
    let (_, release) = workflows
        .iter()
        .find(|(file, _)| file.ends_with("release.yml"))
        .expect("a workflow");
    for step in [".ci/use-toolchain", ".ci/build-release --target"] {
        assert!(release.contains(step), "{step}");
    }
    assert!(!release.contains("cargo build"), "flags would be missing");
    let version = files(".ci").remove(".ci/toolchain").expect("a version");
    assert_eq!(version.trim().split('.').count(), 3, "one version: {version}");
}
