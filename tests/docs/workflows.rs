//! The workflows under `.github/`: what builds a release, and what it may touch.

use std::collections::{BTreeMap, BTreeSet};

use dist::platform::Platform;

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

/// The job that signs runs nothing of this repository and none of its dependencies: what they could do to a key, they
/// do elsewhere.
#[test]
fn the_job_that_signs_runs_no_code_of_others() {
    let [_, _, publish] = release();
    for word in ["checkout", "cargo", ".ci/", "make "] {
        assert!(!publish.contains(word), "{word}");
    }
}

/// With one compiler, from one script: what `make reproduce` compares.
#[test]
fn releases_are_built_as_everybody_can_build_them() {
    let [build, collect, publish] = release();
    for step in [".ci/use-toolchain", ".ci/build-release --target"] {
        assert!(build.contains(step), "{step}");
    }
    for job in [build, collect, publish] {
        assert!(!job.contains("cargo build"), "flags would be missing");
    }
    let version = files(".ci").remove(".ci/toolchain").expect("a version");
    assert_eq!(version.trim().split('.').count(), 3, "one version: {version}");
}

/// In this order: packed, started, installed by a CLI; all platforms; checked, signed, attested, a draft.
#[test]
fn nothing_is_published_before_it_was_tried() {
    let [build, collect, publish] = release();
    for (job, steps) in [
        (
            &build,
            &[
                ".ci/build-release",
                "readelf",
                "wsoa-dist -- pack",
                "wsoa-dist -- start",
                "cargo test --locked --test dist",
                "actions/upload-artifact",
            ][..],
        ),
        (
            &collect,
            &[
                "needs: build",
                "actions/download-artifact",
                "wsoa-dist -- complete",
                "wsoa-dist -- notes CHANGELOG.md",
                "actions/upload-artifact",
            ],
        ),
        (
            &publish,
            &[
                "needs: collect",
                "if: github.ref_type == 'tag'", // all else can be rehearsed
                "actions/download-artifact",
                "sha256sum --check",
                "gpg --batch --detach-sign",
                "gpg --batch --verify",
                "actions/attest-build-provenance",
                "dist/*.zip",
                "dist/*.cdx.json",
                "gh release create \"$GITHUB_REF_NAME\" --draft",
            ],
        ),
    ] {
        let mut rest = job.as_str();
        for step in steps {
            let (_, after) = rest
                .split_once(step)
                .unwrap_or_else(|| panic!("{step} is missing or too early"));
            rest = after;
        }
    }
    assert!(
        !publish.contains("--armor"),
        "the registry wants binary signatures"
    );
}

/// One archive for each platform, under names that the registries know. What runs on Linux runs on any.
#[test]
fn every_platform_is_built_once() {
    let [build, ..] = release();
    let targets: Vec<_> = build
        .lines()
        .filter_map(|line| line.split_once("target: "))
        .map(|(_, rest)| rest.trim_end_matches(" }"))
        .collect();
    let platforms: BTreeSet<_> = targets
        .iter()
        .map(|target| Platform::of(target).expect(target).to_string())
        .collect();
    assert_eq!(platforms.len(), targets.len(), "twice: {targets:?}");
    for platform in [
        "darwin_amd64",
        "darwin_arm64",
        "linux_amd64", // HCP Terraform
        "linux_arm64",
        "windows_amd64",
    ] {
        assert!(platforms.contains(platform), "{platform}");
    }
    for target in targets {
        assert!(!target.contains("linux") || target.ends_with("musl"), "{target}");
    }
}

/// The jobs of the release, in their order.
fn release() -> [String; 3] {
    let workflows = workflows();
    let text = &workflows[".github/workflows/release.yml"];
    let (_, jobs) = text.split_once("\n  build:\n").expect("build");
    let (build, jobs) = jobs.split_once("\n  collect:\n").expect("collect");
    let (collect, publish) = jobs.split_once("\n  publish:\n").expect("publish");
    [build, collect, publish].map(str::to_owned)
}
