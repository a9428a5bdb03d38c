//! What goes wrong on purpose.

use std::time::{Duration, Instant};

use access_simulator::{Action, Fault};
use reqwest::{Method, Version};
use serde_json::json;

use crate::support::*;

#[tokio::test]
async fn answers_in_the_place_of_the_real_one() {
    let caller = Caller::new().await;
    let tenant = caller.tenant();
    tenant.push_fault(Fault::on("POST", "oauth2clients", Action::too_many_requests("7")).times(2));
    tenant.push_fault(Fault::on(
        "POST",
        "oauth2clients",
        Action::too_many_requests("Fri, 31 Dec 2027 23:59:59 GMT"),
    ));
    tenant.push_fault(Fault::on_any(Action::status(503)).after(1));
    tenant.push_fault(Fault::on_any(Action::html(502)));
    assert_eq!(
        caller.get(DIRECTORIES).await.status,
        502,
        "the fault before lets one request pass"
    );
    for expected in ["7", "7", "Fri, 31 Dec 2027 23:59:59 GMT"] {
        let refused = caller.post_client(&service_client("c")).await;
        assert_eq!(
            (refused.status, refused.headers["retry-after"].to_str().unwrap()),
            (429, expected)
        );
    }
    assert_eq!(caller.get(CLIENTS).await.status, 503);
    assert_eq!(tenant.client("c"), None);
    assert_eq!(tenant.pending_faults(), []);
    assert_eq!(caller.post_client(&service_client("c")).await.status, 201);
}

#[tokio::test]
async fn pauses_add_up_with_what_follows() {
    let caller = Caller::with(|switches| switches.latency_ms = 30).await;
    caller
        .tenant()
        .push_fault(Fault::on_any(Action::Delay { millis: 50 }));
    caller.tenant().push_fault(Fault::on_any(Action::status(500)));
    let started = Instant::now();
    assert_eq!(caller.get(CLIENTS).await.status, 500);
    assert!(started.elapsed() >= Duration::from_millis(80));
}

#[tokio::test]
async fn connections_break_before_or_after_the_commit() {
    for version in [Version::HTTP_11, Version::HTTP_2] {
        let caller = Caller::new().await;
        let http = caller.versioned(version);
        for (action, committed) in [
            (Action::Reset, false),
            (Action::CommitThenReset, true),
            (Action::CommitThenTruncate, true),
        ] {
            let id = format!("{action:?}");
            caller
                .tenant()
                .push_fault(Fault::on("POST", "oauth2clients", action));
            let request = http
                .post(caller.url(CLIENTS))
                .bearer_auth(&caller.token)
                .header("content-type", CLIENT);
            let outcome = match request.body(service_client(&id).to_string()).send().await {
                Ok(response) => response.bytes().await.map(drop),
                Err(error) => Err(error),
            };
            assert!(outcome.is_err(), "{version:?} {id}");
            assert_eq!(
                caller.tenant().client(&id).is_some(),
                committed,
                "{version:?} {id}"
            );
        }
        let statuses: Vec<_> = caller
            .tenant()
            .requests()
            .iter()
            .map(|request| request.status)
            .collect();
        assert_eq!(statuses, [0, 0, 201]);
    }
}

#[tokio::test]
async fn an_answer_can_be_lost_although_the_connection_holds() {
    let caller = Caller::new().await;
    caller
        .tenant()
        .push_fault(Fault::on("POST", "", Action::CommitThenEmpty));
    let created = caller.post_client(&service_client("a")).await;
    assert_eq!((created.status, created.text.as_str()), (201, ""));
    let bad_gateway = Action::CommitThenAnswer {
        status: 502,
        headers: vec![],
        body: "gone".into(),
    };
    caller.tenant().push_fault(Fault::on("POST", "", bad_gateway));
    let created = caller.post_client(&service_client("b")).await;
    assert_eq!((created.status, created.text.as_str()), (502, "gone"));
    assert!(caller.tenant().client("a").is_some() && caller.tenant().client("b").is_some());
}

#[tokio::test]
async fn a_success_may_be_a_lie() {
    let caller = Caller::new().await;
    caller.post_client(&service_client("c")).await;
    let one = format!("{CLIENTS}/c");
    caller
        .tenant()
        .push_fault(Fault::on("DELETE", "oauth2clients", Action::status(204)).always());
    for _ in 0..3 {
        assert_eq!(caller.delete(&one).await.status, 204);
        assert!(caller.tenant().client("c").is_some());
    }
    caller.tenant().clear_faults();
    caller.tenant().push_fault(Fault::on_any(Action::errors(200)));
    caller.tenant().push_fault(Fault::on_any(Action::empty_list()));
    let read = caller.get(&one).await;
    assert_eq!(
        (read.status, read.content_type.as_str()),
        (200, "application/json")
    );
    assert!(read.json["errors"][0]["message"].is_string());
    assert_eq!(caller.get(DIRECTORIES).await.json, json!({"items": []}));
    assert_eq!(
        caller.get(DIRECTORIES).await.json["items"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn a_failure_may_have_been_carried_out() {
    let caller = Caller::new().await;
    caller.tenant().push_fault(Fault::on(
        "POST",
        "directoryconfigs",
        Action::status(500).committed(),
    ));
    assert_eq!(caller.post_directory("D", "d").await.status, 500);
    assert_eq!(caller.tenant().directories().len(), 2);
    caller
        .tenant()
        .push_fault(Fault::on("POST", "directoryconfigs", Action::status(500)));
    assert_eq!(caller.post_directory("E", "e").await.status, 500);
    assert_eq!(caller.tenant().directories().len(), 2);
}

#[tokio::test]
async fn requests_are_recorded_and_secrets_remembered() {
    let caller = Caller::new().await;
    caller.post_client(&service_client("c")).await;
    caller.mint("c", "a-wrong-secret").await;
    let request = caller
        .http
        .request(Method::GET, caller.url(&format!("{CLIENTS}/c?x=1")))
        .bearer_auth("a-wrong-token");
    request.send().await.unwrap();
    let requests = caller.tenant().requests();
    let seen: Vec<_> = requests
        .iter()
        .map(|r| (r.method.as_str(), r.query.as_str(), r.status))
        .collect();
    assert_eq!(seen, [("POST", "", 201), ("POST", "", 401), ("GET", "x=1", 401)]);
    assert_eq!(requests[0].header("content-type"), Some(CLIENT));
    assert_eq!(requests[1].body, "grant_type=client_credentials");

    let secrets = caller.tenant().every_secret();
    for secret in [
        "s3cret",
        "a-wrong-secret",
        "a-wrong-token",
        "terraform-admin-secret",
        "admin-password",
        &caller.token,
    ] {
        assert!(secrets.iter().any(|known| known == secret), "{secret}");
    }
    // A secret that was sent into a fault was sent.
    caller.tenant().push_fault(Fault::on_any(Action::status(503)));
    let mut lost = service_client("lost");
    lost["secret"] = "sent-into-a-fault".into();
    caller.post_client(&lost).await;
    assert!(
        caller
            .tenant()
            .every_secret()
            .contains(&"sent-into-a-fault".to_owned())
    );
    caller.tenant().clear_requests();
    assert_eq!(caller.tenant().requests().len(), 0);
}
