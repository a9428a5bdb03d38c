//! The secret of an OAuth client: whether it is the right one, and what an update makes of it.

use std::time::Duration;

use access_simulator::{Action, ErrorBody, Fault, PutSecret, SecretRead, Switches};
use serde_json::{Value, json};
use terraform_plugin::secret::Secret;
use terraform_provider_wsoa::access::SecretChange::Keep;
use terraform_provider_wsoa::access::{
    OAuthClientChange, SecretInForce, SecretOutcome, SecretVerdict, UpdateError,
};

use crate::kit::*;

fn word(verdict: &SecretVerdict) -> &'static str {
    match verdict {
        SecretVerdict::Accepted => "accepted",
        SecretVerdict::Refused => "refused",
        SecretVerdict::CannotTell(_) => "cannot tell",
    }
}

fn oauth_error(status: u16, code: &str) -> Action {
    Action::json(status, &json!({"error": code}))
}

/// The `secret` in the one PUT so far.
fn secret_put(bench: &Bench) -> Option<String> {
    let requests = bench.tenant.requests();
    let mut puts = requests.iter().filter(|request| request.method == "PUT");
    let body: Value = serde_json::from_str(&puts.next().unwrap().body).unwrap();
    assert!(puts.next().is_none());
    body.get("secret")
        .map(|secret| secret.as_str().unwrap().to_owned())
}

#[tokio::test]
async fn an_update_sends_the_secret_that_is_accepted_or_none() {
    use SecretRead::{Blank, Clear, Dots, Omit, Stars};
    let right = its_secret();
    for form in SECRET_FORMS {
        let readable = !matches!(form, Blank | Omit | Stars | Dots);
        let bench = bench_switched(|switches| switches.secret_read = form)
            .await
            .signed_in()
            .await;
        for (known, grant) in [
            (Some("right"), true),
            (Some("wrong"), true),
            (None, true),
            (Some("right"), false),
            (Some("wrong"), false),
            (None, false),
        ] {
            let new = if grant {
                service_client("c")
            } else {
                web_client("c")
            };
            bench.tenant.put_client(somebody_elses(&new, right.expose()));
            let secret = known.map(|known| match known {
                "right" => right.clone(),
                _ => Secret::new("regenerated-since"),
            });
            let updated = bench
                .client
                .update_oauth_client("c", &ttl(60), &Keep(secret), None)
                .await
                .unwrap();
            let case = format!("{form:?} known {known:?} grant {grant}");

            let sent = match known {
                Some("right") => grant || form == Clear,
                Some(_) => false, // what is shown may be the one from before
                None => grant && form == Clear,
            };
            let put = secret_put(&bench);
            assert_eq!(put.as_deref(), sent.then_some(right.expose()), "{case}");
            let probes = match (grant, known) {
                (false, _) => 0,
                (true, Some("right")) => usize::from(form != Clear),
                (true, Some(_)) => 1,
                (true, None) => usize::from(readable),
            };
            let mut expected = vec!["GET c"];
            expected.extend(vec!["POST oauthtoken"; probes]);
            expected.push("PUT c");
            assert_eq!(bench.requests(), expected, "{case}");
            assert_eq!(bench.slept(), [0; 0], "{case}");

            let refused = grant && known == Some("wrong");
            let outcome = if refused { "KnownIsLeftOut" } else { "Kept" };
            assert_eq!(format!("{:?}", updated.secret), outcome, "{case}");
            let now = bench.tenant.client("c").unwrap();
            assert_eq!(
                (now.secret.as_str(), now.access_token_ttl),
                (right.expose(), 60),
                "{case}"
            );
        }
    }
}

#[tokio::test]
async fn an_update_soon_after_a_rotation_does_not_put_the_old_secret_back() {
    let bench = bench_switched(|it| it.secret_read = SecretRead::Clear).await;
    bench.made(&service_client("c")).await;
    let bench = rotated_with(bench, 2_000).await;
    bench.tenant.switches(|it| it.lag_client_reads_ms = 2_000);
    let known = Keep(Some(Secret::new("second-secret")));
    bench
        .client
        .update_oauth_client("c", &ttl(60), &known, None)
        .await
        .unwrap();
    assert_eq!(secret_put(&bench), None);
    assert_eq!(bench.tenant.client("c").unwrap().secret, "second-secret");
}

