//! What becomes of a creation: whose the client is that is there afterwards, and which secret it has.

use std::time::Duration;

use access_simulator::{Action, Client, Fault, ListShape, SecretRead};
use serde_json::json;
use terraform_plugin::secret::Secret;
use terraform_provider_wsoa::access::Proof::{FreshSecret, GivenBefore, GivenSecret};
use terraform_provider_wsoa::access::{Chosen, CreateError, OAuthClient, Proof};

use crate::kit::*;

/// Answers to a POST of the client with this id that do not tell its outcome.
fn saying_little(id: &str) -> Vec<Action> {
    vec![
        Action::status(200),
        Action::status(201),
        Action::status(202),
        Action::status(204),
        Action::json(200, &json!({})),
        Action::json(201, &json!([])),
        Action::json(201, &json!({"clientId": "another"})),
        Action::errors(200),
        Action::errors(201),
        Action::json(201, &json!({"clientId": id, "errors": [{"code": "cache.stale"}]})),
        Action::html(200),
        Action::html(201),
        Action::html(502),
        Action::status(500),
        Action::errors(500),
    ]
}

/// The same client with an id of its own, so that one tenant does for a whole table.
fn numbered(new: &OAuthClient, number: usize) -> OAuthClient {
    OAuthClient {
        client_id: format!("c{number}"),
        ..new.clone()
    }
}

#[tokio::test]
async fn somebody_elses_client_is_never_adopted() {
    let new = service_client("c");
    let other = somebody_elses(&new, "somebody-else");
    for proof in [FreshSecret, GivenSecret] {
        let bench = bench().await.signed_in().await;
        bench.tenant.put_client(other.clone());
        let actions = saying_little("c").into_iter();
        for action in actions.chain([Action::Reset, Action::status(400)]) {
            bench.fail(Fault::on("POST", CLIENTS, action.clone()));
            let created = bench.client.create_oauth_client(&new, proof).await;
            assert_eq!(outcome(&created), "AlreadyExists", "{proof:?} {action:?}");
            assert_eq!(bench.tenant.client("c").as_ref(), Some(&other));
            bench.tenant.clear_faults();
        }
    }
}

/// A token endpoint that lags for most of a minute behind a creation of which only a fresh secret can tell.
#[tokio::test]
async fn what_only_lags_is_not_denied() {
    for action in [
        Action::CommitThenReset,
        Action::status(201),
        Action::status(202),
        Action::html(502),
        Action::status(500),
        Action::errors(500),
    ] {
        let bench = bench_switched(|switches| switches.lag_token_ms = 50_000)
            .await
            .signed_in()
            .await;
        bench.fail(Fault::on("POST", CLIENTS, action.clone().committed()));
        let created = bench
            .client
            .create_oauth_client(&service_client("c"), FreshSecret)
            .await;
        assert_eq!(outcome(&created), "Sent", "{action:?}: {created:?}");
        assert_eq!(bench.slept(), [2, 5, 10, 15, 30], "{action:?}");
    }
}

/// A 500 is what a tenant says of an id that is taken, too. A client that is there with other settings is waited for no
/// longer than any token endpoint usually lags.
#[tokio::test]
async fn an_id_that_is_taken_is_told_the_sooner_the_more_it_differs() {
    let new = service_client("c");
    let (same, other) = (
        somebody_elses(&new, "their-secret"),
        Client::service("c", "their-secret"),
    );
    for (existing, waits) in [(same, vec![2, 5, 10, 15, 30]), (other, vec![2, 5, 10])] {
        let bench = bench().await.signed_in().await;
        bench.tenant.put_client(existing);
        let created = bench.client.create_oauth_client(&new, FreshSecret).await;
        assert_eq!(outcome(&created), "AlreadyExists");
        assert_eq!(bench.slept(), waits);
    }
}

#[tokio::test]
async fn what_the_same_answers_hide_is_ours_where_the_id_was_free() {
    for new in [service_client(""), web_client("")] {
        for proof in [FreshSecret, GivenSecret, GivenBefore] {
            let bench = bench().await.signed_in().await;
            for number in 0..saying_little("").len() {
                let new = numbered(&new, number);
                let action = saying_little(&new.client_id).remove(number);
                bench.fail(Fault::on("POST", CLIENTS, action.clone().committed()));
                let created = bench.client.create_oauth_client(&new, proof).await;
                assert_eq!(outcome(&created), "Sent", "{proof:?} {action:?}: {created:?}");
                assert_eq!(bench.count("POST", CLIENTS), number + 1, "never twice");
                assert_eq!(bench.slept(), [0; 0], "{proof:?} {action:?}");
            }
        }
    }
}

