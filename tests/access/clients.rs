//! OAuth clients: the four verbs, their request counts, duplicates, media types, lists.

use access_simulator::{Action, Fault, ListShape, MediaTypes, SecretRead};
use serde_json::json;
use terraform_plugin::secret::Secret;
use terraform_provider_wsoa::access::Proof::{FreshSecret, GivenSecret};
use terraform_provider_wsoa::access::SecretChange::Keep;
use terraform_provider_wsoa::access::{CreateError, Error, ErrorKind};

use crate::kit::*;

#[tokio::test]
async fn each_verb_takes_the_fewest_requests() {
    let bench = bench().await.signed_in().await;
    let created = bench
        .client
        .create_oauth_client(&service_client("okta@a.b"), FreshSecret)
        .await
        .unwrap();
    assert_eq!(bench.requests(), ["POST oauth2clients"]);
    assert_eq!(created.client.access_token_ttl_minutes, Some(525_600));
    assert_eq!(format!("{:?}", created.secret), "Sent");

    let read = bench.client.oauth_client("okta@a.b").await.unwrap().unwrap();
    assert_eq!(bench.requests(), ["GET okta@a.b"]);
    assert!(read.secret.is_none(), "an empty secret is none");
    assert_eq!(read.display_name.as_deref(), Some("Okta"));

    let updated = bench
        .client
        .update_oauth_client("okta@a.b", &ttl(60), &Keep(Some(its_secret())), None)
        .await
        .unwrap()
        .client;
    assert_eq!(
        bench.requests(),
        ["GET okta@a.b", "POST oauthtoken", "PUT okta@a.b"]
    );
    assert_eq!(
        (updated.access_token_ttl_minutes, updated.display_name.as_deref()),
        (Some(60), Some("Okta"))
    );
    assert_eq!(
        bench.tenant.client("okta@a.b").unwrap().secret,
        "a-secret-of-the-new-client"
    );

    bench.client.delete_oauth_client("okta@a.b", None).await.unwrap();
    assert_eq!(bench.requests(), ["DELETE okta@a.b", "GET okta@a.b"]);
    assert_eq!(bench.slept(), [0; 0], "nothing of this waits");
    bench.client.delete_oauth_client("okta@a.b", None).await.unwrap(); // gone is fine
    assert!(bench.client.oauth_client("okta@a.b").await.unwrap().is_none());
}

#[tokio::test]
async fn a_secret_the_tenant_made_is_returned() {
    let bench = bench().await;
    let mut new = service_client("c");
    new.secret = None;
    let created = bench.client.create_oauth_client(&new, FreshSecret).await.unwrap();
    assert_eq!(
        created.client.secret.unwrap().expose(),
        bench.tenant.client("c").unwrap().secret
    );
}

#[tokio::test]
async fn duplicates_are_told_whatever_the_status() {
    for status in [500, 409, 400] {
        let bench = bench_switched(|switches| switches.duplicate_client_status = status).await;
        let mut other = service_client("c");
        other.secret = Some(Secret::new("somebody-else"));
        bench
            .client
            .create_oauth_client(&other, FreshSecret)
            .await
            .unwrap();
        for proof in [FreshSecret, GivenSecret] {
            let error = bench
                .client
                .create_oauth_client(&service_client("c"), proof)
                .await
                .unwrap_err();
            assert!(
                matches!(&error, CreateError::AlreadyExists { id: Some(id), .. } if id == "c"),
                "{error:?}"
            );
            assert_eq!(
                error.to_string(),
                "OAuth 2.0 client already exists: client id c (name \"Okta\", id c)"
            );
        }
        // The same secret proves nothing when the user chose it.
        bench.tenant.clear_requests();
        let error = bench
            .client
            .create_oauth_client(&other, GivenSecret)
            .await
            .unwrap_err();
        assert!(matches!(error, CreateError::AlreadyExists { .. }), "{error:?}");
        assert_eq!(bench.requests(), ["GET c"]);
    }
}

#[tokio::test]
async fn a_refusal_is_passed_on() {
    let bench = bench().await.signed_in().await;
    let mut bad = service_client("c");
    bad.scopes = ["no-such-scope".to_owned()].into();
    let error = bench
        .client
        .create_oauth_client(&bad, FreshSecret)
        .await
        .unwrap_err();
    let CreateError::Failed(error) = error else {
        panic!("{error:?}")
    };
    assert_eq!((error.kind(), error.status()), (ErrorKind::BadRequest, Some(400)));
    assert!(error.to_string().contains("nothing was created"), "{error}");
    assert_eq!(bench.requests(), ["POST oauth2clients", "GET c"]);
    for id in ["", ".", ".."] {
        assert!(
            bench
                .client
                .create_oauth_client(&service_client(id), FreshSecret)
                .await
                .is_err()
        );
        assert!(bench.client.delete_oauth_client(id, None).await.is_err());
    }
    assert_eq!(bench.requests(), [""; 0]);
}

