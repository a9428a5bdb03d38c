//! Directories at tenants that answer oddly, late, or not at all.

use std::time::Duration;

use access_simulator::{Action, DirectoryIds, DirectoryJson, DirectoryType, Fault, MediaTypes, PostAnswer};
use terraform_provider_wsoa::access::{
    CreateDirectoryError, Directory, DirectoryCreation, DirectoryPresence, ErrorKind, PendingDirectory,
    SettledDirectory,
};
use terraform_provider_wsoa::diagnose::hint;

use crate::kit::*;

const HOUR: Duration = Duration::from_secs(3600);
const MINUTE: Duration = Duration::from_secs(60);

async fn create(bench: &Bench) -> Result<Directory, CreateDirectoryError> {
    bench.client.create_other_directory("Okta", &domains()).await
}

fn domains() -> [String; 1] {
    ["a.example".to_owned()]
}

/// What is left of a creation of which nobody knows what came of it.
async fn left_open(bench: &Bench) -> PendingDirectory {
    match create(bench).await.unwrap_err() {
        CreateDirectoryError::Unclear { pending, .. } => pending,
        other => panic!("{other:?}"),
    }
}

async fn settle(bench: &Bench, pending: &PendingDirectory) -> SettledDirectory {
    let domains = domains();
    let settled = bench.client.settle_pending_directory(pending, "Okta", &domains);
    settled.await.unwrap()
}

fn existing(bench: &Bench) -> String {
    bench
        .tenant
        .add_directory("Okta", &["a.example"], DirectoryType::OtherDirectory)
}

