//! Changes and deletions of OAuth clients: what proves that they were carried out.

use std::time::Duration;

use access_simulator::Action;
use access_simulator::DeleteAnswer;
use access_simulator::Etags;
use access_simulator::Fault;
use access_simulator::Switches;
use serde_json::json;
use terraform_provider_wsoa::access::OAuthClientChange;
use terraform_provider_wsoa::access::SecretChange::Keep;
use terraform_provider_wsoa::access::SecretInForce;
use terraform_provider_wsoa::access::UpdateError;

use crate::kit::*;

#[tokio::test]
async fn a_client_is_deleted_when_it_cannot_be_read_any_more() {
    type Setup = fn(&mut Switches);
    let (delete, get) = ("DELETE c", "GET c");
    let on_delete = |action| vec![Fault::on("DELETE", CLIENTS, action)];
    let on_get = |action| vec![Fault::on("GET", CLIENTS, action)];
    let undisturbed = || vec![delete, get];
    let still_there = || vec![delete, get, get, get];
    let nothing: Setup = |_| {};
    for (setup, faults, gone, requests, waits) in [
        (nothing, vec![], true, undisturbed(), vec![]),
        (
            (|it| it.client_delete_answer = DeleteAnswer::Text) as Setup,
            vec![],
            true,
            undisturbed(),
            vec![],
        ),
        (
            |it| it.client_delete_answer = DeleteAnswer::Errors,
            vec![],
            true,
            undisturbed(),
            vec![],
        ),
        (
            nothing,
            on_delete(Action::html(200).committed()),
            true,
            undisturbed(),
            vec![],
        ),
        // Not carried out, whatever the answer says.
        (
            nothing,
            on_delete(Action::status(204)),
            false,
            still_there(),
            vec![2, 5],
        ),
        (
            nothing,
            on_delete(Action::errors(200)),
            false,
            still_there(),
            vec![2, 5],
        ),
        (
            nothing,
            on_delete(answer(200, "The client has been deleted.")),
            false,
            still_there(),
            vec![2, 5],
        ),
        (
            nothing,
            on_delete(Action::html(200)),
            false,
            still_there(),
            vec![2, 5],
        ),
        (
            nothing,
            on_delete(Action::errors(404)),
            false,
            still_there(),
            vec![2, 5],
        ),
        (
            nothing,
            on_delete(Action::status(500)),
            false,
            still_there(),
            vec![2, 5],
        ),
        // Carried out, and answered otherwise.
        (
            nothing,
            on_delete(Action::status(500).committed()),
            true,
            undisturbed(),
            vec![],
        ),
        // Refused.
        (
            nothing,
            on_delete(Action::errors(403)),
            false,
            vec![delete],
            vec![],
        ),
        (
            nothing,
            on_delete(Action::errors(409)),
            false,
            vec![delete],
            vec![],
        ),
        // Reads lag.
        (
            |it| it.lag_client_reads_ms = 2_000,
            vec![],
            true,
            vec![delete, get, get],
            vec![2],
        ),
        (
            |it| it.lag_client_reads_ms = 8_000,
            vec![],
            false,
            still_there(),
            vec![2, 5],
        ),
        // The look fails.
        (nothing, on_get(Action::status(500)), false, undisturbed(), vec![]),
        (nothing, on_get(Action::errors(403)), false, undisturbed(), vec![]),
        (
            nothing,
            on_get(Action::html(404)),
            true,
            vec![delete, get, "GET oauth2clients"],
            vec![],
        ),
    ] {
        let bench = bench().await;
        bench.made(&service_client("c")).await;
        bench.clock.advance(Duration::from_secs(60));
        bench.tenant.switches(setup);
        for fault in faults.clone() {
            bench.fail(fault);
        }
        let deleted = bench.client.delete_oauth_client("c").await;
        let case = format!("{faults:?}: {deleted:?}");
        assert_eq!(deleted.is_ok(), gone, "{case}");
        assert_eq!(bench.requests(), requests, "{case}");
        assert_eq!(bench.slept(), waits, "{case}");
    }
}

#[tokio::test]
async fn a_client_that_is_gone_already_is_deleted() {
    let bench = bench().await.signed_in().await;
    bench.client.delete_oauth_client("c").await.unwrap();
    assert_eq!(bench.requests(), ["DELETE c", "GET c"]);
    // Its deletion was carried out and the answer lost, so that the repetition did not find it.
    bench.made(&service_client("c")).await;
    bench.fail(Fault::on("DELETE", CLIENTS, Action::CommitThenReset));
    bench.client.delete_oauth_client("c").await.unwrap();
    assert_eq!(bench.requests(), ["DELETE c", "DELETE c", "GET c"]);
}

