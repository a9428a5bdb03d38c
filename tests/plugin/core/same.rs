//! The strict host against the real CLI: one provider, the same commands, and so the same calls, messages and state.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value as Json;
use wsoa_test_kit::cli::Workspace;
use wsoa_test_kit::{Core as _, IgnoreChanges, Instance, Resource, Severity, State, Val, obj};

use super::fake::{Fake, Says, THING};

/// A command, and how the provider answers while it runs.
struct Step {
    does: Does,
    resource: Resource,
    script: Vec<(&'static str, Says)>,
    lost: Option<&'static str>,
}

#[derive(Clone, Copy, Debug)]
enum Does {
    Apply,
    Destroy,
    Refresh,
    Taint,
    Untaint,
}

impl Step {
    fn answered(mut self, call: &'static str, says: Says) -> Self {
        self.script.push((call, says));
        self
    }

    fn after_losing(self, name: &'static str) -> Self {
        Self {
            lost: Some(name),
            ..self
        }
    }
}

fn step(does: Does, resource: Resource) -> Step {
    Step {
        does,
        resource,
        script: Vec::new(),
        lost: None,
    }
}

fn apply(resource: Resource) -> Step {
    step(Does::Apply, resource)
}

fn destroy(resource: Resource) -> Step {
    step(Does::Destroy, resource)
}

/// A thing with this name and, after a colon, note.
fn thing(text: &str) -> Resource {
    Resource::new(THING, arguments(text))
}

fn arguments(text: &str) -> Val {
    let (name, note) = text
        .split_once(':')
        .map_or((text, None), |(name, note)| (name, Some(note)));
    obj! { name: name, note: note }
}

fn cbd(text: &str) -> Resource {
    thing(text).created_before_destroyed()
}

fn ignoring<const N: usize>(paths: [&str; N], config: Val) -> Resource {
    Resource::new(THING, config).ignoring(IgnoreChanges::these(paths))
}

/// What there is to see of a step.
#[derive(Debug, PartialEq)]
struct Seen {
    calls: Vec<String>,
    validated: Vec<String>,
    told: Vec<String>,
    state: Vec<String>,
}

async fn by_the_host(steps: &[Step]) -> Vec<Seen> {
    let fake = Fake::default();
    let mut instance = Instance::default();
    let mut all = Vec::new();
    for step in steps {
        prepare(&fake, step);
        let resource = step.resource.clone();
        let run = match step.does {
            Does::Apply => Some(fake.apply_resource(resource, &instance).await),
            Does::Destroy => Some(fake.destroy_resource(resource, &instance).await),
            Does::Refresh => Some(fake.refresh(THING, &instance, resource.config).await),
            Does::Taint => {
                instance.current = instance.current.map(State::tainted);
                None
            }
            Does::Untaint => {
                instance.current = instance.current.map(State::untainted);
                None
            }
        };
        let calls = in_order_of(fake.calls(), &instance.deposed);
        let told = run.iter().flat_map(|run| &run.diagnostics.0);
        let told = told.map(|it| {
            let severity = match it.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            };
            format!("{severity}: {}", it.summary)
        });
        let told = sorted(told.collect());
        instance = run.as_ref().map_or(instance, Instance::from);
        let current = instance.current.iter().map(|it| (it, ""));
        let objects = current.chain(instance.deposed.iter().map(|it| (it, " deposed")));
        let state = objects.map(|(object, deposed)| {
            let private = String::from_utf8(object.private.clone()).unwrap();
            let tainted = if object.tainted { " tainted" } else { "" };
            line(&object.value.to_json(), &private, tainted, deposed)
        });
        all.push(Seen {
            calls,
            validated: each_once(fake.validated()),
            told,
            state: sorted(state.collect()),
        });
    }
    all
}

