//! Lists in pages, cut short, or with something odd in them: what is in them counts, what is not does not.

use std::time::Duration;

use access_simulator::{Action, DirectoryType, Fault, IdRead, OddEntry, Paging};
use terraform_plugin::clock::Clock as _;
use terraform_provider_wsoa::access::{CreateDirectoryError, DirectoryPresence};

use crate::kit::*;

const MINUTE: Duration = Duration::from_secs(60);

/// A tenant with ten directories, and their ids. The list has one more: the system's.
async fn ten(paging: Paging, size: usize) -> (Bench, Vec<String>) {
    let bench = bench_switched(|switches| {
        (switches.directory_list, switches.list_page_size) = (paging, size);
        switches.directory_list_domains = true;
    })
    .await
    .signed_in()
    .await;
    let add = |number: usize| {
        let (name, domain) = (format!("D{number}"), format!("d{number}.example"));
        bench
            .tenant
            .add_directory(&name, &[domain.as_str()], DirectoryType::OtherDirectory)
    };
    let ids = (0..10).map(add).collect();
    (bench, ids)
}

async fn look(bench: &Bench, id: &str) -> DirectoryPresence {
    bench.client.directory(id, None).await.unwrap()
}

#[tokio::test]
async fn pages_are_followed_in_every_way_in_which_they_are_announced() {
    for (paging, pages) in [
        (Paging::Whole, 1),
        (Paging::Totals, 3),
        (Paging::Next, 3),
        (Paging::Link, 3),
    ] {
        let (bench, ids) = ten(paging, 4).await;
        for id in &ids {
            assert!(
                matches!(look(&bench, id).await, DirectoryPresence::There(_)),
                "{paging:?}"
            );
        }
        assert_eq!(bench.count("GET", DIRECTORIES), pages, "{paging:?}");
        let requests = bench.tenant.requests();
        assert!(
            requests
                .iter()
                .all(|seen| seen.query.contains("includeJitDirectories=true")),
            "{paging:?}"
        );
        // and they prove that something is gone
        assert_eq!(look(&bench, "gone").await, DirectoryPresence::Gone, "{paging:?}");
        // a creation knows what is in the way, on whichever page
        let error = bench
            .client
            .create_other_directory("D9", &["new.example".to_owned()])
            .await
            .unwrap_err();
        assert!(
            matches!(error, CreateDirectoryError::AlreadyExists { .. }),
            "{error:?}"
        );
    }
}