#[tokio::test]
async fn a_secret_of_which_nothing_was_said_is_left_out() {
    for trouble in [
        Action::status(401),
        Action::html(401),
        Action::status(500),
        Action::Reset,
    ] {
        let bench = bench().await;
        bench.made(&service_client("c")).await;
        bench.fail(Fault::on("POST", TOKEN, trouble.clone()).always());
        let known = Keep(Some(its_secret()));
        let updated = bench
            .client
            .update_oauth_client("c", &ttl(60), &known, None)
            .await
            .unwrap();
        assert_eq!(format!("{:?}", updated.secret), "KnownIsLeftOut", "{trouble:?}");
        assert_eq!(secret_put(&bench), None, "{trouble:?}");
        assert_eq!(bench.tenant.client("c").unwrap().secret, its_secret().expose());
    }
}

/// What becomes of a rotation at a tenant like this, the requests, and the waits.
async fn rotation(change: impl FnOnce(&mut Switches)) -> (String, Vec<String>, Vec<u64>) {
    let bench = bench().await;
    bench.made(&service_client("c")).await;
    bench.clock.advance(Duration::from_secs(60)); // the creation has spread
    bench.tenant.switches(change);
    let updated = bench
        .client
        .update_oauth_client(
            "c",
            &OAuthClientChange::default(),
            &set("second-secret"),
            Some(&its_secret()),
        )
        .await
        .unwrap();
    (format!("{:?}", updated.secret), bench.requests(), bench.slept())
}

#[tokio::test]
async fn a_rotation_is_done_when_the_new_secret_works() {
    for (lag, expected, waits) in [
        (0, "New", vec![]),
        (2_000, "New", vec![2]),
        (8_000, "New", vec![2, 5, 10]),
        (20_000, "Undecided", vec![2, 5, 10]),
    ] {
        for form in SECRET_FORMS {
            let (secret, requests, slept) = rotation(|it| {
                it.lag_token_ms = lag;
                it.secret_read = form;
            })
            .await;
            assert_eq!(secret, expected, "{lag} {form:?}");
            assert_eq!(slept, waits, "{lag} {form:?}");
            assert_eq!(requests[..3], ["GET c", "PUT c", "POST oauthtoken"]);
        }
    }
}

#[tokio::test]
async fn a_new_secret_that_does_not_work_is_not_forgotten_nor_the_old_one() {
    for form in SECRET_FORMS {
        for body in [ErrorBody::Usual, ErrorBody::Html, ErrorBody::Empty] {
            let (secret, _, waits) = rotation(|it| {
                it.put_secret = PutSecret::Ignored;
                it.secret_read = form;
                it.bad_client_body = body;
            })
            .await;
            assert_eq!(secret, "Undecided", "{form:?} {body:?}");
            assert_eq!(waits, [2, 5, 10], "{form:?} {body:?}");
        }
    }
}

/// A client that is read back may be shown with its old secret, which works until the new one has spread.
#[tokio::test]
async fn an_old_secret_that_is_shown_is_not_taken_for_the_tenants_own() {
    for status in [202, 204] {
        let (secret, requests, waits) = rotation(|it| {
            it.client_put_status = status;
            it.secret_read = SecretRead::Clear;
            it.lag_client_reads_ms = 2_000;
            it.lag_token_ms = 2_000;
        })
        .await;
        assert_eq!(secret, "New", "{status}");
        assert_eq!(requests[2..], ["GET c", "POST oauthtoken", "POST oauthtoken"]);
        assert_eq!(waits, [2]);
    }
}

#[tokio::test]
async fn a_rotation_that_cannot_be_tried_or_was_refused_says_so() {
    // Without the grant no token can be minted. A tenant may refuse the right secret otherwise than a wrong one.
    let bench = bench().await;
    bench.made(&web_client("c")).await;
    let nothing = OAuthClientChange::default();
    for (secret, trouble, expected, tries) in [
        ("second-secret", None, "New", 2),
        ("another-secret", Some(Action::status(401)), "Untried", 1),
    ] {
        if let Some(trouble) = trouble {
            bench.fail(Fault::on("POST", TOKEN, trouble).times(9));
        }
        let updated = bench
            .client
            .update_oauth_client("c", &nothing, &set(secret), None)
            .await
            .unwrap();
        assert_eq!(format!("{:?}", updated.secret), expected);
        let requests = [["GET c", "PUT c"].as_slice(), &["POST oauthtoken"; 2][..tries]].concat();
        assert_eq!(bench.requests(), requests);
        assert_eq!(bench.tenant.client("c").unwrap().secret, secret);
    }
    bench.tenant.clear_faults();

    // The tenant takes no secret in a PUT.
    bench.tenant.switches(|it| it.put_secret = PutSecret::Refused);
    let error = bench
        .client
        .update_oauth_client("c", &nothing, &set("third-secret"), None)
        .await
        .unwrap_err();
    let UpdateError { secret_in_force, .. } = error;
    assert_eq!(secret_in_force, SecretInForce::Old);
}