fn by_the_cli(steps: &[Step], fake: &Fake, reattach: &str) -> Vec<Seen> {
    let workspace = Workspace::attached(reattach, &[]);
    let mut all = Vec::new();
    for (number, step) in steps.iter().enumerate() {
        prepare(fake, step);
        let mut put_aside = stored(&workspace);
        put_aside.retain(|object| object.ends_with("deposed"));
        workspace.write("main.tf", &hcl(&step.resource, number));
        let mut arguments = vec!["-input=false", "-no-color", "-auto-approve", "-json"];
        if step.resource.replace {
            arguments.push("-replace=wsoa_thing.it");
        }
        if !step.resource.refresh {
            arguments.push("-refresh=false");
        }
        let output = match step.does {
            Does::Apply => workspace.run(&[&["apply"], &arguments[..]].concat()),
            Does::Destroy => workspace.run(&[&["destroy"], &arguments[..]].concat()),
            Does::Refresh => workspace.run(&[&["apply", "-refresh-only"], &arguments[..]].concat()),
            Does::Taint => workspace.run(&["taint", "wsoa_thing.it"]).ok(),
            Does::Untaint => workspace.run(&["untaint", "wsoa_thing.it"]).ok(),
        };
        let lines = if output.stdout.starts_with('{') {
            output.json_lines()
        } else {
            Vec::new()
        };
        let told = lines
            .iter()
            .filter(|line| line["type"] == "diagnostic")
            .map(|line| {
                let [severity, summary] =
                    ["severity", "summary"].map(|it| line["diagnostic"][it].as_str().unwrap());
                format!("{severity}: {summary}")
            });
        all.push(Seen {
            calls: in_order_of(fake.calls(), &put_aside),
            validated: each_once(fake.validated()),
            told: sorted(told.collect()),
            state: stored(&workspace),
        });
    }
    all
}

fn stored(workspace: &Workspace) -> Vec<String> {
    if !workspace.path("terraform.tfstate").exists() {
        return Vec::new();
    }
    let state: Json = serde_json::from_str(&workspace.state_text()).unwrap();
    let resources = state["resources"].as_array().unwrap().iter();
    let things = resources.filter(|resource| resource["type"] == THING);
    let instances = things.flat_map(|resource| resource["instances"].as_array().unwrap());
    let lines = instances.map(|instance| {
        let private = instance["private"].as_str().unwrap_or_default();
        let private = String::from_utf8(BASE64_STANDARD.decode(private).unwrap()).unwrap();
        let tainted = match instance["status"].as_str() {
            Some("tainted") => " tainted",
            _ => "",
        };
        let deposed = match &instance["deposed"] {
            Json::String(_) => " deposed",
            _ => "",
        };
        line(&instance["attributes"], &private, tainted, deposed)
    });
    sorted(lines.collect())
}

fn line(attributes: &Json, private: &str, tainted: &str, deposed: &str) -> String {
    format!("{attributes} ({private}){tainted}{deposed}")
}

/// Core goes on with an object that was put aside at the same time as with the current one.
fn in_order_of<T>(calls: Vec<String>, put_aside: &[T]) -> Vec<String> {
    if put_aside.is_empty() {
        calls
    } else {
        sorted(calls)
    }
}

/// The CLI validates once more, before it plans.
fn each_once(validated: Vec<String>) -> Vec<String> {
    let mut validated = sorted(validated);
    validated.dedup();
    validated
}

fn sorted(mut lines: Vec<String>) -> Vec<String> {
    lines.sort_unstable();
    lines
}

fn prepare(fake: &Fake, step: &Step) {
    fake.well();
    for (call, says) in &step.script {
        fake.on(call, *says);
    }
    if let Some(name) = step.lost {
        fake.lose(name);
    }
}

fn hcl(resource: &Resource, number: usize) -> String {
    let mut text =
        "terraform {\n  required_providers {\n    wsoa = { source = \"wsoa/wsoa\" }\n  }\n}\n".to_owned();
    let Val::Object(arguments) = &resource.config else {
        return text;
    };
    if let Some(id) = &resource.import {
        writeln!(text, "import {{\n  to = wsoa_thing.it\n  id = {id:?}\n}}").unwrap();
    }
    if let Some(later) = &resource.config_at_apply {
        let note = later.str_at("note");
        writeln!(text, "resource \"terraform_data\" \"note\" {{").unwrap();
        writeln!(
            text,
            "  input            = {note:?}\n  triggers_replace = {number}\n}}"
        )
        .unwrap();
    }
    writeln!(text, "resource \"wsoa_thing\" \"it\" {{").unwrap();
    for (name, value) in arguments {
        let value = match value {
            Val::Unknown => "terraform_data.note.output".to_owned(),
            value => value.to_string(),
        };
        writeln!(text, "  {name} = {value}").unwrap();
    }
    let ignored = match &resource.ignore_changes {
        IgnoreChanges::Nothing => "[]".to_owned(),
        IgnoreChanges::All => "all".to_owned(),
        IgnoreChanges::These(paths) => format!("[{}]", paths.join(", ")),
    };
    let cbd = resource.create_before_destroy;
    writeln!(text, "  lifecycle {{\n    create_before_destroy = {cbd}").unwrap();
    writeln!(text, "    ignore_changes        = {ignored}\n  }}\n}}").unwrap();
    text
}