#[tokio::test]
async fn with_a_given_secret_the_id_is_looked_up_first() {
    let new = service_client("c");
    for action in [
        None,
        Some(Action::Reset),
        Some(Action::status(500)),
        Some(Action::errors(409)),
        Some(Action::status(201)),
    ] {
        let bench = bench().await.signed_in().await;
        let twin = somebody_elses(&new, its_secret().expose());
        bench.tenant.put_client(twin.clone());
        if let Some(action) = action.clone() {
            bench.fail(Fault::on("POST", CLIENTS, action));
        }
        let created = bench.client.create_oauth_client(&new, GivenSecret).await;
        assert_eq!(outcome(&created), "AlreadyExists", "{action:?}");
        assert_eq!(bench.requests(), ["GET c"]);
        assert_eq!(bench.tenant.client("c"), Some(twin));
    }
    // Where that look fails, nothing is sent that could create anything.
    let bench = bench().await.signed_in().await;
    bench.fail(Fault::on("GET", CLIENTS, Action::status(500)));
    let created = bench.client.create_oauth_client(&new, GivenSecret).await;
    assert_eq!(outcome(&created), "Failed");
    assert_eq!(bench.requests(), ["GET c"]);
    // An id that is free costs two requests more than with a generated secret, and clients that are made together share
    // one of them.
    let list = "GET oauth2clients";
    let created = bench.client.create_oauth_client(&new, GivenSecret).await;
    assert_eq!(outcome(&created), "Sent");
    assert_eq!(bench.requests(), ["GET c", list, "POST oauth2clients"]);
    let another = service_client("d");
    let created = bench.client.create_oauth_client(&another, GivenSecret).await;
    assert_eq!(outcome(&created), "Sent");
    assert_eq!(bench.requests(), ["GET d", "POST oauth2clients"]);
    assert_eq!(bench.slept(), [0; 0]);
}

/// The only difference between somebody's twin and a creation that got no answer is that the twin was there before.
#[tokio::test]
async fn one_look_that_does_not_find_a_twin_makes_it_nobodys() {
    let new = service_client("c");
    let absent = || Fault::on("GET", &format!("{CLIENTS}/c"), Action::errors(404));
    let list = |action| Fault::on("GET", CLIENTS, action);
    let (look, all) = ("GET c", "GET oauth2clients");
    for (listed, slept) in [
        (None, vec![2]), // the list has it, so one of both is late
        (Some(Action::status(500)), vec![]),
        (
            Some(Action::json(200, &json!({"items": [], "totalCount": 5}))),
            vec![],
        ),
    ] {
        let bench = bench().await.signed_in().await;
        let twin = somebody_elses(&new, its_secret().expose());
        bench.tenant.put_client(twin.clone());
        bench.fail(absent());
        if let Some(action) = listed.clone() {
            bench.fail(list(action));
        }
        bench.fail(Fault::on("POST", CLIENTS, Action::status(500)));
        let created = bench.client.create_oauth_client(&new, GivenSecret).await;
        assert_eq!(outcome(&created), "AlreadyExists", "{listed:?}");
        assert_eq!(bench.requests(), [look, all, look], "{listed:?}");
        assert_eq!(bench.slept(), slept, "{listed:?}");
        assert_eq!(bench.tenant.client("c"), Some(twin), "{listed:?}");
    }
}

/// That there is no whole list is not found out anew for each client: each is asked for twice.
#[tokio::test]
async fn clients_share_that_there_is_no_list() {
    let bench = bench_switched(|switches| switches.client_list = ListShape::Cut)
        .await
        .signed_in()
        .await;
    bench.tenant.switches(|switches| switches.list_page_size = 1);
    let (list, post) = ("GET oauth2clients", "POST oauth2clients");
    for (id, expected) in [
        ("c", vec!["GET c", list, "GET c", post]),
        ("d", vec!["GET d", "GET d", post]),
    ] {
        let created = bench
            .client
            .create_oauth_client(&service_client(id), GivenSecret)
            .await;
        assert_eq!(outcome(&created), "Sent");
        let mut requests = bench.requests();
        requests.dedup_by(|one, other| one == other && one.as_str() == list); // it is asked for to its end
        assert_eq!(requests, expected);
    }
}