#[tokio::test]
async fn updates_keep_what_they_do_not_change() {
    for (status, read) in [
        (200, SecretRead::Blank),
        (204, SecretRead::Omit),
        (201, SecretRead::Clear),
    ] {
        let bench = bench_with(
            |options| {
                options.switches.client_put_status = status;
                options.switches.secret_read = read;
            },
            |_| {},
        )
        .await;
        bench
            .client
            .create_oauth_client(&service_client("c"), FreshSecret)
            .await
            .unwrap();
        let before = bench.tenant.client("c").unwrap();
        let updated = bench
            .client
            .update_oauth_client("c", &ttl(9), &Keep(None), None)
            .await
            .unwrap()
            .client;
        assert_eq!(updated.access_token_ttl_minutes, Some(9));
        let mut after = bench.tenant.client("c").unwrap();
        assert_eq!(after.access_token_ttl, 9);
        after.access_token_ttl = before.access_token_ttl;
        assert_eq!(after, before);
    }
}

#[tokio::test]
async fn both_worlds_of_media_types_work_and_are_remembered() {
    for types in [MediaTypes::Usual, MediaTypes::StrictVendor, MediaTypes::JsonOnly] {
        let bench = bench_switched(|switches| switches.client_media_types = types)
            .await
            .signed_in()
            .await;
        for id in ["a", "b"] {
            bench
                .client
                .create_oauth_client(&service_client(id), FreshSecret)
                .await
                .unwrap();
            bench
                .client
                .update_oauth_client(id, &ttl(5), &Keep(None), None)
                .await
                .unwrap();
        }
        let posts = if types == MediaTypes::JsonOnly { 3 } else { 2 };
        assert_eq!(bench.count("POST", CLIENTS), posts, "{types:?}");
        assert_eq!(bench.count("PUT", CLIENTS), posts, "{types:?}");
    }
}

#[tokio::test]
async fn lists_of_every_shape_are_complete() {
    for shape in [
        ListShape::Auto,
        ListShape::Old,
        ListShape::New,
        ListShape::Next,
        ListShape::Link,
    ] {
        let bench = bench_switched(|switches| switches.client_list = shape).await;
        for number in 0..120 {
            bench.tenant.put_client(access_simulator::Client {
                client_id: format!("client-{number}"),
                scope: "admin".into(),
                auth_grant_types: "client_credentials".into(),
                ..access_simulator::Client::default()
            });
        }
        let mut found = bench.client.oauth_clients().await.unwrap();
        let all = bench.tenant.clients().len();
        found.sort_by(|a, b| a.client_id.cmp(&b.client_id));
        found.dedup_by(|a, b| a.client_id == b.client_id);
        assert_eq!(found.len(), all, "{shape:?}");
        assert!(bench.count("GET", CLIENTS) <= 4, "{shape:?}");
    }
}

#[tokio::test]
async fn a_list_that_repeats_itself_ends() {
    let bench = bench().await.signed_in().await;
    let body = r#"{"items":[{"clientId":"a"},{"clientId":"b"}],"totalCount":9,"pageSize":2}"#.to_owned();
    bench.fail(
        Fault::on(
            "GET",
            CLIENTS,
            Action::Answer {
                status: 200,
                headers: vec![],
                body,
            },
        )
        .times(99),
    );
    assert_eq!(bench.client.oauth_clients().await.unwrap().len(), 2);
    assert_eq!(bench.count("GET", CLIENTS), 2);
}

#[tokio::test]
async fn an_update_that_changes_nothing_puts_nothing_but_a_secret_is_always_put() {
    for read in SECRET_FORMS {
        let bench = bench_switched(|switches| switches.secret_read = read).await;
        bench.made(&service_client("c")).await;
        let known = Keep(Some(its_secret()));
        let updated = bench
            .client
            .update_oauth_client("c", &ttl(525_600), &known, None)
            .await
            .unwrap();
        assert_eq!(updated.client.access_token_ttl_minutes, Some(525_600));
        assert_eq!(bench.requests(), ["GET c"], "{read:?}");
        // The tenant may have another secret than it shows.
        bench
            .client
            .update_oauth_client("c", &ttl(525_600), &set("a-secret-of-the-new-client"), None)
            .await
            .unwrap();
        assert_eq!(bench.count("PUT", CLIENTS), 1, "{read:?}");
    }
}