/// The host plays this version. Later ones differ in details, such as what they read first.
const PLAYED: &str = "1.11.";

fn is_played() -> bool {
    let version = Workspace::attached("", &[])
        .run(&["version", "-json"])
        .ok()
        .json();
    let is_played = version["terraform_version"]
        .as_str()
        .is_some_and(|it| it.starts_with(PLAYED));
    if !is_played {
        wsoa_test_kit::tell(&format!(
            "the strict host was not compared with this CLI: it plays Terraform {PLAYED}x"
        ));
    }
    is_played
}

async fn compare(scenes: Vec<(&str, Vec<Step>)>) {
    if !tokio::task::block_in_place(is_played) {
        return;
    }
    for (name, steps) in scenes {
        let host = by_the_host(&steps).await;
        let fake = Fake::default();
        let served = fake.serve();
        let cli = tokio::task::block_in_place(|| by_the_cli(&steps, &fake, &served.reattach));
        served.serving.abort();
        for (number, (host, cli)) in host.iter().zip(&cli).enumerate() {
            assert_eq!(host, cli, "{name}, step {} (left: host, right: CLI)", number + 1);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn replacements() {
    compare(vec![
        ("plain", vec![apply(thing("a")), apply(thing("b"))]),
        ("nothing to do", vec![apply(thing("a")), apply(thing("a"))]),
        ("forced", vec![apply(thing("a")), apply(thing("a").replaced())]),
        (
            "forced beside an update, with warnings of every plan",
            vec![
                apply(thing("a")),
                apply(thing("a:x").replaced()).answered("plan", Says::Warning),
            ],
        ),
        (
            "forced, with warnings of the second plan alone",
            vec![
                apply(thing("a")),
                apply(thing("a").replaced()).answered("plan - -> a (plan", Says::Warning),
            ],
        ),
        (
            "refused by the second plan",
            vec![
                apply(thing("a")),
                apply(thing("a").replaced())
                    .answered("plan - -> a (plan", Says::Error)
                    .answered("plan a", Says::Warning),
            ],
        ),
        (
            "of nothing",
            vec![apply(thing("a").replaced()), apply(thing("a"))],
        ),
        (
            "the old one stays",
            vec![
                apply(thing("a")),
                apply(thing("b")).answered("apply a", Says::Error),
                apply(thing("b")).answered("apply a", Says::HalfDone),
            ],
        ),
        (
            "the new one does not come",
            vec![
                apply(thing("a")),
                apply(thing("b")).answered("apply -", Says::Error),
                apply(thing("b")),
            ],
        ),
        (
            "the old one goes with a warning, the new one half comes",
            vec![
                apply(thing("a")),
                apply(thing("b"))
                    .answered("apply a", Says::Warning)
                    .answered("apply -", Says::HalfDone),
                apply(thing("b")),
            ],
        ),
        (
            "the new one is refused when it is planned again",
            vec![
                apply(thing("a")),
                apply(thing("b")).answered("plan - -> b ()", Says::Error),
            ],
        ),
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn taint() {
    compare(vec![
        (
            "half made",
            vec![
                apply(thing("a")).answered("apply", Says::HalfDone),
                step(Does::Refresh, thing("a")),
                apply(thing("a")),
            ],
        ),
        (
            "not made",
            vec![
                apply(thing("a")).answered("apply", Says::Error),
                apply(thing("a")),
            ],
        ),
        (
            "by hand, and lifted",
            vec![
                apply(thing("a")),
                step(Does::Taint, thing("a")),
                step(Does::Untaint, thing("a")),
                apply(thing("a")),
            ],
        ),
        (
            "it cannot be destroyed",
            vec![
                apply(thing("a")),
                step(Does::Taint, thing("a")),
                apply(thing("a")).answered("apply a", Says::Error),
                apply(thing("a")).answered("apply a", Says::HalfDone),
                destroy(thing("a")),
            ],
        ),
        (
            "forced besides, with warnings everywhere",
            vec![
                apply(thing("a")),
                step(Does::Taint, thing("a")),
                apply(thing("a:x").replaced())
                    .answered("plan", Says::Warning)
                    .answered("read", Says::Warning)
                    .answered("apply", Says::Warning),
            ],
        ),
        (
            "gone by itself",
            vec![
                apply(thing("a")),
                step(Does::Taint, thing("a")),
                apply(thing("a")).after_losing("a"),
            ],
        ),
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn create_before_destroy() {
    compare(vec![
        ("plain", vec![apply(cbd("a")), apply(cbd("b"))]),
        ("forced", vec![apply(cbd("a")), apply(cbd("a").replaced())]),
        (
            "tainted",
            vec![apply(cbd("a")), step(Does::Taint, cbd("a")), apply(cbd("a"))],
        ),
        (
            "the new one does not come",
            vec![
                apply(cbd("a")),
                apply(cbd("b")).answered("apply -", Says::Error),
                apply(cbd("b")),
            ],
        ),
        (
            "the new one half comes",
            vec![
                apply(cbd("a")),
                apply(cbd("b")).answered("apply -", Says::HalfDone),
                destroy(cbd("b")),
            ],
        ),
        (
            "the old one stays, and the new one is changed",
            vec![
                apply(cbd("a")),
                apply(cbd("b")).answered("apply a", Says::Error),
                apply(cbd("b:x")).answered("apply b", Says::Error),
                apply(cbd("b:x")).answered("apply b", Says::HalfDone),
                apply(cbd("b:y")).answered("plan b -> b:y (read b 4) late", Says::Error),
                apply(cbd("b:x")).answered("apply a", Says::Error),
                apply(cbd("b:z")),
            ],
        ),
        (
            "the old one stays, and goes the next time",
            vec![
                apply(cbd("a")),
                apply(cbd("b")).answered("apply a", Says::Error),
                apply(cbd("b"))
                    .answered("plan a", Says::Warning)
                    .answered("apply a", Says::HalfDone),
                apply(cbd("b")).answered("plan a", Says::Error),
                apply(cbd("b")),
            ],
        ),
        (
            "the new one is refused when it is planned again",
            vec![
                apply(cbd("a")),
                apply(cbd("b")).answered("plan - -> b ()", Says::Error),
                apply(cbd("b")),
            ],
        ),
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn objects_that_were_put_aside() {
    compare(vec![
        (
            "one stays, and the next one does too",
            vec![
                apply(cbd("a")),
                apply(cbd("b")).answered("apply a", Says::Error),
                apply(cbd("c")).answered("apply b", Says::Error),
                apply(cbd("c")),
            ],
        ),
        (
            "the old one stays, and is destroyed beside a plain replacement",
            vec![
                apply(cbd("a")),
                apply(cbd("b")).answered("apply a", Says::Error),
                apply(thing("c")).answered("apply b", Says::Error),
                apply(thing("c")).answered("apply - -> c", Says::Error),
                apply(thing("c")),
            ],
        ),
        (
            "the old one stays, and the new one is destroyed beside it",
            vec![
                apply(cbd("a")),
                apply(cbd("b")).answered("apply a", Says::Error),
                destroy(cbd("b")).answered("apply b", Says::Error),
                destroy(cbd("b")),
            ],
        ),
        (
            "the old one stays, and the block is removed",
            vec![
                apply(cbd("a")),
                apply(cbd("b")).answered("apply a", Says::Error),
                apply(Resource::removed(THING)).answered("apply b", Says::Error),
                apply(Resource::removed(THING)),
            ],
        ),
        (
            "the old one stays, and is lost",
            vec![
                apply(cbd("a")),
                apply(cbd("b")).answered("apply a", Says::Error),
                apply(cbd("b")).after_losing("a"),
            ],
        ),
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end() {
    compare(vec![
        ("plain", vec![apply(thing("a")), destroy(thing("a"))]),
        (
            "of another configuration, with warnings of every call",
            vec![
                apply(thing("a")),
                destroy(thing("b"))
                    .answered("plan", Says::Warning)
                    .answered("read", Says::Warning)
                    .answered("apply", Says::Warning),
            ],
        ),
        (
            "refused by the plan that nobody asked for, which -refresh=false leaves out",
            vec![
                apply(thing("a")),
                destroy(thing("a:x")).answered("plan a -> a", Says::Error),
                destroy(thing("a:x").unrefreshed()).answered("plan a -> a", Says::Error),
            ],
        ),
        (
            "refused by its plan, then by itself",
            vec![
                apply(thing("a")),
                destroy(thing("a")).answered("plan a -> -", Says::Error),
                destroy(thing("a")).answered("apply", Says::Error),
                destroy(thing("a")).answered("apply", Says::HalfDone),
                destroy(thing("a")).after_losing("a"),
            ],
        ),
        (
            "the block is removed",
            vec![
                apply(thing("a")),
                apply(Resource::removed(THING)).answered("plan", Says::Warning),
            ],
        ),
        (
            "of nothing",
            vec![apply(thing("a")), destroy(thing("a")), destroy(thing("a"))],
        ),
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ignored_changes() {
    let full = || {
        obj! {
            name: "a", note: "x", labels: obj! { k: "1", l: "2" }, secret_wo: "s",
        }
    };
    let changed = || {
        obj! {
            name: "a", note: "y", kept: "k", labels: obj! { k: "9", m: "3" }, secret_wo: "t",
        }
    };
    let first = || apply(Resource::new(THING, full()));
    let one = |path: &str| {
        let resource = Resource::new(THING, changed());
        vec![
            first(),
            apply(resource.ignoring(IgnoreChanges::These(vec![path.to_owned()]))),
        ]
    };
    compare(vec![
        ("note", one("note")),
        ("kept", one("kept")),
        ("labels", one("labels")),
        ("an element that changes", one("labels[\"k\"]")),
        ("an element that goes", one("labels[\"l\"]")),
        ("an element that comes", one("labels[\"m\"]")),
        ("write-only", one("secret_wo")),
        (
            "several",
            vec![
                first(),
                apply(ignoring(["note", "labels", "kept", "secret_wo"], changed())),
            ],
        ),
        (
            "all",
            vec![
                first(),
                apply(Resource::new(THING, changed()).ignoring(IgnoreChanges::All)),
            ],
        ),
        (
            "beside a replacement",
            vec![
                first(),
                apply(ignoring(["note"], changed().with("name", "b"))),
                apply(ignoring(["note", "name"], full()).replaced()),
            ],
        ),
        (
            "what forces a replacement",
            vec![first(), apply(ignoring(["name"], changed().with("name", "b")))],
        ),
        (
            "at the end",
            vec![first(), destroy(ignoring(["note"], changed()))],
        ),
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reading_updating_and_importing() {
    let unknown = || thing("a").at_apply(arguments("a:x"));
    let unknown = || Resource {
        config: obj! { name: "a", note: Val::Unknown },
        ..unknown()
    };
    compare(vec![
        (
            "gone, and made anew with the private data of the answer that it is gone",
            vec![apply(thing("a")), apply(thing("a")).after_losing("a")],
        ),
        (
            "gone, and only that",
            vec![
                apply(thing("a")),
                step(Does::Refresh, thing("a")).after_losing("a"),
            ],
        ),
        (
            "a failing read and a failing plan store nothing",
            vec![
                apply(thing("a")),
                apply(thing("a:x")).answered("read", Says::Error),
                apply(thing("a:x")).answered("plan", Says::Error),
                apply(thing("a:x").unrefreshed()).answered("apply", Says::Error),
                apply(thing("a:y")).answered("apply", Says::HalfDone),
                apply(thing("a:y")).answered("read", Says::Warning),
            ],
        ),
        (
            "invalid, and nearly so",
            vec![
                apply(thing("a")).answered("validate", Says::Warning),
                step(Does::Refresh, thing("a")).answered("validate", Says::Warning),
                apply(thing("b")).answered("validate", Says::Warning),
                apply(thing("c")).answered("validate", Says::Error),
                step(Does::Refresh, thing("c")).answered("validate", Says::Error),
                destroy(thing("c")).answered("validate", Says::Error),
                destroy(thing("c")).answered("validate", Says::Warning),
            ],
        ),
        (
            "unknown, then known",
            vec![
                apply(unknown()),
                apply(unknown()),
                apply(unknown().replaced()),
                apply(thing("a:x")),
            ],
        ),
        (
            "imported",
            vec![apply(thing("a").imported("a")), apply(thing("a:x").imported("a"))],
        ),
        (
            "imported and changed",
            vec![apply(thing("a:x").imported("a")), destroy(thing("a:x"))],
        ),
        ("nothing", vec![apply(Resource::removed(THING))]),
    ])
    .await;
}