#[tokio::test]
async fn in_a_hurry_a_deletion_is_looked_at_once() {
    for (lag, gone) in [(0, true), (2_000, false)] {
        let bench = bench().await;
        bench.made(&service_client("c")).await;
        bench.clock.advance(Duration::from_secs(60));
        bench.tenant.switches(|it| it.lag_client_reads_ms = lag);
        bench.clock.hurry_after(0);
        let deleted = bench.client.delete_oauth_client("c").await;
        assert_eq!(deleted.is_ok(), gone, "{lag}");
        assert_eq!(bench.requests(), ["DELETE c", "GET c"]);
        assert_eq!(bench.slept(), [0; 0]);
    }
}

/// The `If-Match` of each PUT.
fn conditions(bench: &Bench) -> Vec<Option<String>> {
    let requests = bench.tenant.requests();
    let puts = requests.iter().filter(|request| request.method == "PUT");
    puts.map(|put| put.header("if-match").map(str::to_owned))
        .collect()
}

#[tokio::test]
async fn a_write_is_conditional_where_the_tenant_can_tell() {
    for (etags, conditional) in [(Etags::None, false), (Etags::Weak, false), (Etags::Strong, true)] {
        let bench = bench_switched(|it| it.client_etags = etags).await;
        bench.made(&service_client("c")).await;
        bench
            .client
            .update_oauth_client("c", &ttl(60), &Keep(None), None)
            .await
            .unwrap();
        let [condition] = &conditions(&bench)[..] else {
            panic!("{etags:?}")
        };
        assert_eq!(condition.is_some(), conditional, "{etags:?}");
        assert_eq!(bench.tenant.client("c").unwrap().access_token_ttl, 60);
    }
}

#[tokio::test]
async fn what_somebody_else_changed_in_between_is_not_lost() {
    for (change, others, puts) in [
        (ttl(60), 525_600, 2), // another field
        (ttl(60), 60, 1),      // just what is wanted
    ] {
        let bench = bench_switched(|it| it.client_etags = Etags::Strong).await;
        bench.made(&service_client("c")).await;
        // The pause before the secret is tried, which is after the client was read.
        bench.fail(Fault::on("POST", TOKEN, Action::too_many_requests("1")));
        let tenant = bench.tenant.clone();
        bench.clock.followed_by(move |_| {
            tenant.change_client("c", |client| {
                client.remember_as = Some("Renamed".to_owned());
                client.access_token_ttl = others;
            });
        });
        let updated = bench
            .client
            .update_oauth_client("c", &change, &Keep(Some(its_secret())), None)
            .await
            .unwrap();
        assert_eq!(updated.client.remember_as.as_deref(), Some("Renamed"));
        let now = bench.tenant.client("c").unwrap();
        assert_eq!(
            (now.access_token_ttl, now.remember_as.as_deref()),
            (60, Some("Renamed"))
        );
        assert_eq!(now.secret, its_secret().expose());
        let conditions = conditions(&bench);
        assert_eq!(conditions.len(), puts);
        assert!(conditions.iter().all(Option::is_some));
        assert_eq!(bench.count("GET", CLIENTS), 2);
    }
}

#[tokio::test]
async fn a_tenant_that_does_not_mean_its_tags_is_written_to_all_the_same() {
    let refusal = || Action::errors(412);
    for (times, works, puts) in [(1, true, 2), (9, false, 2)] {
        let bench = bench_switched(|it| it.client_etags = Etags::Strong).await;
        bench.made(&service_client("c")).await;
        bench.fail(Fault::on("PUT", CLIENTS, refusal()).times(times));
        let updated = bench
            .client
            .update_oauth_client("c", &ttl(60), &Keep(None), None)
            .await;
        assert_eq!(updated.is_ok(), works);
        let conditions = conditions(&bench);
        assert_eq!(conditions.len(), puts);
        assert!(conditions[0].is_some() && conditions[1].is_none());
        if let Err(UpdateError::Failed { secret_in_force, .. }) = updated {
            assert_eq!(secret_in_force, SecretInForce::Old);
        }
    }
}

