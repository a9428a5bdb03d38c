//! No secret in any log line or error, at any level.

use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex};

use access_simulator::{Action, Fault};
use terraform_plugin::secret::Secret;
use terraform_provider_wsoa::access::Proof::FreshSecret;
use terraform_provider_wsoa::access::SecretChange;
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt as _};

use crate::kit::*;

#[derive(Clone, Default)]
struct Log(Arc<Mutex<String>>);

impl<S: Subscriber> Layer<S> for Log {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        struct Line<'a>(&'a mut String);
        impl Visit for Line<'_> {
            fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
                write!(self.0, " {field}={value:?}").unwrap();
            }
        }
        let mut log = self.0.lock().unwrap();
        log.push_str(event.metadata().target());
        event.record(&mut Line(&mut log));
        log.push('\n');
    }
}

#[tokio::test]
async fn logs_and_errors_hold_no_secret() {
    let log = Log::default();
    // for the whole process: a subscriber of one thread can miss events whose place in the code another thread reached
    // first. It hears the other tests as well, which does no harm.
    tracing::subscriber::set_global_default(tracing_subscriber::registry().with(log.clone())).unwrap();
    let bench = bench().await;
    let new = service_client("c");
    let secret = new.secret.clone().unwrap();
    bench.fail(Fault::on("POST", CLIENTS, Action::CommitThenReset));
    bench.client.create_oauth_client(&new, FreshSecret).await.unwrap();
    let token = bench.client.mint("c", &secret, None).await.unwrap().access_token;
    bench.client.token_is_valid(&token).await.unwrap();
    let echo = Action::Answer {
        status: 400,
        headers: vec![],
        body: format!("bad: {}", secret.expose()),
    };
    bench.fail(Fault::on("PUT", CLIENTS, echo));
    let error = bench
        .client
        .update_oauth_client("c", &ttl(5), &SecretChange::Set(secret.clone()), None)
        .await
        .unwrap_err();
    let duplicate = bench
        .client
        .create_oauth_client(&service_client("c"), FreshSecret)
        .await;
    bench.client.revoke("c", &secret, &token).await.unwrap();
    let wrong = bench
        .client
        .mint("c", &Secret::new("wrong-secret"), None)
        .await
        .err()
        .unwrap();

    let text = format!(
        "{}{error} {error:?} {duplicate:?} {wrong} {wrong:?}",
        log.0.lock().unwrap()
    );
    assert!(
        text.contains("oauth2clients/c") && text.contains("[redacted]"),
        "{text}"
    );
    assert!(
        text.contains("attempt=1") && !text.contains("attempt=0"),
        "{text}"
    );
    let mut secrets = bench.tenant.every_secret();
    secrets.push("wrong-secret".to_owned());
    assert!(secrets.len() > 3);
    for secret in secrets {
        assert!(!text.contains(&secret), "{secret} in {text}");
    }
}
