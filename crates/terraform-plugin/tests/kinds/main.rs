//! One thing of each kind, played by a toy provider to a host that is as strict as core, and to the real CLI.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "everything here runs in tests; clippy knows only the test functions themselves as such"
)]

mod toy;

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::json;
use terraform_plugin::self_check;
use terraform_plugin::testing::generated::tfplugin6 as pb;
use terraform_plugin::testing::{
    Action, Core as _, HostOptions, Resource, Severity, Source, State, Val, obj,
};

use crate::toy::{Toy, configured};

const THING: &str = "toy_thing";

/// How long a test waits for something that has to happen at once.
const SOON: Duration = Duration::from_secs(20);

/// Asks again and again until the answer is yes.
async fn until(what: &str, mut question: impl AsyncFnMut() -> bool) {
    let asking = async {
        while !question().await {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let asked = tokio::time::timeout(SOON, asking).await;
    assert!(asked.is_ok(), "still not so after {SOON:?}: {what}");
}

fn thing(name: &str) -> Val {
    obj! { name: name }
}

#[tokio::test]
async fn the_toy_passes_the_check_and_all_of_it_is_announced() {
    let toy = Toy::new();
    assert_eq!(self_check::faults(&toy), Vec::<String>::new());
    let host = toy.host(HostOptions::default()).await;
    let schemas = host.schema().await;
    let names = |map: Vec<&String>| map.into_iter().cloned().collect::<Vec<_>>();
    let announced = [
        names(schemas.resources.keys().collect()),
        names(schemas.data_sources.keys().collect()),
        names(schemas.ephemeral_resources.keys().collect()),
        names(schemas.functions.keys().collect()),
        names(schemas.list_resources.keys().collect()),
    ];
    assert_eq!(
        announced.concat(),
        [THING, "toy_count", "toy_lamp", "shout", THING]
    );
    let metadata = host.client().get_metadata(pb::get_metadata::Request {}).await;
    let metadata = metadata.unwrap().into_inner();
    let announced = [
        metadata.resources.into_iter().map(|it| it.type_name).collect(),
        metadata.data_sources.into_iter().map(|it| it.type_name).collect(),
        metadata
            .ephemeral_resources
            .into_iter()
            .map(|it| it.type_name)
            .collect(),
        metadata.functions.into_iter().map(|it| it.name).collect(),
        metadata
            .list_resources
            .into_iter()
            .map(|it| it.type_name)
            .collect::<Vec<_>>(),
    ];
    assert_eq!(
        announced.concat(),
        [THING, "toy_count", "toy_lamp", "shout", THING]
    );
    let functions = host.client().get_functions(pb::get_functions::Request {}).await;
    assert_eq!(functions.unwrap().into_inner().functions, schemas.raw.functions);
}

#[tokio::test]
async fn a_data_source_gives_what_is_known_and_leaves_the_arguments_as_they_are() {
    let toy = Toy::new();
    toy.store.put("a-1", "a", None);
    toy.store.put("b-1", "b", None);
    let host = toy.in_room("left").await;
    let read = host.read_data("toy_count", obj! { prefix: "a" }).await.unwrap();
    assert_eq!(read, obj! { prefix: "a", count_of_things: 1, names: ["a-1"] });
    let all = host.read_data("toy_count", obj! {}).await.unwrap();
    assert_eq!(all.at("count_of_things"), &Val::from(2));
    for (prefix, summary, path) in [
        ("error", "No such room", "prefix"),
        ("open", "The provider left a value open", "count_of_things"),
        ("panic", "The provider panicked", ""),
    ] {
        let told = host
            .read_data("toy_count", obj! { prefix: prefix })
            .await
            .unwrap_err();
        assert_eq!(told.0.len(), 1, "{told}");
        assert_eq!(told.expect(summary).path, path);
    }
    let fresh = toy.host(HostOptions::default()).await;
    let told = fresh.read_data("toy_count", obj! {}).await.unwrap_err();
    told.expect("The provider is not configured");
}

#[tokio::test]
async fn a_function_needs_no_configuration_and_fails_at_its_arguments() {
    let host = Toy::new().host(HostOptions::default()).await;
    let call = async |text: &str, times: Val| {
        host.call_function("shout", vec![text.into(), times])
            .await
            .map_err(|error| (error.text, error.function_argument))
    };
    assert_eq!(call("no", 2.into()).await, Ok("NO NO".into()));
    assert_eq!(call("no", Val::Null).await, Ok("NO".into()));
    let at_times = ("a number from 0 is required".to_owned(), Some(1));
    assert_eq!(call("no", Val::Int(-1)).await, Err(at_times));
    let whole = ("nobody hears [2J nothing".to_owned(), None);
    assert_eq!(call("", 1.into()).await, Err(whole));
    let (text, at) = call("panic", 1.into()).await.unwrap_err();
    assert!(
        text.contains("hoarse") && !text.ends_with('.') && at.is_none(),
        "{text}"
    );
}

/// What core catches, and what only another host would send.
#[tokio::test]
async fn a_function_refuses_arguments_that_are_none_without_quoting_them() {
    let host = Toy::new().host(HostOptions::default()).await;
    let text = |text: &[u8]| pb::DynamicValue {
        msgpack: text.to_vec(),
        json: Vec::new(),
    };
    let nothing = pb::DynamicValue::default(); // as OpenTofu sends null
    let table = [
        ("shout", vec![text(b"\xa2no"), nothing.clone()], None),
        (
            "shout",
            vec![nothing.clone(), nothing.clone()],
            Some("a string is required"),
        ),
        (
            "shout",
            vec![text(b"\xa2no"), text(b"\xa6secret")],
            Some("number"),
        ),
        (
            "shout",
            vec![text(b"\xc1"), nothing.clone()],
            Some("a string is required"),
        ),
        ("shout", vec![nothing], Some("2 arguments are required, not 1")),
        ("whisper", vec![], Some("no function \"whisper\"")),
    ];
    for (name, arguments, expected) in table {
        let request = pb::call_function::Request {
            name: name.to_owned(),
            arguments,
        };
        let answer = host.client().call_function(request).await.unwrap().into_inner();
        let error = answer.error.map(|error| error.text);
        match (&error, expected) {
            (None, None) => assert!(answer.result.is_some()),
            (Some(text), Some(expected)) => assert!(text.contains(expected), "{text}"),
            _ => panic!("{name}: {error:?}, not {expected:?}"),
        }
    }
}

/// 0xc1 begins no value. Readers that take it for null would take such a plan for one to delete the object.
#[tokio::test]
async fn a_plan_that_is_no_messagepack_deletes_nothing() {
    let toy = Toy::new();
    let host = toy.in_room("left").await;
    let state = host.create(THING, thing("a")).await;
    let broken = || {
        Some(pb::DynamicValue {
            msgpack: vec![0xc1],
            json: Vec::new(),
        })
    };
    let prior = pb::DynamicValue {
        msgpack: Vec::new(),
        json: state.value.to_json().to_string().into_bytes(),
    };
    let request = pb::apply_resource_change::Request {
        type_name: THING.to_owned(),
        prior_state: Some(prior.clone()),
        planned_state: broken(),
        ..Default::default()
    };
    let answer = host.client().apply_resource_change(request).await;
    let told = answer.unwrap().into_inner().diagnostics;
    assert!(told[0].detail.contains("Not a MessagePack value"), "{told:?}");
    assert!(host.read(&state).await.is_some(), "it is still there");
    let request = pb::plan_resource_change::Request {
        type_name: THING.to_owned(),
        prior_state: Some(prior),
        proposed_new_state: broken(),
        ..Default::default()
    };
    let answer = host.client().plan_resource_change(request).await.unwrap();
    assert_eq!(answer.into_inner().diagnostics.len(), 1);
}

#[tokio::test]
async fn a_message_beyond_the_limit_is_refused_as_grpc_has_it() {
    let host = Toy::new().in_room("left").await;
    let request = pb::validate_resource_config::Request {
        type_name: "x".repeat(21 << 20),
        ..Default::default()
    };
    let status = host.client().validate_resource_config(request).await.unwrap_err();
    assert_eq!(status.code(), tonic::Code::ResourceExhausted, "{status}");
}

#[tokio::test]
async fn state_of_every_older_version_is_rewritten() {
    let host = Toy::new().host(HostOptions::default()).await;
    let today = obj! { id: "a-1", name: "a", note: Val::Null, size: 5, planned_at: Val::Null };
    for (version, stored) in [
        (
            0,
            json!({ "id": "a-1", "title": "a", "size": "5 cm", "smell": "none" }),
        ),
        (1, json!({ "id": "a-1", "name": "a", "size": "5 cm" })),
        (2, json!({ "id": "a-1", "name": "a", "size": 5 })),
        (2, json!({ "id": "a-1", "name": "a", "size": 5.0 })),
    ] {
        assert_eq!(
            host.upgrade(THING, version, &stored).await,
            today,
            "version {version}"
        );
        let source = Source {
            provider: "example.com/else/toy",
            type_name: THING,
            version,
        };
        let moved = host.try_move(source, THING, &stored, b"{}").await.unwrap();
        assert_eq!(moved.value, today, "moved from version {version}");
    }
    let stored = json!({ "id": "a-1", "name": "a", "size": "5 cm" });
    let told = host.try_upgrade(THING, 2, &stored).await.unwrap_err();
    assert_eq!(
        told.0.len(),
        1,
        "nothing is rewritten that is of today's version: {told}"
    );
}

#[tokio::test]
async fn an_identity_comes_with_every_answer_and_says_where_the_object_is_now() {
    let toy = Toy::new();
    let left = toy.in_room("left").await;
    let state = left.create(THING, thing("a")).await; // the host demands an identity after each step
    assert_eq!(left.identity(&state).await, obj! { id: "a-1", room: "left" });

    // an older CLI has dropped the identity, and nobody reads before the next change
    let without = State {
        identity: None,
        ..state.clone()
    };
    let noted = left.update(&without, thing("a").with("note", "new")).await;
    assert_eq!(left.identity(&noted).await, obj! { id: "a-1", room: "left" });

    // the room got another name: no object is another one for that
    let right = toy.in_room("right").await;
    let read = right.refresh(&noted).await.unwrap();
    assert_eq!(right.identity(&read).await, obj! { id: "a-1", room: "right" });
    let planned = right
        .plan(THING, Some(&noted), thing("a").with("note", "newer"))
        .await;
    assert_eq!(planned.action, Action::Update);
    assert_eq!(planned.identity, read.identity, "the plan's is not an echo");

    // what is replaced gets one of its own
    let planned = right
        .plan(THING, Some(&read), thing("b"))
        .await
        .assert(Action::Replace);
    assert_eq!(planned.identity, None);
    let replaced = right.apply(planned).await.ok();
    assert_eq!(right.identity(&replaced).await, obj! { id: "b-1", room: "right" });

    // and one half done is known as well
    let planned = right
        .plan(THING, Some(&replaced), thing("b").with("note", "breaks"))
        .await;
    let broken = right.apply(planned).await;
    assert!(broken.diagnostics.has_errors());
    assert_eq!(broken.state.unwrap().identity, replaced.identity);
}

#[tokio::test]
async fn whole_runs_keep_the_identity_of_what_stays_and_change_it_with_what_is_replaced() {
    let toy = Toy::new();
    let made = toy.apply(THING, None, thing("a")).await.assert(Action::Create);
    assert!(toy.plan_is_empty(THING, &made, thing("a")).await);
    let noted = toy.apply(THING, &made, thing("a").with("note", "x")).await;
    assert_eq!(noted.assert(Action::Update).ok().identity, made.ok().identity);
    let forced = Resource::new(THING, thing("a")).replaced();
    let forced = toy.apply_resource(forced, &made).await.assert(Action::Replace);
    assert_eq!(forced.ok().identity, made.ok().identity, "it has the same name");
    let other = toy
        .apply(THING, &forced, thing("b"))
        .await
        .assert(Action::Replace);
    assert!(other.ok().identity.is_some() && other.ok().identity != made.ok().identity);
    let imported = Resource::new(THING, thing("b")).imported("b-1");
    let imported = toy.apply_resource(imported, None).await;
    assert_eq!(imported.ok().identity, other.ok().identity);
    toy.destroy(THING, &other, thing("b")).await.gone();
}

#[tokio::test]
async fn an_object_that_exists_is_kept_whatever_else_fails() {
    let host = Toy::new().in_room("left").await;
    for (note, summaries, is_kept) in [
        ("breaks", &["It broke"][..], true),
        ("is silent", &["The provider lost the result"], false),
        ("panics", &["It creaks", "The provider panicked"], false),
    ] {
        let config = thing("a").with("note", note);
        let planned = host.plan(THING, None, config).await.assert(Action::Create);
        let applied = host.apply(planned).await;
        let told = applied.diagnostics.0.iter().map(|it| it.summary.as_str());
        assert_eq!(told.collect::<Vec<_>>(), summaries, "{note}");
        assert_eq!(applied.state.is_some_and(|it| it.tainted), is_kept, "{note}");
    }
}

#[tokio::test]
async fn an_object_that_turned_into_another_one_is_an_error() {
    let toy = Toy::new();
    let host = toy.in_room("left").await;
    let state = host.create(THING, thing("a")).await;
    toy.store.put("a-1", "a", Some("another one"));
    let told = host.try_read(&state).await.unwrap_err();
    told.expect("The object turned into another one");
    let without = State {
        identity: None,
        ..state.clone()
    };
    let read = host.read(&without).await.unwrap();
    assert_eq!(host.identity(&read).await.at("id"), &Val::from("another"));
    toy.store.put("a-1", "a", Some("no one"));
    let told = host.try_read(&state).await.unwrap_err();
    told.expect("The object has no identity any more");
}

#[tokio::test]
async fn a_process_that_is_not_configured_knows_no_identity() {
    let toy = Toy::new();
    let configured_one = toy.in_room("left").await;
    let state = configured_one.create(THING, thing("a")).await;
    let later = toy.host(HostOptions::default()).await;
    configured(&later, Val::Unknown).await;
    for host in [toy.host(HostOptions::default()).await, later] {
        let planned = host.plan(THING, Some(&state), thing("a").with("note", "x")).await;
        assert_eq!((planned.action, planned.identity), (Action::Update, None));
    }
    let source = Source {
        provider: "example.com/else/toy",
        type_name: THING,
        version: 2,
    };
    let moved = configured_one
        .try_move(source, THING, &state.value.to_json(), &state.private)
        .await
        .unwrap();
    assert_eq!(moved.identity, state.identity);
}

#[tokio::test]
async fn a_stored_identity_is_complete_or_none() {
    let host = Toy::new().host(HostOptions::default()).await;
    let whole = json!({ "id": "a-1", "room": "left", "smell": "none" });
    for (stored, expected) in [
        (Some(&whole), obj! { id: "a-1", room: "left" }),
        (Some(&json!({ "id": null, "room": null })), Val::Null),
        (Some(&json!({ "id": "a-1" })), Val::Null),
        (Some(&json!(null)), Val::Null),
        (None, Val::Null),
    ] {
        let upgraded = host.try_upgrade_identity(THING, 0, stored).await.unwrap();
        assert_eq!(upgraded, expected, "{stored:?}");
    }
    let told = host
        .try_upgrade_identity(THING, 3, Some(&whole))
        .await
        .unwrap_err();
    told.expect("State of a newer provider");
}

#[tokio::test]
async fn an_object_is_imported_by_its_id_or_by_its_identity() {
    let toy = Toy::new();
    toy.store.put("a-1", "a", Some("old"));
    let host = toy.in_room("left").await;
    let by_id = host.import(THING, "a-1").await;
    assert_eq!(by_id.str_at("note"), "old");
    for identity in [obj! { id: "a-1" }, obj! { id: "a-1", room: "left" }] {
        let imported = host.try_import_identity(THING, identity).await.unwrap();
        assert_eq!(imported, by_id);
    }
    let other = obj! { id: "a-1", room: "right" };
    let told = host.try_import_identity(THING, other).await.unwrap_err();
    assert_eq!(told.expect("Identity of another object").path, "room");
    let gone = host
        .try_import_identity(THING, obj! { id: "b-1" })
        .await
        .unwrap_err();
    gone.expect("Cannot import non-existent remote object");
}

fn names(found: &[terraform_plugin::testing::host::Listed]) -> Vec<&str> {
    found.iter().map(|listed| listed.display_name.as_str()).collect()
}

fn room_of(count: usize) -> Toy {
    let toy = Toy::new();
    for number in 0..count {
        toy.store.put(&format!("t-{number:04}"), "t", Some("note"));
    }
    toy
}

#[tokio::test]
async fn a_list_has_identities_and_objects_where_they_are_wanted() {
    let toy = room_of(2);
    toy.store.put("u-1", "u", None);
    let host = toy.in_room("left").await;
    let query = host.list(THING, obj! {}, false, 100).await.unwrap();
    assert_eq!(names(&query.found), ["t (t-0000)", "t (t-0001)", "u (u-1)"]);
    assert_eq!(query.found[0].identity, obj! { id: "t-0000", room: "left" });
    assert!(query.diagnostics.0.is_empty());
    let query = host.list(THING, obj! { prefix: "t" }, true, 100).await.unwrap();
    let object = obj! { id: "t-0001", name: "t", note: "note", size: Val::Null, planned_at: Val::Null };
    assert_eq!(query.found[1].resource.as_ref(), Some(&object));
}

/// What a list looks for until it ends.
async fn calls_of_a_list(toy: &Toy) -> Vec<String> {
    let mut calls = Vec::new();
    until("the list ends", async || {
        calls.extend(toy.store.calls());
        calls.last().is_some_and(|call| call == "ended")
    })
    .await;
    calls
}

#[tokio::test]
async fn a_list_ends_at_the_limit_and_says_that_there_is_more() {
    let toy = room_of(5);
    let host = toy.in_room("left").await;
    for (limit, calls, warned) in [
        (0, 0, false),
        (1, 2, true),
        (4, 5, true),
        (5, 5, false),
        (9, 5, false),
    ] {
        toy.store.calls();
        let query = host.list(THING, obj! {}, false, limit).await.unwrap();
        assert_eq!(query.found.len(), usize::try_from(limit.min(5)).unwrap());
        assert_eq!(
            !query.diagnostics.0.is_empty(),
            warned,
            "{limit}: {}",
            query.diagnostics
        );
        if limit == 0 {
            continue; // not a single one is looked for
        }
        let looked = calls_of_a_list(&toy).await;
        let looked = looked.iter().filter(|call| call.starts_with("found")).count();
        assert_eq!(looked, calls, "{limit}: one more shows that there is more");
    }
    assert_eq!(toy.store.calls(), [] as [String; 0]);
}

/// More than the connection takes before anybody reads.
const MANY: usize = 5_000;

#[tokio::test]
async fn a_list_stops_when_the_host_does_in_the_middle_of_results_and_of_waiting() {
    let toy = room_of(MANY);
    let host = toy.in_room("left").await;
    for (count, trouble) in [(MANY, Val::Null), (2, Val::from("wait"))] {
        let request = pb::list_resource::Request {
            type_name: THING.to_owned(),
            config: Some(config(&host, obj! { trouble: trouble }).await),
            include_resource_object: false,
            limit: 100_000,
        };
        for number in count..MANY {
            toy.store.remove(&format!("t-{number:04}"));
        }
        toy.store.calls();
        let mut events = host.client().list_resource(request).await.unwrap().into_inner();
        events.message().await.unwrap().expect("one result");
        drop(events);
        let calls = calls_of_a_list(&toy).await;
        assert!(
            count == 2 || calls.len() < MANY,
            "{} were looked for",
            calls.len()
        );
    }
}

async fn config(host: &terraform_plugin::testing::Host, config: Val) -> pb::DynamicValue {
    let block = &host.schema().await.list_resources[THING].block;
    let config = terraform_plugin::testing::schema::full_config(block, config);
    pb::DynamicValue {
        msgpack: terraform_plugin::testing::value::codec::encode(&block.ty(), &config),
        json: Vec::new(),
    }
}

#[tokio::test]
async fn what_goes_wrong_in_a_list_is_told_and_names_the_argument() {
    let toy = room_of(2);
    let host = toy.in_room("left").await;
    for (trouble, summary, detail) in [
        ("error", "Out of order", "In config, trouble: It was asked for."),
        ("panic", "The provider panicked", "the roof fell"),
        ("unidentified", "An object without an identity", THING),
    ] {
        let told = host
            .list(THING, obj! { trouble: trouble }, false, 9)
            .await
            .unwrap_err();
        assert_eq!(told.0.len(), 1, "{told}");
        let told = told.expect(summary);
        assert!(told.detail.contains(detail) && told.path.is_empty(), "{told:?}");
    }
    let told = host.list(THING, obj! { prefix: "" }, false, 9).await.unwrap_err();
    assert_eq!(
        told.expect("Empty prefix").detail,
        "In config, prefix: Leave it out."
    );
    for prefix in ["t", "nothing"] {
        let warned = host
            .list(THING, obj! { prefix: prefix, trouble: "warning" }, false, 9)
            .await;
        let warned = warned.unwrap();
        assert_eq!(
            warned.diagnostics.expect("Nothing else").severity,
            Severity::Warning
        );
    }
    let fresh = toy.host(HostOptions::default()).await;
    let told = fresh.list(THING, obj! {}, false, 9).await.unwrap_err();
    told.expect("The provider is not configured");
}

#[tokio::test]
async fn a_plan_keeps_its_decision_where_the_cli_keeps_it() {
    let toy = Toy::new();
    for keeps in [true, false] {
        let host = toy
            .host(HostOptions {
                store_planned_private: keeps,
                ..HostOptions::default()
            })
            .await;
        configured(&host, "left").await;
        let planned = host.plan(THING, None, thing("a")).await.assert(Action::Create);
        assert_eq!(planned.at("planned_at").is_unknown(), !keeps);
        let decided = planned.at("planned_at").clone();
        toy.clock.advance(Duration::from_secs(3600));
        let made = host.apply(planned).await.ok(); // the host compares both plans
        assert_eq!(made.at("planned_at"), if keeps { &decided } else { &Val::Null });
    }
}

#[tokio::test]
async fn a_renewal_says_when_the_next_one_is_due_and_a_failed_one_loses_nothing() {
    let toy = Toy::new();
    let host = toy.in_room("left").await;
    let mut lamp = host.open_ephemeral("toy_lamp", obj! { color: "red" }).await;
    let due = |lamp: &terraform_plugin::testing::host::Opened| {
        let since = lamp.renew_at?.duration_since(std::time::UNIX_EPOCH);
        Some(since.unwrap().as_secs() / 60)
    };
    assert_eq!(due(&lamp), Some(1));
    for (next, told) in [(2, 0), (3, 0), (4, 1)] {
        assert_eq!(host.renew(&mut lamp).await.0.len(), told);
        assert_eq!(due(&lamp), Some(next));
    }
    host.renew(&mut lamp).await.expect("Burnt out");
    assert_eq!(due(&lamp), None);
    host.close_as_opentofu(&lamp).await.assert_no_errors();
    host.close(&lamp).await.assert_no_errors();
    assert_eq!(toy.store.calls(), ["close after 3", "close after 0"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_real_cli_uses_all_that_it_knows() {
    let toy = Toy::new();
    toy.store.put("old-1", "old", None);
    let workspace = toy.cli();
    tokio::task::block_in_place(|| {
        workspace.write(
            "main.tf",
            "terraform {
  required_providers {
    toy = { source = \"acme/toy\" }
  }
}
provider \"toy\" {
  room = \"left\"
}
data \"toy_count\" \"old\" {
  prefix = \"old\"
}
resource \"toy_thing\" \"it\" {
  name = lower(provider::toy::shout(\"new\", 1))
  note = data.toy_count.old.count_of_things
}
ephemeral \"toy_lamp\" \"it\" {
  color = \"red\"
}
output \"names\" {
  value = data.toy_count.old.names
}
",
        );
        workspace.apply_ok();
        assert_eq!(workspace.output("names"), json!(["old-1"]));
        let made = workspace.resource("toy_thing.it");
        assert_eq!((&made["id"], &made["note"]), (&json!("new-1"), &json!("1")));
        workspace.assert_plan_is_empty();
        let state: BTreeMap<String, serde_json::Value> =
            serde_json::from_str(&workspace.state_text()).unwrap();
        let mut old = state.clone();
        let instance = |resource: &mut serde_json::Value| {
            let instance = &mut resource["instances"][0];
            instance["schema_version"] = json!(0);
            instance["attributes"]["title"] = instance["attributes"]["name"].take();
            instance["attributes"].as_object_mut().unwrap().remove("name");
        };
        let resources = old.get_mut("resources").unwrap().as_array_mut().unwrap();
        resources
            .iter_mut()
            .filter(|resource| resource["mode"] == "managed")
            .for_each(instance);
        workspace.write("terraform.tfstate", &json!(old).to_string());
        workspace.assert_plan_is_empty(); // state of an older version is no change
        workspace.write(
            "broken.tf",
            "output \"it\" {\n  value = provider::toy::shout(\"\", 1)\n}\n",
        );
        let told = workspace.try_plan(&[]).text();
        assert!(told.contains("failed: nobody hears [2J nothing."), "{told}");
    });
}