#[tokio::test]
async fn lists_are_read_to_the_end_however_they_count() {
    let page = |from: usize, to: usize, numbers: &str| {
        let items: Vec<_> = (from..to).map(|n| format!(r#"{{"clientId":"c{n}"}}"#)).collect();
        answer(200, &format!(r#"{{"items":[{}]{numbers}}}"#, items.join(",")))
    };
    for (pages, requests) in [
        (vec![page(0, 50, ""), page(50, 60, "")], 2),
        (
            vec![
                page(0, 2, r#","totalCount":"3","pageSize":"2""#),
                page(2, 3, r#","totalCount":"3","pageSize":"2""#),
            ],
            2,
        ),
        (
            vec![page(0, 2, r#","totalPages":2"#), page(2, 3, r#","totalPages":2"#)],
            2,
        ),
        (vec![page(0, 49, "")], 1),
        (vec![page(0, 70, ""), Action::status(400)], 2), // a tenant that knows no pages
    ] {
        let bench = bench().await.signed_in().await;
        for page in pages.clone() {
            bench.fail(Fault::on("GET", CLIENTS, page));
        }
        let found = bench.client.oauth_clients().await.unwrap().len();
        assert!([3, 49, 60, 70].contains(&found), "{found}: {pages:?}");
        assert_eq!(bench.count("GET", CLIENTS), requests, "{pages:?}");
    }
}

/// A web page with status 404 proves no absence, and neither does a list that is not whole.
async fn absence(bench: &Bench) -> Result<bool, Error> {
    bench.fail(Fault::on("GET", "/oauth2clients/nobody", Action::html(404)));
    Ok(bench.client.oauth_client("nobody").await?.is_none())
}

#[tokio::test]
async fn an_interrupted_run_asks_for_no_further_page_of_clients() {
    for (interrupted, pages) in [(false, 3), (true, 1)] {
        let bench = bench_switched(|switches| switches.client_list = ListShape::New).await;
        for number in 0..120 {
            bench.tenant.put_client(access_simulator::Client::service(
                &format!("client-{number}"),
                "s",
            ));
        }
        let bench = bench.signed_in().await;
        if interrupted {
            bench.clock.hurry_after(0);
        }
        assert_eq!(absence(&bench).await.ok(), (!interrupted).then_some(true));
        let lists = bench.requests();
        let lists = lists.iter().filter(|seen| *seen == "GET oauth2clients").count();
        assert_eq!(lists, pages, "{interrupted}");
        assert!(bench.slept().is_empty(), "{interrupted}");
    }
}

/// More entries than any tenant has: those that were read are there, and nothing is absent.
#[tokio::test]
async fn a_list_of_clients_beyond_all_measure_proves_no_absence() {
    for (count, whole) in [(10_000, true), (10_001, false)] {
        let bench = bench().await.signed_in().await;
        let entries: Vec<_> = (0..count).map(|n| json!({"clientId": format!("c{n}")})).collect();
        // it says how many there are, or a second page would be asked for
        let list = json!({"items": entries, "totalCount": count});
        bench.fail(Fault::on("GET", CLIENTS, answer(200, &list.to_string())).always());
        assert_eq!(
            bench.client.oauth_clients().await.unwrap().len(),
            10_000,
            "{count}"
        );
        bench.tenant.clear_faults();
        bench.fail(Fault::on("GET", "/oauth2clients/nobody", Action::html(404)));
        bench.fail(Fault::on("GET", CLIENTS, answer(200, &list.to_string())).always());
        let found = bench.client.oauth_client("nobody").await;
        assert_eq!(found.is_ok_and(|found| found.is_none()), whole, "{count}");
    }
}

/// A read that is under way at a stop may be done without. What a write has done nobody knows without its answer.
#[tokio::test]
async fn a_read_that_is_not_answered_ends_soon_after_a_stop_and_a_write_is_waited_for() {
    for (method, seconds) in [("GET", 2_u8), ("POST", 20)] {
        let bench = bench().await.signed_in().await;
        bench.fail(Fault::on(method, CLIENTS, Action::Delay { millis: 20_000 }));
        let stop = async {
            while bench.count(method, CLIENTS) == 0 {
                tokio::task::yield_now().await;
            }
            tokio::time::pause();
            bench.clock.hurry_after(0);
            tokio::time::Instant::now()
        };
        let asks = async {
            let succeeded = match method {
                "GET" => bench.client.oauth_client("terraform-admin").await.is_ok(),
                _ => bench
                    .client
                    .create_oauth_client(&service_client("c"), FreshSecret)
                    .await
                    .is_ok(),
            };
            (succeeded, tokio::time::Instant::now())
        };
        let ((succeeded, ended), stopped) = tokio::join!(asks, stop);
        tokio::time::resume();
        assert_eq!(succeeded, method == "POST");
        let waited = (ended - stopped).as_secs_f32();
        assert!((waited - f32::from(seconds)).abs() < 1.0, "{method}: {waited}");
    }
}