async fn there(bench: &Bench, id: &str) -> Directory {
    match bench.client.directory(id, None).await.unwrap() {
        DirectoryPresence::There(directory) => directory,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_does_not_show_at_once_is_left_open_and_settled_later() {
    for (action, committed) in [
        (Action::Reset, false),
        (Action::status(500), false),
        (Action::html(200), false),
        (Action::status(500).committed(), true),
        (Action::CommitThenReset, true),
    ] {
        let bench = bench().await.signed_in().await;
        // longer than the looks at once
        bench
            .tenant
            .switches(|switches| switches.lag_directory_list_ms = 50_000);
        bench.fail(Fault::on("POST", DIRECTORIES, action.clone()));
        let pending = left_open(&bench).await;
        assert_eq!(
            bench.clock.take_slept(),
            [2, 5, 5, 8].map(Duration::from_secs),
            "{action:?}"
        );
        assert_eq!(bench.count("POST", DIRECTORIES), 1);
        let settled = settle(&bench, &pending).await;
        assert!(
            matches!(settled, SettledDirectory::Unclear(_, None)),
            "within a minute nothing is absent"
        );

        bench.clock.advance(MINUTE);
        let ids: Vec<_> = bench
            .tenant
            .directories()
            .iter()
            .map(|it| it.id.clone())
            .collect();
        match settle(&bench, &pending).await {
            SettledDirectory::Ours(found) => assert!(committed && ids.contains(&found.id), "{action:?}"),
            SettledDirectory::Nothing => assert!(!committed, "{action:?}"),
            SettledDirectory::Unclear(reason, _) => panic!("{reason}"),
        }
        // absence takes two looks, presence one
        let looks: &[u64] = if committed { &[] } else { &[3] };
        let waits: Vec<_> = looks.iter().map(|it| Duration::from_secs(*it)).collect();
        assert_eq!(bench.clock.take_slept(), waits, "{action:?}");
    }
}

/// Waiting for over a minute helps where the tenant has said that it is done.
#[tokio::test]
async fn what_the_tenant_says_it_has_done_is_waited_for() {
    for (action, lag, there) in [
        (Action::status(202).committed(), 50_000, true),
        (Action::CommitThenEmpty, 50_000, true),
        (Action::status(202).committed(), 90_000, false),
        (Action::status(202), 0, false),
    ] {
        let bench = bench().await.signed_in().await;
        bench
            .tenant
            .switches(|switches| switches.lag_directory_list_ms = lag);
        bench.fail(Fault::on("POST", DIRECTORIES, action.clone()));
        let created = create(&bench).await;
        assert_eq!(
            bench.clock.take_slept(),
            [2, 5, 5, 8, 15, 30].map(Duration::from_secs),
            "{action:?} {lag}"
        );
        assert_eq!(bench.count("POST", DIRECTORIES), 1);
        match created {
            Ok(created) => {
                let all = bench.tenant.directories();
                assert!(there && all.iter().any(|it| it.id == created.id), "{action:?}");
            }
            Err(CreateDirectoryError::Unclear { .. }) => assert!(!there, "{action:?}"),
            Err(other) => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_list_that_cannot_be_read_leaves_it_open_as_well() {
    for list in [Action::status(403), Action::status(500), Action::html(200)] {
        let bench = bench().await.signed_in().await;
        bench.fail(Fault::on("POST", DIRECTORIES, Action::CommitThenReset));
        bench.fail(Fault::on("GET", DIRECTORIES, list).after(1).times(9));
        let pending = left_open(&bench).await;
        bench.tenant.clear_faults();
        bench.clock.advance(MINUTE);
        assert!(matches!(
            settle(&bench, &pending).await,
            SettledDirectory::Ours(_)
        ));
    }
}

/// Nothing of these was sent, or the tenant has refused it: there is nothing to settle, whatever is listed later.
#[tokio::test]
async fn a_refusal_leaves_nothing_open_and_adopts_nothing() {
    for status in [400, 401, 403, 404, 405, 406, 409, 415, 422] {
        let bench = bench().await.signed_in().await;
        let refused = Action::status(status).committed(); // and yet
        bench.fail(Fault::on("POST", DIRECTORIES, refused).times(2));
        let error = create(&bench).await.unwrap_err();
        let is_refusal = matches!(
            &error,
            CreateDirectoryError::Failed(_) | CreateDirectoryError::AlreadyExists { refusal: Some(_), .. }
        );
        assert!(is_refusal, "{status}: {error:?}");
        assert!(bench.clock.slept().is_empty());
    }
}

#[tokio::test]
async fn nobody_elses_directory_is_adopted() {
    let refused = Action::status(500);
    for (name, domain) in [
        ("Okta", "b.example"),  // other domains
        ("OKTA", "a.example"),  // another spelling
        ("Other", "a.example"), // another name
    ] {
        for other_type in [false, true] {
            let bench = bench().await.signed_in().await;
            // somebody else's, who was as quick: not listed before
            bench
                .tenant
                .switches(|switches| switches.lag_directory_list_ms = 1000);
            bench.fail(Fault::on("POST", DIRECTORIES, refused.clone()));
            let pending = left_open(&bench).await;
            let kind = if other_type {
                DirectoryType::LocalDirectory
            } else {
                DirectoryType::OtherDirectory
            };
            bench.tenant.add_directory(name, &[domain], kind);
            bench
                .tenant
                .switches(|switches| switches.directory_list_domains = true);
            bench.clock.advance(MINUTE);
            match settle(&bench, &pending).await {
                SettledDirectory::Unclear(_, Some(_)) => assert!(!other_type, "{name} {domain}"),
                SettledDirectory::Nothing => assert!(other_type, "{name} {domain}"),
                SettledDirectory::Ours(found) => panic!("{found:?}"),
                SettledDirectory::Unclear(reason, None) => panic!("{reason}"),
            }
        }
    }
    // one that was listed before, also by the answer
    for shown in [true, false] {
        let bench = bench().await.signed_in().await;
        let id = bench
            .tenant
            .add_directory("okta", &["b.example"], DirectoryType::OtherDirectory);
        let body = format!(r#"{{"directoryId": "{id}", "name": "Okta", "type": "OTHER_DIRECTORY"}}"#);
        let action = if shown {
            answer(200, &body)
        } else {
            refused.clone()
        };
        bench.fail(Fault::on("POST", DIRECTORIES, action));
        let pending = left_open(&bench).await;
        assert_eq!(pending.known, [id]);
        bench.clock.advance(MINUTE);
        assert!(matches!(
            settle(&bench, &pending).await,
            SettledDirectory::Nothing
        ));
    }
}

/// A 500 may be the refusal of a duplicate (EVIDENCE Q13). Then nothing is open, and nobody waits.
#[tokio::test]
async fn a_500_for_what_was_there_before_is_a_refusal() {
    let bench = bench().await.signed_in().await;
    let id = bench
        .tenant
        .add_directory("Other", &["A.example"], DirectoryType::OtherDirectory);
    bench.fail(Fault::on("POST", DIRECTORIES, Action::status(500)));
    let error = create(&bench).await.unwrap_err();
    assert!(
        matches!(&error, CreateDirectoryError::AlreadyExists { existing, refusal: Some(_), .. } if existing.id == id),
        "{error:?}"
    );
    assert!(bench.clock.slept().is_empty());
}

#[tokio::test]
async fn after_a_long_pause_nothing_is_adopted() {
    let bench = bench().await.signed_in().await;
    bench.fail(Fault::on("POST", DIRECTORIES, Action::too_many_requests("60")));
    bench.fail(Fault::on("POST", DIRECTORIES, Action::CommitThenReset));
    let error = create(&bench).await.unwrap_err();
    let CreateDirectoryError::Unclear {
        pending,
        suspect: Some(suspect),
        ..
    } = &error
    else {
        panic!("{error:?}")
    };
    assert_eq!(suspect.name, "Okta");
    assert!(
        error.to_string().contains("whose it is cannot be told"),
        "{error}"
    );
    bench.clock.advance(MINUTE);
    assert!(
        matches!(
            settle(&bench, pending).await,
            SettledDirectory::Unclear(_, Some(_))
        ),
        "nor later"
    );
}

#[tokio::test]
async fn after_an_empty_list_nothing_is_adopted() {
    let bench = bench().await.signed_in().await;
    existing(&bench);
    bench.fail(Fault::on("GET", DIRECTORIES, Action::empty_list()));
    bench.fail(Fault::on("POST", DIRECTORIES, Action::status(500)));
    let pending = left_open(&bench).await;
    bench.clock.advance(MINUTE);
    assert!(matches!(
        settle(&bench, &pending).await,
        SettledDirectory::Unclear(_, Some(_))
    ));
}

#[tokio::test]
async fn in_a_hurry_nothing_is_denied_that_may_still_come() {
    let bench = bench().await.signed_in().await;
    bench.clock.hurry_after(0);
    bench.fail(Fault::on("POST", DIRECTORIES, Action::Reset));
    left_open(&bench).await;
    assert_eq!(bench.count("GET", DIRECTORIES), 2);
    assert!(bench.clock.slept().is_empty());
}

#[tokio::test]
async fn what_the_answer_leaves_out_is_read_off_the_list() {
    let list = [
        "GET directoryconfigs",
        "POST directoryconfigs",
        "GET directoryconfigs",
    ];
    for (switch, requests) in [
        (None, &list[..2]),
        (Some((PostAnswer::NoStoreId, DirectoryIds::Usual)), &list),
        (Some((PostAnswer::Empty, DirectoryIds::LocationOnly)), &list),
        (Some((PostAnswer::Empty, DirectoryIds::Usual)), &list),
        (Some((PostAnswer::Job, DirectoryIds::Usual)), &list),
    ] {
        let bench = bench_switched(|switches| {
            switches.directory_list_domains = true;
            if let Some((answer, ids)) = switch {
                (switches.directory_post_answer, switches.directory_ids) = (answer, ids);
            }
        })
        .await
        .signed_in()
        .await;
        let created = create(&bench).await.unwrap();
        let made = bench.tenant.directories().pop().unwrap();
        assert_eq!(
            (&created.id, created.user_store_id.as_ref()),
            (&made.id, Some(&made.user_store_id))
        );
        assert_eq!(
            (created.name.as_str(), created.r#type.as_str()),
            ("Okta", "OTHER_DIRECTORY")
        );
        assert_eq!(bench.requests(), requests, "{switch:?}");
        assert!(bench.clock.slept().is_empty());
    }
}

#[tokio::test]
async fn the_id_may_be_in_an_address_of_a_directory_alone() {
    for (location, body, id) in [
        (
            "/x/directoryconfigs/42",
            r#"{"id":null,"name":"Okta"}"#,
            Some("42"),
        ),
        (
            "",
            r#"{"name":"Okta","_links":{"self":{"href":"/directoryconfigs/42"}}}"#,
            Some("42"),
        ),
        ("/x/jobs/42", r#"{"name":"Okta"}"#, None),
        (
            "",
            r#"{"name":"Okta","_links":{"self":{"href":"/x/jobs/42"}}}"#,
            None,
        ),
    ] {
        let bench = bench_switched(|_| {}).await.signed_in().await;
        let headers = vec![("location".to_owned(), location.to_owned())];
        let body = body.to_owned();
        bench.fail(Fault::on(
            "POST",
            DIRECTORIES,
            Action::Answer {
                status: 201,
                headers,
                body,
            },
        ));
        match (create(&bench).await, id) {
            (Ok(created), Some(id)) => assert_eq!(created.id, id),
            (Err(CreateDirectoryError::Unclear { .. }), None) => {}
            (other, _) => panic!("{location}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn a_directory_of_another_type_is_told_and_kept() {
    let bench = bench().await.signed_in().await;
    let body = r#"{"directoryId": "42", "name": "Okta", "type": "LOCAL_DIRECTORY"}"#;
    bench.fail(Fault::on("POST", DIRECTORIES, answer(201, body)));
    let error = create(&bench).await.unwrap_err();
    assert!(
        matches!(&error, CreateDirectoryError::OtherType(made) if made.id == "42"),
        "{error:?}"
    );
}

/// As JSON, the same request might make a directory of another type.
#[tokio::test]
async fn the_creation_never_falls_back_to_plain_json() {
    let bench = bench_switched(|switches| switches.directory_media_types = MediaTypes::JsonOnly).await;
    let error = create(&bench).await.unwrap_err();
    let CreateDirectoryError::Failed(error) = error else {
        panic!("{error:?}")
    };
    assert_eq!(error.kind(), ErrorKind::MediaType);
    let hint = hint(&error).unwrap();
    for way_out in ["directory_media_type", "directory_create_path", "import it"] {
        assert!(hint.contains(way_out), "{hint}");
    }
    assert_eq!(bench.count("POST", DIRECTORIES), 1);
}

/// What the configuration says is tried, and nothing else; then the list has the last word about the type.
#[tokio::test]
async fn a_creation_goes_where_and_as_the_configuration_says() {
    const JSON: &str = "application/json";
    const MOVED: &str = "/SAAS/jersey/manager/api/connectormanagement/directoryconfigs/other";
    for (json, types, media_type, path, expected) in [
        (
            DirectoryJson::AsDeclared,
            MediaTypes::JsonOnly,
            Some(JSON),
            None,
            "made",
        ),
        (
            DirectoryJson::AsDeclared,
            MediaTypes::Usual,
            Some(JSON),
            None,
            "MediaType",
        ),
        (
            DirectoryJson::MakesLocal,
            MediaTypes::Usual,
            Some(JSON),
            None,
            "LOCAL_DIRECTORY",
        ),
        (DirectoryJson::MakesLocal, MediaTypes::Usual, None, None, "made"),
        (DirectoryJson::Moved, MediaTypes::Usual, None, None, "MediaType"),
        (
            DirectoryJson::Moved,
            MediaTypes::Usual,
            Some(JSON),
            None,
            "MediaType",
        ),
        (
            DirectoryJson::Moved,
            MediaTypes::Usual,
            None,
            Some(MOVED),
            "MediaType",
        ),
        (
            DirectoryJson::Moved,
            MediaTypes::Usual,
            Some(JSON),
            Some(MOVED),
            "made",
        ),
        (
            DirectoryJson::AsDeclared,
            MediaTypes::Usual,
            Some(JSON),
            Some(MOVED),
            "NotFound",
        ),
    ] {
        let said = DirectoryCreation::new(media_type, path).unwrap();
        let bench = bench_with(
            |options| {
                options.switches.directory_json = json;
                options.switches.directory_media_types = types;
            },
            |config| config.directory_creation = said,
        )
        .await;
        let outcome = match create(&bench).await {
            Ok(made) => {
                assert_eq!(made.r#type, "OTHER_DIRECTORY");
                "made".to_owned()
            }
            Err(CreateDirectoryError::OtherType(made)) => made.r#type,
            Err(CreateDirectoryError::Failed(error)) => format!("{:?}", error.kind()),
            Err(error) => panic!("{error:?}"),
        };
        assert_eq!(outcome, expected, "{json:?} {types:?} {media_type:?} {path:?}");
        let sent = bench.tenant.requests();
        let posts: Vec<_> = sent
            .iter()
            .filter(|it| it.method == "POST" && it.path.contains(DIRECTORIES))
            .collect();
        assert_eq!(posts.len(), 1, "{posts:#?}");
        if let Some(media_type) = media_type {
            assert_eq!(posts[0].header("content-type"), Some(media_type));
        }
    }
}

/// The answer to a creation may repeat what was asked for, whatever was made.
#[tokio::test]
async fn after_another_media_type_the_list_tells_the_type() {
    let said = DirectoryCreation::new(Some("application/json"), None).unwrap();
    let bench = bench_with(|_| {}, |config| config.directory_creation = said).await;
    let made = bench
        .tenant
        .add_directory("Okta", &["a.example"], DirectoryType::LocalDirectory);
    let before = r#"{"items": [{"directoryId": "1", "name": "System", "type": "LOCAL_DIRECTORY"}]}"#;
    let told = format!(
        r#"{{"directoryId": "{made}", "userStoreId": "u", "name": "Okta", "type": "OTHER_DIRECTORY"}}"#
    );
    bench.fail(Fault::on("GET", DIRECTORIES, answer(200, before)));
    bench.fail(Fault::on("POST", DIRECTORIES, answer(201, &told)));
    let error = create(&bench).await.unwrap_err();
    assert!(
        matches!(&error, CreateDirectoryError::OtherType(it) if it.id == made),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_tenant_that_cannot_show_one_directory_is_no_failure() {
    for action in [
        Action::status(400),
        Action::status(500),
        Action::status(501),
        Action::status(200),
        answer(200, "{}"),
        answer(200, "[1]"),
        answer(200, "soon"),
    ] {
        let bench = bench().await.signed_in().await;
        let id = existing(&bench);
        bench.fail(Fault::on("GET", &id, action.clone()));
        let read = there(&bench, &id).await;
        assert_eq!(read.domains, Some(vec!["a.example".to_owned()]), "{action:?}");
        bench.clock.advance(HOUR); // what was told a moment ago still holds
        bench.fail(Fault::on("GET", &id, action.clone()).times(2));
        let read = there(&bench, &id).await;
        assert_eq!(read.domains, None, "{action:?}");
    }
    for action in [
        Action::status(401),
        Action::status(429),
        Action::status(503),
        Action::Reset,
    ] {
        let bench = bench().await.signed_in().await;
        let id = existing(&bench);
        bench.fail(Fault::on("GET", &id, action.clone()).times(9));
        assert!(bench.client.directory(&id, None).await.is_err(), "{action:?}");
    }
}

#[tokio::test]
async fn a_deletion_without_an_answer_in_time_is_followed() {
    let bench = bench().await.signed_in().await;
    let id = existing(&bench);
    let timed_out = Action::CommitThenAnswer {
        status: 504,
        headers: vec![],
        body: "<html>".into(),
    };
    let list = format!(r#"{{"items":[{{"directoryId":"{id}","type":"OTHER_DIRECTORY"}}]}}"#);
    bench.fail(Fault::on("DELETE", DIRECTORIES, timed_out).times(5));
    bench.fail(Fault::on("GET", DIRECTORIES, answer(200, &list)).times(4));
    bench.fail(Fault::on("GET", DIRECTORIES, Action::status(500)).times(2));
    bench.fail(Fault::on("GET", DIRECTORIES, answer(200, &list)).times(4));
    bench.client.delete_directory(&id, HOUR).await.unwrap();
    assert!(bench.tenant.pending_faults().is_empty());

    // A fault is doubted for a while, and a refusal is one.
    for (status, most) in [(500, 15), (403, 0)] {
        let bench = bench_switched(|_| {}).await.signed_in().await;
        let id = existing(&bench);
        bench.fail(Fault::on("DELETE", DIRECTORIES, Action::status(status)).times(9));
        let error = bench.client.delete_directory(&id, HOUR).await.unwrap_err();
        assert_eq!(error.status(), Some(status));
        assert!(bench.clock.slept().iter().sum::<Duration>() <= Duration::from_secs(most));
    }
}

#[tokio::test]
async fn a_list_out_of_reach_to_the_end_is_told() {
    let bench = bench().await.signed_in().await;
    let id = existing(&bench);
    bench.fail(Fault::on("GET", DIRECTORIES, Action::status(500)).times(999));
    let error = bench.client.delete_directory(&id, HOUR).await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::Server, Some(500)));
}

#[tokio::test]
async fn who_waited_for_a_list_shares_it() {
    let bench = bench().await.signed_in().await;
    bench.tenant.switches(|switches| switches.latency_ms = 300);
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..5 {
        let client = bench.client.clone();
        tasks.spawn(async move { client.directories().await.unwrap() });
    }
    for _ in 0..10 {
        tokio::task::yield_now().await; // until every task has asked
    }
    bench.clock.advance(Duration::from_secs(120));
    tasks.join_all().await;
    assert_eq!(bench.count("GET", DIRECTORIES), 1);
}

#[tokio::test]
async fn only_a_few_directories_are_asked_what_is_in_the_way() {
    for (hurried, asked) in [(false, 10), (true, 0)] {
        let bench = bench().await.signed_in().await;
        for n in 0..30 {
            let domain = format!("d{n}.example");
            bench.tenant.add_directory(
                &format!("D{n}"),
                &[domain.as_str()],
                DirectoryType::OtherDirectory,
            );
        }
        if hurried {
            bench.clock.hurry_after(0);
        }
        bench.fail(Fault::on("POST", DIRECTORIES, Action::status(409)));
        let error = create(&bench).await.unwrap_err();
        assert!(matches!(error, CreateDirectoryError::Failed(_)), "{error:?}");
        assert_eq!(bench.count("GET", "/directoryconfigs/"), asked);
    }
}
