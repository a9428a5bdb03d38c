//! OAuth clients whose answers were lost: whose is it, and which secret is in force?

use access_simulator::{Action, Fault, SecretRead};
use terraform_plugin::secret::Secret;
use terraform_provider_wsoa::access::Proof::{FreshSecret, GivenSecret};
use terraform_provider_wsoa::access::SecretChange::Keep;
use terraform_provider_wsoa::access::{
    CreateDirectoryError, CreateError, ErrorKind, OAuthClientChange, SecretInForce, UpdateError,
};

use crate::kit::*;

#[tokio::test]
async fn a_sign_in_that_got_no_answer_leaves_no_doubt_about_what_was_never_sent() {
    let bench = bench().await;
    bench.fail(Fault::on("POST", TOKEN, Action::CommitThenTruncate).times(20));
    let refused = bench
        .client
        .create_oauth_client(&service_client("c"), FreshSecret)
        .await;
    assert!(matches!(refused, Err(CreateError::Failed(_))), "{refused:?}");
    let refused = bench
        .client
        .create_other_directory("Okta", &["acme.example".into()])
        .await;
    assert!(
        matches!(refused, Err(CreateDirectoryError::Failed(_))),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_lost_answer_is_settled_by_the_secret() {
    let html = Action::CommitThenAnswer {
        status: 502,
        headers: vec![],
        body: "<html>".into(),
    };
    let fault = Action::CommitThenAnswer {
        status: 500,
        headers: vec![],
        body: String::new(),
    };
    for action in [
        Action::CommitThenReset,
        Action::CommitThenTruncate,
        Action::CommitThenEmpty,
        html,
        fault,
    ] {
        let bench = bench().await.signed_in().await;
        bench.fail(Fault::on("POST", CLIENTS, action.clone()));
        let created = bench
            .client
            .create_oauth_client(&service_client("c"), FreshSecret)
            .await;
        let created = created.unwrap_or_else(|error| panic!("{action:?}: {error:?}"));
        assert_eq!(format!("{:?}", created.secret), "Sent", "{action:?}");
        assert_eq!(bench.count("POST", CLIENTS), 1, "{action:?}: never twice");
    }
}

#[tokio::test]
async fn after_a_lost_answer_nothing_is_claimed_without_proof() {
    // Nothing was created, as far as anybody can see.
    let bench = bench().await.signed_in().await;
    bench.fail(Fault::on("POST", CLIENTS, Action::Reset));
    let error = bench
        .client
        .create_oauth_client(&service_client("c"), FreshSecret)
        .await
        .unwrap_err();
    assert!(
        matches!(&error, CreateError::Unclear { error, .. } if error.kind() == ErrorKind::Lost),
        "{error:?}"
    );
    assert_eq!(bench.count("POST", CLIENTS), 1);

    // Somebody else's.
    let mut other = service_client("c");
    other.secret = Some(Secret::new("somebody-else"));
    bench
        .client
        .create_oauth_client(&other, FreshSecret)
        .await
        .unwrap();
    bench.fail(Fault::on("POST", CLIENTS, Action::Reset));
    let error = bench
        .client
        .create_oauth_client(&service_client("c"), GivenSecret)
        .await
        .unwrap_err();
    assert!(matches!(error, CreateError::AlreadyExists { .. }), "{error:?}");

    // A client whose secret cannot be tried.
    let blind = answer(400, r#"{"error":"unauthorized_client"}"#);
    bench.fail(Fault::on("POST", TOKEN, blind).times(2));
    bench.fail(Fault::on("POST", CLIENTS, Action::CommitThenReset));
    let error = bench
        .client
        .create_oauth_client(&web_client("web"), GivenSecret)
        .await
        .unwrap_err();
    assert!(
        matches!(&error, CreateError::Unclear { id, .. } if id == "web"),
        "{error:?}"
    );
    assert!(!format!("{error:?} {error}").contains("a-secret"), "{error:?}");

    // The lookup fails, too.
    bench.fail(Fault::on("POST", CLIENTS, Action::CommitThenReset));
    bench.fail(Fault::on("GET", CLIENTS, Action::status(500)));
    let error = bench
        .client
        .create_oauth_client(&service_client("d"), FreshSecret)
        .await
        .unwrap_err();
    assert!(matches!(error, CreateError::Unclear { .. }), "{error:?}");
}

#[tokio::test]
async fn a_secret_shown_in_clear_settles_without_a_token() {
    let bench = bench_switched(|switches| switches.secret_read = SecretRead::Clear)
        .await
        .signed_in()
        .await;
    bench.fail(Fault::on("POST", CLIENTS, Action::CommitThenReset));
    bench
        .client
        .create_oauth_client(&service_client("c"), FreshSecret)
        .await
        .unwrap();
    assert_eq!(bench.requests(), ["POST oauth2clients", "GET c"]);
}

#[tokio::test]
async fn rotations_say_which_secret_is_in_force() {
    let bench = bench().await.signed_in().await;
    let old = service_client("c").secret.unwrap();
    bench
        .client
        .create_oauth_client(&service_client("c"), FreshSecret)
        .await
        .unwrap();

    let rotated = bench
        .client
        .update_oauth_client(
            "c",
            &OAuthClientChange::default(),
            &set("second-secret"),
            Some(&old),
        )
        .await
        .unwrap();
    assert_eq!(format!("{:?}", rotated.secret), "New");
    assert_eq!(bench.tenant.client("c").unwrap().secret, "second-secret");

    // A lost answer is repaired by putting the same again.
    bench.fail(Fault::on("PUT", CLIENTS, Action::CommitThenReset));
    bench
        .client
        .update_oauth_client("c", &OAuthClientChange::default(), &set("third-secret"), None)
        .await
        .unwrap();

    // Always lost, but carried out: the new secret proves it.
    bench.fail(Fault::on("PUT", CLIENTS, Action::CommitThenReset).times(5));
    bench
        .client
        .update_oauth_client("c", &OAuthClientChange::default(), &set("fourth-secret"), None)
        .await
        .unwrap();

    // Never carried out. The old one is accepted, but so it is where the new one only takes its time.
    let old = Secret::new("fourth-secret");
    bench.fail(Fault::on("PUT", CLIENTS, Action::Reset).times(5));
    let error = bench
        .client
        .update_oauth_client(
            "c",
            &OAuthClientChange::default(),
            &set("fifth-secret"),
            Some(&old),
        )
        .await
        .unwrap_err();
    let UpdateError {
        error,
        secret_in_force,
    } = error;
    assert_eq!(
        (error.kind(), secret_in_force),
        (ErrorKind::Lost, SecretInForce::Unknown)
    );

    // Nothing can be found out.
    bench.fail(Fault::on("PUT", CLIENTS, Action::Reset).times(5));
    bench.fail(Fault::on("POST", TOKEN, Action::status(400)).times(9));
    let error = bench
        .client
        .update_oauth_client(
            "c",
            &OAuthClientChange::default(),
            &set("sixth-secret"),
            Some(&old),
        )
        .await
        .unwrap_err();
    assert!(matches!(
        error,
        UpdateError {
            secret_in_force: SecretInForce::Unknown,
            ..
        }
    ));
    bench.tenant.clear_faults();

    // Refused.
    bench.fail(Fault::on("PUT", CLIENTS, Action::status(400)));
    let error = bench
        .client
        .update_oauth_client(
            "c",
            &OAuthClientChange::default(),
            &set("seventh-secret"),
            Some(&old),
        )
        .await
        .unwrap_err();
    assert!(matches!(
        error,
        UpdateError {
            secret_in_force: SecretInForce::Old,
            ..
        }
    ));

    // Gone.
    let error = bench
        .client
        .update_oauth_client("nobody", &ttl(1), &Keep(None), None)
        .await
        .unwrap_err();
    let UpdateError { error, .. } = error;
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn a_secret_that_is_refused_at_first_is_tried_again() {
    let wrong = || answer(401, r#"{"error":"invalid_client"}"#);
    let bench = bench().await.signed_in().await;
    bench.fail(Fault::on("POST", CLIENTS, Action::CommitThenReset));
    bench.fail(Fault::on("POST", TOKEN, wrong()).times(2));
    bench
        .client
        .create_oauth_client(&service_client("c"), FreshSecret)
        .await
        .unwrap();
    bench.fail(Fault::on("PUT", CLIENTS, Action::CommitThenReset).times(5));
    bench.fail(Fault::on("POST", TOKEN, wrong()));
    let old = service_client("c").secret;
    bench
        .client
        .update_oauth_client(
            "c",
            &OAuthClientChange::default(),
            &set("second-secret"),
            old.as_ref(),
        )
        .await
        .unwrap();
}

#[tokio::test]
async fn in_a_hurry_nothing_is_denied_that_may_still_come() {
    let bench = bench().await.signed_in().await;
    bench.clock.hurry_after(0);
    bench.fail(Fault::on("POST", CLIENTS, Action::Reset));
    let error = bench
        .client
        .create_oauth_client(&service_client("c"), FreshSecret)
        .await
        .unwrap_err();
    assert!(matches!(error, CreateError::Unclear { .. }), "{error:?}");
    assert_eq!(bench.count("GET", CLIENTS), 1, "one look, and no pause");

    let mut other = service_client("c");
    other.secret = Some(Secret::new("somebody-else"));
    bench
        .client
        .create_oauth_client(&other, FreshSecret)
        .await
        .unwrap();
    bench.fail(Fault::on("POST", CLIENTS, Action::Reset));
    let error = bench
        .client
        .create_oauth_client(&service_client("c"), FreshSecret)
        .await
        .unwrap_err();
    assert!(matches!(error, CreateError::Unclear { .. }), "{error:?}");

    bench.fail(Fault::on("PUT", CLIENTS, Action::Reset));
    let error = bench
        .client
        .update_oauth_client(
            "c",
            &OAuthClientChange::default(),
            &set("second-secret"),
            other.secret.as_ref(),
        )
        .await
        .unwrap_err();
    let UpdateError { secret_in_force, .. } = error;
    assert_eq!(secret_in_force, SecretInForce::Unknown);
}

#[tokio::test]
async fn what_an_earlier_attempt_may_have_done_is_not_forgotten() {
    // Interrupted while waiting for another attempt; and refused after another sign-in.
    for (sleeps, refusals) in [
        (2, vec![Action::too_many_requests("1")]),
        (usize::MAX - 99, vec![Action::status(401), Action::status(400)]),
    ] {
        let bench = bench().await.signed_in().await;
        bench
            .client
            .create_oauth_client(&service_client("c"), FreshSecret)
            .await
            .unwrap();
        bench.fail(Fault::on("PUT", CLIENTS, Action::CommitThenReset));
        for refusal in refusals {
            bench.fail(Fault::on("PUT", CLIENTS, refusal));
        }
        bench.clock.hurry_after(sleeps);
        let old = service_client("c").secret;
        bench
            .client
            .update_oauth_client(
                "c",
                &OAuthClientChange::default(),
                &set("second-secret"),
                old.as_ref(),
            )
            .await
            .unwrap();
        assert!(bench.tenant.pending_faults().is_empty());
    }
}
