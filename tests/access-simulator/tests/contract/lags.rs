//! Reads that lag behind writes, on a tenant's clock that stands still until it is moved.

use std::time::Duration;

use access_simulator::{SecretRead, Switches};
use jiff::Timestamp;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::*;

const LAG: u64 = 2_000;

async fn lagging(change: impl FnOnce(&mut Switches)) -> Caller {
    let caller = Caller::with(change).await;
    caller.tenant().set_now(Timestamp::now());
    caller
}

fn wait(caller: &Caller, millis: u64) {
    caller.tenant().advance(Duration::from_millis(millis));
}

impl Caller {
    async fn put_client(&self, id: &str, body: &Value) -> Answer {
        self.send(Method::PUT, &format!("{CLIENTS}/{id}"), CLIENT, body)
            .await
    }
}

#[tokio::test]
async fn reads_of_a_client_show_what_was_there_before_the_write() {
    let caller = lagging(|switches| {
        switches.lag_client_reads_ms = LAG;
        switches.secret_read = SecretRead::Clear;
    })
    .await;
    let one = format!("{CLIENTS}/c");
    let shown = async || {
        let read = caller.get(&one).await;
        (
            read.status,
            read.json["secret"].clone(),
            read.json["rememberAs"].clone(),
        )
    };
    caller.post_client(&service_client("c")).await;
    assert_eq!(
        caller.listed(CLIENTS, "clientId").await.len(),
        4,
        "only this read lags"
    );
    assert_eq!(caller.mint("c", "s3cret").await.status, 200);
    assert_eq!(shown().await.0, 404);
    wait(&caller, LAG - 1);
    assert_eq!(shown().await.0, 404);
    wait(&caller, 1);
    assert_eq!(shown().await, (200, json!("s3cret"), json!(null)));

    // Of two writes, each is seen when it is due.
    let mut body = service_client("c");
    body["secret"] = json!("second");
    assert_eq!(caller.put_client("c", &body).await.json["secret"], "second");
    wait(&caller, 1_500);
    body["rememberAs"] = json!("C");
    caller.put_client("c", &body).await;
    assert_eq!(shown().await, (200, json!("s3cret"), json!(null)));
    wait(&caller, 500);
    assert_eq!(shown().await, (200, json!("second"), json!(null)));
    wait(&caller, 1_500);
    assert_eq!(shown().await, (200, json!("second"), json!("C")));

    assert_eq!(caller.delete(&one).await.status, 204);
    assert_eq!(shown().await, (200, json!("second"), json!("C")));
    assert_eq!(caller.delete(&one).await.status, 404, "writes meet the truth");
    wait(&caller, LAG);
    assert_eq!(shown().await.0, 404);
}

#[tokio::test]
async fn the_list_of_clients_shows_what_was_there_before_the_write() {
    let caller = lagging(|switches| switches.lag_client_list_ms = LAG).await;
    let before = caller.listed(CLIENTS, "clientId").await;
    caller.post_client(&service_client("b")).await;
    assert_eq!(caller.listed(CLIENTS, "clientId").await, before);
    assert_eq!(caller.get(&format!("{CLIENTS}/b")).await.status, 200);
    wait(&caller, LAG);
    let after = caller.listed(CLIENTS, "clientId").await;
    assert_eq!(after[2], "b");
    caller.delete(&format!("{CLIENTS}/b")).await;
    assert_eq!(caller.listed(CLIENTS, "clientId").await, after);
    wait(&caller, LAG);
    assert_eq!(caller.listed(CLIENTS, "clientId").await, before);
}

#[tokio::test]
async fn reads_and_lists_of_directories_lag_each_on_their_own() {
    for (reads, list) in [(LAG, 0), (0, LAG)] {
        let caller = lagging(|switches| {
            switches.lag_directory_reads_ms = reads;
            switches.lag_directory_list_ms = list;
            switches.directory_update = true;
        })
        .await;
        let created = caller.post_directory("D", "d").await;
        let id = created.json["directoryConfigurationId"].as_str().unwrap();
        let one = format!("{DIRECTORIES}/{id}");
        let seen = async || {
            let read = caller.get(&one).await.json["name"].clone();
            let domains = caller.get(&format!("{one}/domains")).await.status;
            assert_eq!(domains == 200, !read.is_null(), "they are one kind of read");
            let listed = caller.listed(DIRECTORIES, "name").await;
            (read, listed.get(1).cloned().unwrap_or_default())
        };
        // What lags, and what does not, in the order of `seen`.
        let pair = |late: Value, soon: Value| if reads > 0 { (late, soon) } else { (soon, late) };

        assert_eq!(seen().await, pair(json!(null), json!("D")));
        let again = caller.post_directory("D", "d").await;
        assert_eq!(again.status, 409, "writes meet the truth");
        wait(&caller, LAG);
        assert_eq!(seen().await, pair(json!("D"), json!("D")));
        let body = json!({"type": "OTHER_DIRECTORY", "name": "E", "domains": ["d"]});
        caller.send(Method::PUT, &one, OTHER, &body).await;
        assert_eq!(seen().await, pair(json!("D"), json!("E")));
        wait(&caller, LAG);
        caller.delete(&one).await;
        assert_eq!(seen().await, pair(json!("E"), json!(null)));
        wait(&caller, LAG);
        assert_eq!(seen().await, pair(json!(null), json!(null)));
    }
}