#[tokio::test]
async fn a_secret_that_the_tenant_makes_in_a_rotation_is_returned() {
    let nothing = OAuthClientChange::default();
    let bench = bench().await;
    bench
        .tenant
        .put_client(somebody_elses(&service_client("c"), "tenants-own"));
    let shown = json!({
        "clientId": "c", "secret": "tenants-own", "scope": "admin", "authGrantTypes": "client_credentials",
    });
    bench.fail(Fault::on("PUT", CLIENTS, Action::json(200, &shown)));
    let updated = bench
        .client
        .update_oauth_client("c", &nothing, &set("second-secret"), Some(&its_secret()))
        .await
        .unwrap();
    assert!(
        matches!(&updated.secret, SecretOutcome::Tenants(own) if own.expose() == "tenants-own"),
        "{:?}",
        updated.secret
    );
}

#[tokio::test]
async fn in_a_hurry_a_rotation_is_undecided_at_most() {
    for (action, lag) in [
        (None, 2_000),
        (Some(Action::CommitThenReset), 2_000),
        (Some(Action::Reset), 0),
    ] {
        let bench = bench().await;
        bench.made(&service_client("c")).await;
        bench.tenant.switches(|it| it.lag_token_ms = lag);
        bench.clock.advance(Duration::from_secs(60));
        bench.clock.hurry_after(0);
        if let Some(action) = action.clone() {
            bench.fail(Fault::on("PUT", CLIENTS, action).always());
        }
        let updated = bench
            .client
            .update_oauth_client(
                "c",
                &OAuthClientChange::default(),
                &set("second-secret"),
                Some(&its_secret()),
            )
            .await;
        match updated {
            Ok(updated) => assert_eq!(format!("{:?}", updated.secret), "Undecided", "{action:?}"),
            Err(UpdateError { secret_in_force, .. }) => {
                assert!(action.is_some());
                assert_eq!(
                    secret_in_force,
                    SecretInForce::Unknown,
                    "{action:?}: it may still come"
                );
            }
        }
        assert_eq!(bench.slept(), [0; 0]);
    }
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "a table")]
async fn only_a_clear_word_twice_refuses_a_secret() {
    let refused = || oauth_error(401, "invalid_client");
    for (right, said, expected, asked, waits) in [
        (true, vec![], "accepted", 1, vec![]),
        (false, vec![], "refused", 2, vec![3]),
        (true, vec![refused()], "accepted", 2, vec![3]),
        (
            true,
            vec![refused(), oauth_error(400, "unauthorized_client")],
            "accepted",
            2,
            vec![3],
        ),
        (
            true,
            vec![refused(), Action::status(401)],
            "cannot tell",
            2,
            vec![3],
        ),
        (
            true,
            vec![refused(), Action::html(401)],
            "cannot tell",
            2,
            vec![3],
        ),
        (true, vec![Action::status(401)], "cannot tell", 1, vec![]),
        (true, vec![Action::html(401)], "cannot tell", 1, vec![]),
        (true, vec![Action::html(403)], "cannot tell", 1, vec![]),
        (true, vec![Action::html(200)], "cannot tell", 1, vec![]),
        // said before anybody has looked at the secret
        (
            false,
            vec![oauth_error(400, "unsupported_grant_type")],
            "cannot tell",
            1,
            vec![],
        ),
        (
            false,
            vec![oauth_error(403, "access_denied")],
            "cannot tell",
            1,
            vec![],
        ),
        (true, vec![Action::status(400)], "cannot tell", 1, vec![]),
        (
            true,
            vec![oauth_error(200, "invalid_grant")],
            "accepted",
            1,
            vec![],
        ),
        (
            true,
            vec![Action::json(200, &json!({}))],
            "cannot tell",
            1,
            vec![],
        ),
        (
            true,
            vec![oauth_error(401, "unauthorized_client")],
            "cannot tell",
            1,
            vec![],
        ),
        (
            true,
            vec![oauth_error(200, "invalid_client"); 2],
            "refused",
            2,
            vec![3],
        ),
    ] {
        let bench = bench().await;
        bench.made(&service_client("c")).await;
        for action in said.clone() {
            bench.fail(Fault::on("POST", TOKEN, action));
        }
        let secret = if right { its_secret() } else { Secret::new("wrong") };
        let verdict = bench.client.check_secret("c", &secret).await;
        assert_eq!(word(&verdict), expected, "{right} {said:?}: {verdict:?}");
        assert_eq!(bench.count("POST", TOKEN), asked, "{said:?}");
        assert_eq!(bench.slept(), waits, "{said:?}");
    }
    // A token endpoint that is down is asked again, as always, and says nothing.
    for trouble in [Action::status(500), Action::status(503), Action::Reset] {
        let bench = bench().await;
        bench.made(&service_client("c")).await;
        bench.fail(Fault::on("POST", TOKEN, trouble.clone()).always());
        let verdict = bench.client.check_secret("c", &its_secret()).await;
        assert_eq!(word(&verdict), "cannot tell", "{trouble:?}");
    }
    // A tenant whose refusals have no words.
    for body in [ErrorBody::Empty, ErrorBody::Html] {
        let bench = bench_switched(|it| it.bad_client_body = body).await;
        bench.made(&service_client("c")).await;
        let verdict = bench.client.check_secret("c", &Secret::new("wrong")).await;
        assert_eq!(word(&verdict), "cannot tell", "{body:?}");
    }
    // Nobody waits for the second word in a hurry.
    let bench = bench().await;
    bench.made(&service_client("c")).await;
    bench.clock.hurry_after(0);
    let verdict = bench.client.check_secret("c", &Secret::new("wrong")).await;
    assert_eq!(word(&verdict), "cannot tell");
    assert_eq!((bench.count("POST", TOKEN), bench.slept().len()), (1, 0));
}