/// The same where a list is late: what was deleted a moment ago, here or elsewhere, is in nobody's way.
#[tokio::test]
async fn a_late_list_keeps_no_id_from_being_used_again() {
    for here in [true, false] {
        let bench = bench().await.signed_in().await;
        let new = service_client("c");
        if here {
            bench.tenant.put_client(somebody_elses(&new, "its own"));
            bench.client.delete_oauth_client("c", None).await.unwrap();
        }
        bench.tenant.clear_requests();
        let late = Action::json(200, &json!({"items": [{"clientId": "C"}], "totalCount": 1}));
        bench.fail(Fault::on("GET", CLIENTS, late).after(1));
        let created = bench.client.create_oauth_client(&new, GivenSecret).await;
        assert_eq!(outcome(&created), "Sent", "{here}: {created:?}");
        let looks = if here { 1 } else { 2 };
        assert_eq!(bench.count("GET", &format!("{CLIENTS}/c")), looks, "{here}");
    }
}

/// Another client appears between the looks and the creation, or the looks were wrong.
#[tokio::test]
async fn a_client_with_another_secret_is_not_adopted_although_the_id_was_free() {
    for new in [service_client("c"), web_client("c")] {
        let bench = bench().await.signed_in().await;
        bench.tenant.put_client(somebody_elses(&new, "somebody-else"));
        for action in saying_little("c") {
            bench.fail(Fault::on("GET", CLIENTS, Action::errors(404)).times(3));
            bench.fail(Fault::on("POST", CLIENTS, action.clone()));
            let created = bench.client.create_oauth_client(&new, GivenSecret).await;
            assert_eq!(outcome(&created), "Unclear", "{action:?}: {created:?}");
        }
    }
}

#[tokio::test]
async fn what_the_tenant_refused_is_not_ours_whatever_its_secret() {
    for new in [service_client("c"), web_client("c")] {
        for status in [400, 409] {
            let bench = bench().await.signed_in().await;
            bench
                .tenant
                .put_client(somebody_elses(&new, its_secret().expose()));
            bench.fail(Fault::on("GET", CLIENTS, Action::errors(404)).times(3));
            bench.fail(Fault::on("POST", CLIENTS, Action::errors(status)));
            let created = bench.client.create_oauth_client(&new, GivenSecret).await;
            assert_eq!(outcome(&created), "AlreadyExists", "{status}");
        }
    }
}