/// As tenants do that count items from 0.
#[tokio::test]
async fn pages_that_begin_at_an_item_are_followed() {
    let bench = bench().await.signed_in().await;
    let item = |number: usize| format!(r#"{{"directoryId":"{number}","name":"D{number}"}}"#);
    let page = |items: std::ops::Range<usize>| {
        let items: Vec<_> = items.map(item).collect();
        answer(
            200,
            &format!(r#"{{"items":[{}],"totalCount":7}}"#, items.join(",")),
        )
    };
    for items in [0..3, 2..5, 5..7] {
        bench.fail(Fault::on("GET", DIRECTORIES, page(items)));
    }
    assert_eq!(bench.client.directories().await.unwrap().len(), 7);
    let queries: Vec<_> = bench
        .tenant
        .requests()
        .iter()
        .map(|seen| seen.query.clone())
        .collect();
    let first = "includeJitDirectories=true";
    assert_eq!(
        queries,
        [
            first.to_owned(),
            format!("{first}&startIndex=2&pageSize=3"),
            format!("{first}&startIndex=5&pageSize=3")
        ]
    );
}

#[tokio::test]
async fn what_a_cut_list_lacks_is_not_gone_and_nothing_is_created_by_it() {
    let elsewhere = r#"{"items":[{"directoryId":"1","name":"D1"}],"next":"https://elsewhere.example/x"}"#;
    let for_ever = r#"{"items":[{"directoryId":"1","name":"D1"}],"_links":{"next":{"href":"?again"}}}"#;
    let more = r#"{"items":[{"directoryId":"1","name":"D1"}],"totalPages":"2"}"#;
    for (body, says) in [
        (elsewhere, "not the tenant"),
        (for_ever, "more than the 1 entries"),
        (more, "more than the 1 entries"),
    ] {
        let bench = bench().await.signed_in().await;
        bench.fail(Fault::on("GET", "/directoryconfigs", answer(200, body)).always());
        match look(&bench, "gone").await {
            DirectoryPresence::Unclear(reason) => assert!(reason.contains(says), "{reason}"),
            other => panic!("{other:?}"),
        }
        assert!(bench.clock.slept().is_empty(), "a second look would say no more");
        assert_eq!(
            bench.client.directories().await.unwrap().len(),
            1,
            "what is there is there"
        );
        let error = bench
            .client
            .create_other_directory("New", &["new.example".to_owned()])
            .await
            .unwrap_err();
        assert!(
            matches!(error, CreateDirectoryError::ListNotWhole(_)),
            "{error:?}"
        );
        assert_eq!(bench.count("POST", DIRECTORIES), 0);
        let requests = bench.tenant.requests();
        assert!(requests.iter().all(|seen| !seen.path.contains("elsewhere")));
    }
}

#[tokio::test]
async fn a_list_that_is_not_whole_is_read_once_more() {
    let (bench, ids) = ten(Paging::Whole, 0).await;
    let cut = r#"{"items":[{"directoryId":"1","name":"D1"}],"totalCount":11}"#;
    bench.fail(Fault::on("GET", DIRECTORIES, answer(200, cut)).times(2)); // and its second page
    assert!(matches!(look(&bench, &ids[9]).await, DirectoryPresence::There(_)));
    assert_eq!(bench.count("GET", DIRECTORIES), 3);
}

/// A stop while a page is under way: it is the last one, and nothing is absent for it.
#[tokio::test]
async fn an_interrupted_run_asks_for_no_further_page() {
    for paging in [Paging::Next, Paging::Totals, Paging::Link] {
        let (bench, ids) = ten(paging, 2).await;
        bench.clock.hurry_after(0);
        let started = bench.clock.now();
        match look(&bench, &ids[9]).await {
            DirectoryPresence::Unclear(reason) => assert!(reason.contains("interrupted"), "{reason}"),
            other => panic!("{paging:?}: {other:?}"),
        }
        assert_eq!(bench.count("GET", DIRECTORIES), 1, "{paging:?}");
        assert!(bench.clock.slept().is_empty(), "{paging:?}");
        assert_eq!(bench.clock.now(), started, "{paging:?}");
    }
}

/// More entries than any tenant has: those that were read are there, and nothing is absent.
#[tokio::test]
async fn a_list_beyond_all_measure_proves_no_absence() {
    let bench = bench().await.signed_in().await;
    let entries: Vec<_> = (0..=10_000)
        .map(|n| serde_json::json!({"directoryId": format!("d{n}")}))
        .collect();
    let list = serde_json::Value::from(entries).to_string();
    bench.fail(Fault::on("GET", DIRECTORIES, answer(200, &list)).times(4));
    assert!(matches!(
        look(&bench, "gone").await,
        DirectoryPresence::Unclear(_)
    ));
}

#[tokio::test]
async fn a_page_that_fails_leaves_the_others() {
    let (bench, ids) = ten(Paging::Next, 4).await;
    for passes in [1, 2] {
        let fault = Fault::on("GET", DIRECTORIES, Action::status(400));
        bench.fail(fault.after(passes)); // both times the second page
    }
    assert!(matches!(look(&bench, &ids[0]).await, DirectoryPresence::There(_)));
    match look(&bench, &ids[9]).await {
        DirectoryPresence::Unclear(reason) => assert!(reason.contains("page 2"), "{reason}"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_entry_that_cannot_be_read_blocks_nothing_but_conclusions_from_absence() {
    for odd in [OddEntry::WithoutId, OddEntry::Text, OddEntry::Null] {
        let bench = bench_switched(|switches| switches.directory_list_odd = odd)
            .await
            .signed_in()
            .await;
        let created = bench
            .client
            .create_other_directory("Okta", &["a.example".to_owned()])
            .await
            .unwrap();
        assert!(
            matches!(look(&bench, &created.id).await, DirectoryPresence::There(_)),
            "{odd:?}"
        );
        assert!(
            matches!(look(&bench, "gone").await, DirectoryPresence::Unclear(_)),
            "{odd:?}"
        );
        bench.client.delete_directory(&created.id, MINUTE).await.unwrap();
        assert!(
            bench.tenant.directories().iter().all(|it| it.name != "Okta"),
            "{odd:?}"
        );
    }
    // one that is built in is none of them
    let bench = bench().await.signed_in().await;
    let list =
        r#"{"items":[{"type":"SYSTEM_DIRECTORY","name":"System"},{"directoryId":"1","type":"OF_TOMORROW"}]}"#;
    bench.fail(Fault::on("GET", DIRECTORIES, answer(200, list)).times(2));
    assert_eq!(look(&bench, "gone").await, DirectoryPresence::Gone);
}

/// Without ids, nobody knows which directory is whose.
#[tokio::test]
async fn a_list_without_ids_adopts_nothing() {
    let bench = bench_switched(|switches| switches.directory_list_ids = IdRead::Missing)
        .await
        .signed_in()
        .await;
    let created = bench
        .client
        .create_other_directory("Okta", &["a.example".to_owned()])
        .await
        .unwrap();
    assert!(matches!(
        look(&bench, &created.id).await,
        DirectoryPresence::Unclear(_)
    ));
    bench.fail(Fault::on("POST", DIRECTORIES, Action::CommitThenReset));
    let error = bench
        .client
        .create_other_directory("Other", &["b.example".to_owned()])
        .await
        .unwrap_err();
    let CreateDirectoryError::Unclear { pending, .. } = error else {
        panic!("{error:?}")
    };
    assert!(pending.doubtful);
}