#[tokio::test]
async fn the_token_endpoint_learns_of_secrets_later() {
    let caller = lagging(|switches| switches.lag_token_ms = LAG).await;
    let admin = caller.mint("terraform-admin", "terraform-admin-secret").await;
    assert_eq!(admin.status, 200, "what was there at the start is known");
    caller.post_client(&service_client("c")).await;
    let refused = caller.mint("c", "s3cret").await;
    assert_eq!(
        (refused.status, &refused.json["error"]),
        (401, &json!("invalid_client"))
    );
    wait(&caller, LAG);
    assert_eq!(caller.mint("c", "s3cret").await.status, 200);

    let mut body = service_client("c");
    body["secret"] = json!("second");
    caller.put_client("c", &body).await;
    let statuses = async || {
        (
            caller.mint("c", "s3cret").await.status,
            caller.mint("c", "second").await.status,
        )
    };
    assert_eq!(statuses().await, (200, 401));
    wait(&caller, LAG);
    assert_eq!(statuses().await, (401, 200));
}

#[tokio::test]
async fn the_token_check_learns_of_tokens_later() {
    let caller = lagging(|switches| switches.lag_is_valid_ms = LAG).await;
    let minted = caller.mint("terraform-admin", "terraform-admin-secret").await;
    let token = minted.json["access_token"].as_str().unwrap();
    let ask = async |path: &str| {
        let request = caller.http.get(caller.url(path)).bearer_auth(token);
        answer(request.send().await.unwrap()).await
    };
    assert_eq!(ask(CHECK).await.text, "false");
    assert_eq!(ask(CLIENTS).await.status, 200, "the token works all the same");
    wait(&caller, LAG);
    assert_eq!(ask(CHECK).await.text, "true");
}

#[tokio::test]
async fn what_a_test_changes_is_seen_at_once() {
    let caller = lagging(|switches| {
        switches.lag_client_reads_ms = LAG;
        switches.lag_token_ms = LAG;
        switches.lag_directory_list_ms = LAG;
        switches.secret_read = SecretRead::Clear;
    })
    .await;
    caller.post_client(&service_client("c")).await;
    caller.tenant().set_client_secret("c", "regenerated");
    let read = caller.get(&format!("{CLIENTS}/c")).await;
    assert_eq!(read.json["secret"], "regenerated");
    assert_eq!(caller.mint("c", "regenerated").await.status, 200);
    caller.tenant().delete_client("c");
    assert_eq!(caller.get(&format!("{CLIENTS}/c")).await.status, 404);

    caller.post_directory("D", "d").await;
    let id = caller.tenant().directories()[1].id.clone();
    caller
        .tenant()
        .change_directory(&id, |directory| directory.name = "E".into());
    assert_eq!(caller.listed(DIRECTORIES, "name").await[1], "E");
    caller.delete(&format!("{DIRECTORIES}/{id}")).await;
    assert_eq!(caller.listed(DIRECTORIES, "name").await[1], "E");
    caller.tenant().delete_directory(&id);
    assert_eq!(caller.listed(DIRECTORIES, "name").await.len(), 1);
}

#[tokio::test]
async fn without_a_lag_a_clock_that_is_set_back_hides_nothing() {
    let caller = Caller::new().await;
    caller.post_client(&service_client("c")).await;
    caller.tenant().set_clock(-3_600);
    assert_eq!(caller.get(&format!("{CLIENTS}/c")).await.status, 200);
    assert_eq!(caller.mint("c", "s3cret").await.status, 200);
    assert_eq!(caller.get(CHECK).await.text, "true");
}
