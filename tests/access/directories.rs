//! Directories: one list for everybody, aliases, lost answers, deletion in the background.

use std::time::Duration;

use access_simulator::{Acceptance, Action, DirectoryIds, DirectoryType, Fault, MediaTypes};
use terraform_provider_wsoa::access::{CreateDirectoryError, Directory, DirectoryPresence, ErrorKind};
use terraform_provider_wsoa::diagnose::hint;

use crate::kit::*;

const HOUR: Duration = Duration::from_secs(3600);

async fn there(bench: &Bench, id: &str) -> Directory {
    match bench.client.directory(id, None).await.unwrap() {
        DirectoryPresence::There(directory) => directory,
        other => panic!("{other:?}"),
    }
}

fn domains(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[tokio::test]
async fn a_directory_lives_and_dies() {
    let bench = bench().await.signed_in().await;
    let created = bench
        .client
        .create_other_directory("Okta", &domains(&["a.example"]))
        .await
        .unwrap();
    assert_eq!(
        bench.requests(),
        ["GET directoryconfigs", "POST directoryconfigs"]
    );
    assert_eq!(
        (created.name.as_str(), created.r#type.as_str()),
        ("Okta", "OTHER_DIRECTORY")
    );
    assert!(created.user_store_id.is_some());

    let read = there(&bench, &created.id).await;
    assert_eq!(read, created);
    assert_eq!(
        bench.requests(),
        ["GET directoryconfigs".to_owned(), format!("GET {}", created.id)]
    );

    bench.client.delete_directory(&created.id, HOUR).await.unwrap();
    let seen = bench.requests();
    assert_eq!(seen[0], format!("DELETE {}", created.id));
    assert!(seen.len() > 2, "it takes a while: {seen:?}");
    let gone = bench.client.directory(&created.id, None).await.unwrap();
    assert_eq!(gone, DirectoryPresence::Gone);
    bench.client.delete_directory(&created.id, HOUR).await.unwrap(); // gone is fine
}

#[tokio::test]
async fn every_answer_to_the_creation_leads_to_the_id() {
    for ids in [
        DirectoryIds::Usual,
        DirectoryIds::ConfigId,
        DirectoryIds::DirectoryId,
        DirectoryIds::Id,
        DirectoryIds::LocationOnly,
        DirectoryIds::ListOnly,
    ] {
        for (status, types) in [(201, MediaTypes::Usual), (200, MediaTypes::StrictVendor)] {
            let bench = bench_with(
                |options| {
                    options.switches.directory_ids = ids;
                    options.switches.directory_post_status = status;
                    options.switches.directory_media_types = types;
                },
                |_| {},
            )
            .await;
            let created = bench
                .client
                .create_other_directory("Okta", &domains(&["a.example"]))
                .await
                .unwrap();
            let read = there(&bench, &created.id).await;
            assert_eq!(read.domains, Some(domains(&["a.example"])), "{ids:?}");
            bench.client.delete_directory(&created.id, HOUR).await.unwrap();
        }
    }
}

#[tokio::test]
async fn domains_are_found_wherever_the_tenant_tells_them() {
    for refusal in [
        Acceptance::Status404,
        Acceptance::Status405,
        Acceptance::Status406,
        Acceptance::Status403,
    ] {
        let bench = bench_switched(|switches| switches.directory_get_one = refusal).await;
        let id = bench
            .tenant
            .add_directory("Okta", &["a.example"], DirectoryType::OtherDirectory);
        let read = there(&bench, &id).await;
        assert_eq!(read.domains, Some(domains(&["a.example"])), "{refusal:?}");
        bench
            .tenant
            .switches(|switches| switches.directory_domains_resource = refusal);
        bench.clock.advance(HOUR); // what was told a moment ago still holds
        assert_eq!(there(&bench, &id).await.domains, None, "{refusal:?}");
    }
}

#[tokio::test]
async fn many_reads_share_one_list_and_one_token() {
    let bench = bench_switched(|switches| switches.directory_list_domains = true).await;
    let ids: Vec<_> = (0..40)
        .map(|n| {
            let domain = format!("d{n}.example");
            bench.tenant.add_directory(
                &format!("D{n}"),
                &[domain.as_str()],
                DirectoryType::OtherDirectory,
            )
        })
        .collect();
    let mut tasks = tokio::task::JoinSet::new();
    for id in ids {
        let client = bench.client.clone();
        tasks.spawn(async move { client.directory(&id, None).await.unwrap() });
    }
    assert_eq!(tasks.join_all().await.len(), 40);
    assert_eq!(bench.requests(), ["POST oauthtoken", "GET directoryconfigs"]);
    bench.clock.advance(Duration::from_secs(120));
    bench.client.directories().await.unwrap();
    assert_eq!(bench.requests(), ["GET directoryconfigs"], "not for ever");
}

#[tokio::test]
async fn parallel_creations_share_the_first_list() {
    let bench = bench().await.signed_in().await;
    bench.tenant.switches(|switches| switches.latency_ms = 20);
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..6 {
        let client = bench.client.clone();
        tasks.spawn(async move {
            client
                .create_other_directory(&format!("D{n}"), &[format!("d{n}.example")])
                .await
                .unwrap()
        });
    }
    tasks.join_all().await;
    assert_eq!(
        (bench.count("GET", DIRECTORIES), bench.count("POST", DIRECTORIES)),
        (1, 6)
    );
}

/// For five seconds. What this process has made since is in the way without another list, what it has deleted is not.
#[tokio::test]
async fn creations_that_follow_each_other_share_a_list() {
    let bench = bench().await.signed_in().await;
    let (list, post) = ("GET directoryconfigs", "POST directoryconfigs");
    let create = async |name: &str, domain: &str| {
        let domains = domains(&[domain]);
        let created = bench.client.create_other_directory(name, &domains).await?;
        bench
            .client
            .note_made_directory(&created.id, "a creation", name, &domains);
        Ok(created.id)
    };
    let first = create("One", "one.example").await.unwrap();
    create("Two", "two.example").await.unwrap();
    assert_eq!(bench.requests(), [list, post, post]);
    for (name, domain, clash) in [
        ("Two", "three.example", "name \"Two\""),
        ("Three", "TWO.example", "domain TWO.example"),
    ] {
        match create(name, domain).await {
            Err(CreateDirectoryError::AlreadyExists { clash: told, .. }) => {
                assert_eq!(told.to_string(), clash);
            }
            other => panic!("{other:?}"),
        }
    }
    assert!(bench.requests().is_empty(), "all that is known here");
    bench
        .client
        .delete_directory(&first, Duration::from_secs(60))
        .await
        .unwrap();
    bench.requests();
    create("One", "one.example").await.unwrap();
    assert_eq!(bench.count("POST", DIRECTORIES), 1);
    bench.requests();
    bench.clock.advance(Duration::from_secs(6));
    create("Four", "four.example").await.unwrap();
    assert_eq!(bench.requests(), [list, post]);
}

/// The shared list is older than what this process has made: that is not suspected of being the one that got no answer.
#[tokio::test]
async fn what_this_process_has_made_is_no_suspect() {
    let bench = bench().await.signed_in().await;
    let domains = [domains(&["one.example"]), domains(&["two.example"])];
    let create =
        async |name: &str, domains: &[String]| bench.client.create_other_directory(name, domains).await;
    let made = create("Okta", &domains[0]).await.unwrap();
    bench
        .client
        .note_made_directory(&made.id, "a creation", "Okta", &domains[0]);
    bench.fail(Fault::on("POST", DIRECTORIES, Action::Reset));
    match create("OKTA", &domains[1]).await {
        Err(CreateDirectoryError::Unclear {
            suspect: None,
            pending,
            ..
        }) => assert_eq!(pending.known, [made.id]),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn names_and_domains_in_use_are_told() {
    for (listed, status) in [(true, 409), (false, 409), (false, 400), (false, 500)] {
        let bench = bench_with(
            |options| {
                options.switches.directory_list_domains = listed;
                options.switches.duplicate_directory_status = status;
            },
            |_| {},
        )
        .await;
        let existing = bench
            .tenant
            .add_directory("Okta", &["a.example"], DirectoryType::OtherDirectory);
        for (name, domain, clash) in [
            ("Okta", "b.example", "name \"Okta\""),
            ("Other", "A.Example", "domain A.Example"),
        ] {
            let error = bench
                .client
                .create_other_directory(name, &domains(&[domain]))
                .await
                .unwrap_err();
            match &error {
                CreateDirectoryError::AlreadyExists {
                    existing: found,
                    clash: common,
                    ..
                } => assert_eq!(
                    (&found.id, found.name.as_str(), common.to_string().as_str()),
                    (&existing, "Okta", clash)
                ),
                _ => panic!("{error:?}"),
            }
        }
        assert_eq!(
            bench.count("POST", DIRECTORIES),
            usize::from(!listed),
            "the list spares the attempt"
        );
    }
}

#[tokio::test]
async fn a_lost_answer_is_settled_by_the_list() {
    for action in [
        Action::CommitThenReset,
        Action::CommitThenTruncate,
        Action::CommitThenEmpty,
        Action::html(504).committed(),
        answer(200, "{}").committed(),
        answer(200, r#"{"id": "42", "status": "RUNNING"}"#).committed(),
        answer(201, r#"{"id": "42", "name": "Job 42"}"#).committed(),
        Action::status(202).committed(),
        Action::status(500).committed(),
        Action::errors(200).committed(),
        Action::html(502).committed(),
    ] {
        let bench = bench().await.signed_in().await;
        bench.fail(Fault::on("POST", DIRECTORIES, action.clone()));
        let created = bench
            .client
            .create_other_directory("Okta", &domains(&["a.example"]))
            .await
            .unwrap();
        assert!(
            bench.tenant.directories().iter().any(|it| it.id == created.id),
            "{action:?}"
        );
        assert_eq!(bench.count("POST", DIRECTORIES), 1);
    }
}

#[tokio::test]
async fn deletion_is_followed_until_it_is_over_or_takes_too_long() {
    let bench = bench_switched(|switches| switches.directory_delete_reads = 6).await;
    let id = bench
        .tenant
        .add_directory("Okta", &["a.example"], DirectoryType::OtherDirectory);
    bench.client.delete_directory(&id, HOUR).await.unwrap();
    let slept = bench.clock.slept();
    assert!(slept.is_sorted() && slept.len() >= 5, "{slept:?}");

    bench
        .tenant
        .switches(|switches| switches.directory_delete_reads = 1000);
    let id = bench
        .tenant
        .add_directory("Okta", &["a.example"], DirectoryType::OtherDirectory);
    let error = bench
        .client
        .delete_directory(&id, Duration::from_secs(60))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::StillDeleting);
    assert!(hint(&error).is_some());
    assert!(
        bench
            .client
            .directories()
            .await
            .unwrap()
            .last()
            .unwrap()
            .delete_in_progress
    );
}

#[tokio::test]
async fn a_lost_answer_to_the_deletion_is_settled_by_the_list() {
    let bench = bench().await;
    let id = bench
        .tenant
        .add_directory("Okta", &["a.example"], DirectoryType::OtherDirectory);
    bench.fail(Fault::on("DELETE", DIRECTORIES, Action::CommitThenReset).times(9));
    bench.client.delete_directory(&id, HOUR).await.unwrap();
    bench.tenant.clear_faults();
    let id = bench
        .tenant
        .add_directory("Okta", &["a.example"], DirectoryType::OtherDirectory);
    bench.fail(Fault::on("DELETE", DIRECTORIES, Action::Reset).times(9));
    assert_eq!(
        bench.client.delete_directory(&id, HOUR).await.unwrap_err().kind(),
        ErrorKind::Lost
    );
}

#[tokio::test]
async fn a_tenant_with_read_only_directories_says_why() {
    let bench = bench_switched(|switches| switches.directories_read_only = true).await;
    let error = bench
        .client
        .create_other_directory("Okta", &domains(&["a.example"]))
        .await
        .unwrap_err();
    let CreateDirectoryError::Failed(error) = error else {
        panic!("{error:?}")
    };
    assert!(
        error.to_string().contains("managed by the identity service"),
        "{error}"
    );
    assert!(hint(&error).unwrap().contains("Omnissa Identity Service"));
}