#[tokio::test]
async fn our_own_lost_write_is_not_taken_for_somebody_elses() {
    let bench = bench_switched(|it| it.client_etags = Etags::Strong).await;
    bench.made(&service_client("c")).await;
    bench.fail(Fault::on("PUT", CLIENTS, Action::CommitThenReset));
    let updated = bench
        .client
        .update_oauth_client("c", &ttl(60), &Keep(None), None)
        .await
        .unwrap();
    assert_eq!(updated.client.access_token_ttl_minutes, Some(60));
    assert_eq!(bench.requests(), ["GET c", "PUT c", "PUT c", "GET c"]);
    bench.fail(Fault::on("PUT", CLIENTS, Action::CommitThenReset));
    let nothing = OAuthClientChange::default();
    let updated = bench
        .client
        .update_oauth_client("c", &nothing, &set("second-secret"), None)
        .await
        .unwrap();
    assert_eq!(format!("{:?}", updated.secret), "New");
    assert_eq!(bench.tenant.client("c").unwrap().secret, "second-secret");
}

#[tokio::test]
async fn what_the_answer_to_a_change_does_not_show_is_read_back() {
    let (get, put) = ("GET c", "PUT c");
    let whole = json!({"clientId": "c", "accessTokenTTL": 60, "errors": [{"code": "cache.stale"}]});
    for (action, lag, done, requests, waits) in [
        (None, 0, true, vec![get, put], vec![]),
        (
            Some(Action::status(202).committed()),
            0,
            true,
            vec![get, put, get],
            vec![],
        ),
        (
            Some(Action::status(204).committed()),
            0,
            true,
            vec![get, put, get],
            vec![],
        ),
        (
            Some(Action::CommitThenEmpty),
            0,
            true,
            vec![get, put, get],
            vec![],
        ),
        (
            Some(Action::json(200, &json!([])).committed()),
            0,
            true,
            vec![get, put, get],
            vec![],
        ),
        (
            Some(Action::html(200).committed()),
            0,
            true,
            vec![get, put, get],
            vec![],
        ),
        (
            Some(Action::status(204).committed()),
            2_000,
            true,
            vec![get, put, get, get],
            vec![2],
        ),
        (
            Some(Action::status(202).committed()),
            6_000,
            true,
            vec![get, put, get, get, get],
            vec![2, 5],
        ),
        // Errors in an answer with a status of success.
        (
            Some(Action::errors(200).committed()),
            0,
            true,
            vec![get, put, get],
            vec![],
        ),
        (
            Some(Action::json(200, &whole).committed()),
            0,
            true,
            vec![get, put, get],
            vec![],
        ),
        (
            Some(Action::errors(200)),
            0,
            false,
            vec![get, put, get, get, get],
            vec![2, 5],
        ),
        (
            Some(Action::json(200, &whole)),
            0,
            false,
            vec![get, put, get, get, get],
            vec![2, 5],
        ),
        (
            Some(Action::html(200)),
            0,
            false,
            vec![get, put, get, get, get],
            vec![2, 5],
        ),
        (
            Some(Action::status(500).committed()),
            0,
            true,
            vec![get, put, get],
            vec![],
        ),
    ] {
        let bench = bench().await;
        bench.made(&service_client("c")).await;
        bench.clock.advance(Duration::from_secs(60));
        bench.tenant.switches(|it| it.lag_client_reads_ms = lag);
        if let Some(action) = action.clone() {
            bench.fail(Fault::on("PUT", CLIENTS, action));
        }
        let updated = bench
            .client
            .update_oauth_client("c", &ttl(60), &Keep(None), None)
            .await;
        let case = format!("{action:?} {lag}: {updated:?}");
        assert_eq!(updated.is_ok(), done, "{case}");
        if let Ok(updated) = &updated {
            assert_eq!(updated.client.access_token_ttl_minutes, Some(60), "{case}");
        }
        assert_eq!(bench.requests(), requests, "{case}");
        assert_eq!(bench.slept(), waits, "{case}");
    }
}

#[tokio::test]
async fn an_error_within_a_success_is_told() {
    let bench = bench().await;
    bench.made(&service_client("c")).await;
    bench.fail(Fault::on("PUT", CLIENTS, Action::errors(200)));
    let error = bench
        .client
        .update_oauth_client("c", &ttl(60), &Keep(None), None)
        .await
        .unwrap_err();
    let UpdateError::Failed { error, .. } = error;
    assert_eq!(error.server_errors()[0].message, "Something went wrong.");
}
