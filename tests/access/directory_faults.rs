//! Directories at tenants that answer oddly, late, or not at all.

use std::time::Duration;

use access_simulator::Action;
use access_simulator::DirectoryIds;
use access_simulator::DirectoryType;
use access_simulator::Fault;
use terraform_provider_wsoa::access::CreateError;
use terraform_provider_wsoa::access::Directory;
use terraform_provider_wsoa::access::ErrorKind;

use crate::kit::*;

const HOUR: Duration = Duration::from_secs(3600);

async fn create(bench: &Bench) -> Result<Directory, CreateError<Directory>> {
    bench
        .client
        .create_other_directory("Okta", &["a.example".to_owned()])
        .await
}

fn existing(bench: &Bench) -> String {
    bench
        .tenant
        .add_directory("Okta", &["a.example"], DirectoryType::OtherDirectory)
}

#[tokio::test]
async fn a_500_does_not_adopt_what_appeared() {
    let bench = bench().await.signed_in().await;
    let action = Action::CommitThenAnswer {
        status: 500,
        headers: vec![],
        body: String::new(),
    };
    bench.fail(Fault::on("POST", DIRECTORIES, action));
    let error = create(&bench).await.unwrap_err();
    assert!(
        matches!(
            &error,
            CreateError::AlreadyExists {
                id: Some(_),
                refusal: Some(_),
                ..
            }
        ),
        "{error:?}"
    );
}

#[tokio::test]
async fn after_a_long_pause_nothing_is_adopted() {
    let bench = bench().await.signed_in().await;
    bench.fail(Fault::on("POST", DIRECTORIES, Action::too_many_requests("60")));
    bench.fail(Fault::on("POST", DIRECTORIES, Action::CommitThenReset));
    let error = create(&bench).await.unwrap_err();
    assert!(matches!(&error, CreateError::Unclear { .. }), "{error:?}");
    assert!(error.to_string().contains("waiting for its turn"), "{error}");
}

#[tokio::test]
async fn in_a_hurry_nothing_is_denied_that_may_still_come() {
    let bench = bench().await.signed_in().await;
    bench.clock.hurry_after(0);
    bench.fail(Fault::on("POST", DIRECTORIES, Action::Reset));
    let error = create(&bench).await.unwrap_err();
    assert!(matches!(&error, CreateError::Unclear { .. }), "{error:?}");
    assert_eq!(bench.count("GET", DIRECTORIES), 2);
}

#[tokio::test]
async fn the_location_is_enough() {
    let bench = bench_switched(|switches| switches.directory_ids = DirectoryIds::LocationOnly)
        .await
        .signed_in()
        .await;
    bench.fail(Fault::on("POST", DIRECTORIES, Action::CommitThenEmpty));
    let created = create(&bench).await.unwrap();
    assert!(bench.tenant.directories().iter().any(|it| it.id == created.id));
    assert_eq!(
        (created.name.as_str(), created.r#type.as_str()),
        ("Okta", "OTHER_DIRECTORY")
    );
    assert_eq!(
        bench.requests(),
        ["GET directoryconfigs", "POST directoryconfigs"]
    );

    let bench = bench_switched(|_| {}).await.signed_in().await;
    bench.fail(Fault::on(
        "POST",
        DIRECTORIES,
        Action::Answer {
            status: 201,
            headers: vec![("location".to_owned(), "/x/directoryconfigs/42".to_owned())],
            body: r#"{"id":null,"name":"Okta"}"#.to_owned(),
        },
    ));
    assert_eq!(create(&bench).await.unwrap().id, "42");
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
        let read = bench.client.directory(&id).await.unwrap().unwrap();
        assert_eq!(read.domains, Some(vec!["a.example".to_owned()]), "{action:?}");
        bench.fail(Fault::on("GET", &id, action.clone()).times(2));
        let read = bench.client.directory(&id).await.unwrap().unwrap();
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
        assert!(bench.client.directory(&id).await.is_err(), "{action:?}");
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
        assert!(matches!(error, CreateError::Failed(_)), "{error:?}");
        assert_eq!(bench.count("GET", "/directoryconfigs/"), asked);
    }
}