#[tokio::test]
async fn errors_are_no_word_of_success_where_a_secret_cannot_be_tried() {
    let blind = || answer(400, r#"{"error":"unauthorized_client"}"#);
    for (action, expected) in [
        (Action::status(201), "Sent"),
        (Action::errors(200), "Unclear"),
        (Action::status(500), "Unclear"),
    ] {
        let bench = bench().await.signed_in().await;
        bench.fail(Fault::on("POST", CLIENTS, action.clone().committed()));
        bench.fail(Fault::on("POST", TOKEN, blind()).times(9));
        let created = bench
            .client
            .create_oauth_client(&web_client("c"), GivenSecret)
            .await;
        assert_eq!(outcome(&created), expected, "{action:?}: {created:?}");
    }
}

#[tokio::test]
async fn a_creation_of_before_is_taken_up_where_the_secret_fits() {
    let new = service_client("c");
    let twin = somebody_elses(&new, its_secret().expose());
    let mut other = somebody_elses(&new, "somebody-else");
    let mut differs = twin.clone();
    differs.access_token_ttl = 60;
    other.access_token_ttl = 60;
    let (look, token, put) = ("GET c", "POST oauthtoken", "PUT c");
    for (existing, trouble, expected, requests) in [
        (Some(&twin), None, "Sent", vec![look, token]),
        (Some(&differs), None, "Sent", vec![look, token, look, token, put]),
        (
            // that creation may have had a write-only secret which is another one now
            Some(&other),
            None,
            "Unclear",
            vec![look, token, token, token, token],
        ),
        (
            Some(&differs),
            Some(Action::html(401)),
            "Unclear",
            vec![look, token],
        ),
        (
            Some(&differs),
            Some(Action::status(401)),
            "Unclear",
            vec![look, token],
        ),
        (
            None,
            None,
            "Sent",
            vec![look, "GET oauth2clients", "POST oauth2clients"],
        ),
    ] {
        let bench = bench().await.signed_in().await;
        if let Some(existing) = existing {
            bench.tenant.put_client(existing.clone());
        }
        if let Some(trouble) = trouble.clone() {
            bench.fail(Fault::on("POST", TOKEN, trouble).times(9));
        }
        let created = bench.client.create_oauth_client(&new, GivenBefore).await;
        assert_eq!(
            outcome(&created),
            expected,
            "{existing:?} {trouble:?}: {created:?}"
        );
        assert_eq!(bench.requests(), requests, "{existing:?} {trouble:?}");
        let now = bench.tenant.client("c");
        if expected == "Sent" {
            assert_eq!(created.unwrap().client.access_token_ttl_minutes, Some(525_600));
            let now = now.unwrap();
            assert_eq!(
                (now.access_token_ttl, now.secret.as_str()),
                (525_600, its_secret().expose())
            );
        } else {
            assert_eq!(now.as_ref(), existing);
        }
    }
}

/// What an earlier creation may have made is not forgotten because it cannot be looked up now.
#[tokio::test]
async fn a_creation_of_before_stays_in_doubt_where_nobody_can_look() {
    for (proof, expected) in [(GivenBefore, "Unclear"), (GivenSecret, "Failed")] {
        let bench = bench().await.signed_in().await;
        bench.fail(Fault::on("GET", CLIENTS, Action::status(500)).always());
        let created = bench
            .client
            .create_oauth_client(&service_client("c"), proof)
            .await;
        assert_eq!(outcome(&created), expected, "{created:?}");
        assert_eq!(bench.count("POST", CLIENTS), 0);
    }
}

#[tokio::test]
async fn what_may_exist_is_not_denied() {
    let bench = bench().await.signed_in().await;
    let mut number = 0;
    let lost = Action::CommitThenReset;
    let down = || Some(Action::status(500));
    for (action, looks, lag, expected) in [
        (lost.clone(), down(), 0, "Unclear"),
        (lost.clone(), Some(Action::status(403)), 0, "Unclear"),
        (lost.clone(), Some(Action::html(200)), 0, "Unclear"),
        (lost.clone(), Some(Action::Reset), 0, "Unclear"),
        (Action::CommitThenTruncate, down(), 0, "Unclear"),
        (Action::status(500).committed(), down(), 0, "Unclear"),
        (Action::status(201).committed(), down(), 0, "Unclear"),
        (
            Action::html(200).committed(),
            Some(Action::html(200)),
            0,
            "Unclear",
        ),
        (
            Action::html(503).committed(),
            Some(Action::html(503)),
            0,
            "Unclear",
        ),
        // It appears later than anybody looks.
        (lost.clone(), None, 30_000, "Unclear"),
        (Action::status(500).committed(), None, 30_000, "Unclear"),
        (Action::html(504).committed(), None, 30_000, "Unclear"),
        // It appears in time.
        (lost.clone(), None, 6_000, "Sent"),
        (lost, None, 8_000, "Sent"),
        (Action::status(202).committed(), None, 8_000, "Sent"),
        (Action::status(500).committed(), None, 6_000, "Sent"),
        (Action::status(202).committed(), None, 2_000, "Sent"),
        // What the tenant says is done is waited for longer.
        (Action::status(201).committed(), None, 30_000, "Sent"),
        (Action::status(202).committed(), None, 50_000, "Sent"),
        (Action::status(202).committed(), None, 90_000, "Unclear"),
        // It was not carried out, which nobody can see.
        (Action::Reset, None, 0, "Unclear"),
        (Action::status(500), None, 0, "Unclear"),
        (Action::status(200), None, 0, "Unclear"),
        (Action::html(504), None, 0, "Unclear"),
        // It was refused.
        (Action::status(400), None, 0, "Failed"),
        (Action::errors(409), None, 0, "Failed"),
        (Action::errors(400), down(), 0, "Failed"),
        (Action::status(403), None, 0, "Failed"),
        (Action::html(404), None, 0, "Failed"),
        (Action::too_many_requests("86400"), None, 0, "Failed"),
    ] {
        for proof in [FreshSecret, GivenSecret] {
            bench
                .tenant
                .switches(|switches| switches.lag_client_reads_ms = lag);
            bench.clock.advance(Duration::from_secs(6)); // no list is as old as that
            bench.fail(Fault::on("POST", CLIENTS, action.clone()));
            if let Some(looks) = looks.clone() {
                let before = if proof == GivenSecret { 2 } else { 0 };
                bench.fail(Fault::on("GET", CLIENTS, looks).always().after(before));
            }
            number += 1;
            let new = numbered(&service_client(""), number);
            let created = bench.client.create_oauth_client(&new, proof).await;
            bench.tenant.clear_faults();
            let case = format!("{proof:?} {action:?} {looks:?} {lag}: {created:?}");
            assert_eq!(outcome(&created), expected, "{case}");
            let denied = format!("{created:?}").contains("nothing was created");
            assert!(!denied || expected == "Failed", "{case}");
            if let Err(CreateError::Unclear { id, .. }) = &created {
                assert_eq!(*id, new.client_id);
            }
        }
    }
}

#[tokio::test]
async fn whoever_is_in_a_hurry_does_not_wait_and_denies_nothing() {
    for (action, lag, expected) in [
        (Action::CommitThenReset, 0, "Sent"),
        (Action::CommitThenReset, 2_000, "Unclear"),
        (Action::status(500).committed(), 2_000, "Unclear"),
        (Action::status(202).committed(), 2_000, "Unclear"),
        (Action::Reset, 0, "Unclear"),
        (Action::status(400), 0, "Failed"),
    ] {
        let bench = bench_switched(|switches| switches.lag_client_reads_ms = lag)
            .await
            .signed_in()
            .await;
        bench.clock.hurry_after(0);
        bench.fail(Fault::on("POST", CLIENTS, action.clone()));
        let created = bench
            .client
            .create_oauth_client(&service_client("c"), FreshSecret)
            .await;
        assert_eq!(outcome(&created), expected, "{action:?} {lag}: {created:?}");
        assert_eq!(bench.slept(), [0; 0]);
        assert_eq!(bench.count("GET", CLIENTS), 1, "one look");
    }
    // The secret is refused at first, as the token endpoint lags.
    let bench = bench_switched(|switches| switches.lag_token_ms = 2_000)
        .await
        .signed_in()
        .await;
    bench.clock.hurry_after(0);
    bench.fail(Fault::on("POST", CLIENTS, Action::CommitThenReset));
    let created = bench
        .client
        .create_oauth_client(&service_client("c"), FreshSecret)
        .await;
    assert_eq!(outcome(&created), "Unclear");
}

/// Which secret a new client has is found out where the answer shows another one than was sent.
#[tokio::test]
async fn a_mask_is_never_taken_for_the_tenants_own_secret() {
    use SecretRead::{Blank, Clear, Dots, Omit, Stars};
    for form in SECRET_FORMS {
        // What is plainly no secret leaves the one that was sent.
        let silent = matches!(form, Blank | Omit | Stars | Dots);
        let bench = bench().await.signed_in().await;
        let cases = [
            (true, false, 0),
            (true, false, 2_000),
            (true, false, 8_000),
            (true, true, 0),
            (true, true, 8_000),
            (false, false, 0),
            (false, true, 0),
        ];
        for (number, (grant, own, lag)) in cases.into_iter().enumerate() {
            bench.tenant.switches(|switches| {
                switches.secret_post = form;
                switches.own_secret = own;
                switches.lag_token_ms = lag;
            });
            let new = if grant { service_client("") } else { web_client("") };
            let new = numbered(&new, number);
            let created = bench.client.create_oauth_client(&new, FreshSecret).await;
            let expected = match (silent, form) {
                (true, _) => "Sent",
                (false, _) if !own => "Sent",
                (false, Clear) => "Tenants",
                (false, _) => "Undecided",
            };
            let case = format!("{form:?} grant {grant} own {own} lag {lag}");
            assert_eq!(outcome(&created), expected, "{case}");
            if let Ok(Chosen::Tenants(secret)) = created.map(|created| created.secret) {
                assert_eq!(
                    secret.expose(),
                    bench.tenant.client(&new.client_id).unwrap().secret,
                    "{case}"
                );
            }
            let undisturbed = silent || (form == Clear && !own);
            assert_eq!(bench.requests().len() == 1, undisturbed, "{case}");
            let waits = match (undisturbed, expected, lag) {
                _ if !undisturbed && !grant && own => vec![2],
                (true, ..) | (_, "Sent" | "Tenants", 0) => vec![],
                (_, "Sent" | "Tenants", 2_000) => vec![2],
                _ => vec![2, 5, 10],
            };
            assert_eq!(bench.slept(), waits, "{case}");
        }
    }
}

/// A token endpoint that lags accepts the secret of a client that was deleted a moment ago, and of a new one of the same id
/// and with the same secret nothing is known by that.
#[tokio::test]
async fn a_secret_that_is_accepted_from_before_is_not_taken_for_the_new_clients() {
    use SecretRead::{Clear, Crosses, Hidden, LastFour, Sha256};
    for (shown, own, lag, expected, waits) in [
        (Clear, true, 0, "Tenants", vec![]),
        (Clear, true, 2_000, "Tenants", vec![2]),
        (Clear, true, 8_000, "Tenants", vec![2, 5, 10]),
        (Clear, true, 60_000, "Sent", vec![2, 5, 10]), // lags longer than anybody looks
        (Clear, false, 2_000, "Sent", vec![]),
        (Crosses, false, 2_000, "Sent", vec![]),
        (LastFour, false, 2_000, "Sent", vec![]),
        (Hidden, false, 2_000, "Sent", vec![]),
        (Sha256, false, 2_000, "Sent", vec![2, 5, 10]), // may be a secret, by its looks
    ] {
        let bench = bench().await.signed_in().await;
        bench.made(&service_client("c")).await;
        bench.clock.advance(Duration::from_secs(120));
        bench.tenant.switches(|switches| {
            switches.secret_post = shown;
            switches.own_secret = own;
            switches.lag_token_ms = lag;
        });
        bench.client.delete_oauth_client("c", None).await.unwrap();
        let created = bench
            .client
            .create_oauth_client(&service_client("c"), GivenSecret)
            .await;
        let case = format!("{shown:?}, own {own}, lag {lag}");
        assert_eq!(outcome(&created), expected, "{case}");
        assert_eq!(bench.slept(), waits, "{case}");
    }
    // whoever is in a hurry keeps both
    let bench = bench().await.signed_in().await;
    bench.made(&service_client("c")).await;
    bench.clock.advance(Duration::from_secs(120));
    bench.tenant.switches(|switches| {
        switches.secret_post = Clear;
        switches.own_secret = true;
        switches.lag_token_ms = 2_000;
    });
    bench.client.delete_oauth_client("c", None).await.unwrap();
    bench.clock.hurry_after(0);
    let created = bench
        .client
        .create_oauth_client(&service_client("c"), GivenSecret)
        .await;
    assert_eq!(outcome(&created), "Undecided");
}

#[tokio::test]
async fn a_lost_answer_of_a_tenant_that_makes_its_own_secrets_is_not_denied() {
    let expected = |proof: Proof| match proof {
        // Nobody can tell it from a client that was there before.
        FreshSecret => "AlreadyExists",
        GivenSecret | GivenBefore => "Unclear",
    };
    for proof in [FreshSecret, GivenSecret, GivenBefore] {
        let bench = bench_switched(|switches| switches.own_secret = true)
            .await
            .signed_in()
            .await;
        bench.fail(Fault::on("POST", CLIENTS, Action::CommitThenReset));
        let created = bench
            .client
            .create_oauth_client(&service_client("c"), proof)
            .await;
        assert_eq!(outcome(&created), expected(proof), "{proof:?}");
    }
}

#[tokio::test]
async fn a_secret_that_one_answer_does_not_refuse_is_not_replaced() {
    // The token endpoint fails just when the sent secret is tried, while what the answer shows is accepted.
    let bench = bench().await.signed_in().await;
    let shown = json!({"clientId": "c", "secret": "tenants-own"});
    bench
        .tenant
        .put_client(somebody_elses(&service_client("c"), "tenants-own"));
    bench.fail(Fault::on("POST", CLIENTS, Action::json(201, &shown)));
    bench.fail(Fault::on("POST", TOKEN, Action::html(403)));
    let created = bench
        .client
        .create_oauth_client(&service_client("c"), FreshSecret)
        .await;
    assert_eq!(outcome(&created), "Tenants");
    assert_eq!(bench.slept(), [2], "asked again until the sent one was refused");
    assert!(matches!(created.unwrap().secret, Chosen::Tenants(own) if own == Secret::new("tenants-own")));
}