/// A client whose secret was just rotated, at a tenant whose token endpoint learns of it that much later.
async fn just_rotated(lag: u64) -> Bench {
    let bench = bench().await;
    bench.made(&service_client("c")).await;
    rotated_with(bench, lag).await
}

async fn rotated_with(bench: Bench, lag: u64) -> Bench {
    bench.clock.advance(Duration::from_secs(60));
    bench.tenant.switches(|it| it.lag_token_ms = lag);
    bench.clock.hurry_after(0);
    let rotated = bench
        .client
        .update_oauth_client("c", &OAuthClientChange::default(), &set("second-secret"), None)
        .await;
    rotated.unwrap();
    bench.clock.no_hurry();
    bench.slept();
    bench.tenant.clear_requests();
    bench
}

async fn check_new_secret(bench: &Bench, secret: &Secret) -> SecretVerdict {
    let first = bench.client.try_secret("c", secret).await;
    bench.client.confirm_new_secret("c", secret, first).await
}

#[tokio::test]
async fn a_secret_that_is_new_gets_the_time_to_spread() {
    let new = Secret::new("second-secret");
    for (lag, expected, waits) in [
        (0, "accepted", vec![]),
        (2_000, "accepted", vec![3]),
        (4_000, "accepted", vec![3, 2]),
        (8_000, "accepted", vec![3, 2, 5]),
        (60_000, "refused", vec![3, 2, 5]),
    ] {
        let bench = just_rotated(lag).await;
        let verdict = check_new_secret(&bench, &new).await;
        assert_eq!(word(&verdict), expected, "{lag}");
        assert_eq!(bench.slept(), waits, "{lag}");
    }
    let bench = just_rotated(8_000).await;
    bench.clock.hurry_after(1);
    let verdict = check_new_secret(&bench, &new).await;
    assert_eq!(word(&verdict), "cannot tell", "interrupted");
    let bench = just_rotated(0).await;
    bench.fail(Fault::on("POST", TOKEN, Action::html(401)));
    let verdict = check_new_secret(&bench, &new).await;
    assert_eq!(word(&verdict), "cannot tell");
}

#[tokio::test]
async fn a_client_is_ours_if_it_has_our_secret() {
    let wrong = Secret::new("wrong");
    for (new, lag, secret, expected) in [
        (service_client("c"), 0, its_secret(), "accepted"),
        (service_client("c"), 2_000, its_secret(), "accepted"),
        (service_client("c"), 0, wrong.clone(), "refused"),
        (web_client("c"), 0, its_secret(), "accepted"),
        (web_client("c"), 0, wrong, "refused"),
    ] {
        let bench = bench_switched(|it| it.lag_token_ms = lag).await;
        bench.made(&new).await;
        let verdict = bench.client.owns_client("c", &secret).await;
        assert_eq!(word(&verdict), expected, "{new:?} {lag}");
    }
    for trouble in [Action::status(401), Action::html(401), Action::status(400)] {
        let bench = bench().await;
        bench.made(&service_client("c")).await;
        bench.fail(Fault::on("POST", TOKEN, trouble.clone()));
        let verdict = bench.client.owns_client("c", &its_secret()).await;
        assert_eq!(word(&verdict), "cannot tell", "{trouble:?}");
    }
}
