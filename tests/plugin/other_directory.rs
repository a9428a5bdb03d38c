//! `wsoa_other_directory` from its creation to its end.

use std::time::Duration;

use access_simulator::{Action as Happens, DirectoryIds, DirectoryType, Fault};
use wsoa_test_kit::{Action, Core as _, HostOptions, Val, obj};

use crate::bench::{
    Bench, DIRECTORIES, DIRECTORY, bench, bench_in_process, bench_switched, configured, directory,
};

const MINUTE: Duration = Duration::from_secs(60);

fn others(bench: &Bench) -> Vec<String> {
    let all = bench.tenant.directories();
    let other = |it: &access_simulator::Directory| it.directory_type == DirectoryType::OtherDirectory;
    all.into_iter().filter(other).map(|it| it.name).collect()
}

#[tokio::test]
async fn a_directory_is_made_whatever_the_tenant_calls_its_id() {
    for ids in [
        DirectoryIds::Usual,
        DirectoryIds::ConfigId,
        DirectoryIds::DirectoryId,
        DirectoryIds::Id,
        DirectoryIds::LocationOnly,
        DirectoryIds::ListOnly,
    ] {
        let bench = bench_switched(|switches| switches.directory_ids = ids).await;
        let config = directory("Okta", "example.com");
        let state = bench.host.create(DIRECTORY, config.clone()).await;
        let made = bench.tenant.directories().pop().unwrap();
        assert_eq!(state.str_at("id"), made.id, "{ids:?}");
        assert_eq!(state.str_at("type"), "OTHER_DIRECTORY");
        let scim = format!("{}/SAAS/jersey/manager/api/scim", bench.simulator.url());
        assert_eq!(state.str_at("scim_base_url"), scim);
        let read = bench.host.refresh(&state).await.unwrap();
        assert_eq!(read.str_at("user_store_id"), made.user_store_id, "{ids:?}");
        assert!(
            bench.host.plan(DIRECTORY, Some(&read), config).await.is_empty(),
            "{ids:?}"
        );
        bench.host.destroy(&read).await.gone();
        assert_eq!(others(&bench), [] as [String; 0]);
    }
}

#[tokio::test]
async fn a_directory_is_protected_until_that_is_lifted_and_applied() {
    let bench = bench().await;
    let config = obj! { name: "Okta", domains: ["example.com"] };
    let state = bench.host.create(DIRECTORY, config.clone()).await;
    assert_eq!(state.at("deletion_protection"), &Val::from(true));
    let refused = bench.host.try_plan_destroy(&state).await.unwrap_err();
    assert_eq!(
        refused.expect("deletion_protection = false").path,
        "deletion_protection"
    );
    for change in [
        config.clone().with("name", "Other"),
        config.clone().with("domains", ["example.org"]),
    ] {
        let change = change.with("deletion_protection", false); // in the same run is too late
        let refused = bench
            .host
            .try_plan(DIRECTORY, Some(&state), change)
            .await
            .unwrap_err();
        refused.expect("would delete every user and group");
    }
    bench.tenant.clear_requests();
    let lifted = bench
        .host
        .update(&state, config.with("deletion_protection", false))
        .await;
    assert_eq!(
        bench.requests(),
        [] as [String; 0],
        "that concerns the provider alone"
    );
    bench.host.destroy(&lifted).await.gone();
}

#[tokio::test]
async fn another_name_or_domain_makes_another_directory() {
    let bench = bench().await;
    let mut state = bench
        .host
        .create(DIRECTORY, directory("Okta", "example.com"))
        .await;
    for (config, because) in [
        (directory("Okta 2", "example.com"), "name"),
        (directory("Okta 2", "example.org"), "domains"),
    ] {
        let planned = bench
            .host
            .plan(DIRECTORY, Some(&state), config)
            .await
            .assert(Action::Replace);
        assert_eq!(planned.replace_because, [because]);
        let replaced = bench.host.apply(planned).await.ok();
        assert_ne!(replaced.str_at("id"), state.str_at("id"));
        state = replaced;
    }
    assert_eq!(others(&bench), ["Okta 2"]);
}

#[tokio::test]
async fn the_order_and_the_case_of_domains_make_no_difference() {
    let bench = bench().await;
    let state = bench
        .host
        .create(
            DIRECTORY,
            directory("Okta", "Example.COM").with("domains", ["b.example.com", "Example.COM"]),
        )
        .await;
    let config = directory("Okta", "x").with("domains", ["example.com", "B.example.com"]);
    let planned = bench.host.plan(DIRECTORY, Some(&state), config.clone()).await;
    assert!(
        [Action::NoOp, Action::Update].contains(&planned.action),
        "{:?}",
        planned.action
    );
    let respelled = bench.host.apply(planned).await.ok();
    let read = bench.host.refresh(&respelled).await.unwrap();
    assert!(bench.host.plan(DIRECTORY, Some(&read), config).await.is_empty());
    assert_eq!(others(&bench), ["Okta"]);
}

#[tokio::test]
async fn a_directory_that_is_gone_or_going_is_planned_anew() {
    for going in [false, true] {
        let bench = bench_in_process().await;
        let config = directory("Okta", "example.com");
        let made = bench.apply(DIRECTORY, None, config.clone()).await.ok().clone();
        bench.clock.advance(MINUTE); // until then nothing is absent
        bench.clock.take_slept();
        if going {
            let leave = |directory: &mut access_simulator::Directory| directory.reads_until_gone = Some(99);
            bench.tenant.change_directory(made.str_at("id"), leave);
        } else {
            bench.tenant.delete_directory(made.str_at("id"));
        }
        let run = bench
            .plan(DIRECTORY, &made, config.clone())
            .await
            .assert(Action::Create);
        run.expect("gone, with all its users and groups");
        assert_eq!(bench.clock.take_slept(), [Duration::from_secs(3)]);
        bench.destroy(DIRECTORY, &made, config).await.gone();
    }
}

#[tokio::test]
async fn a_created_directory_imports_as_it_is_in_state() {
    let bench = bench().await;
    let config = obj! { name: "Okta", domains: ["example.com"] };
    let state = bench.host.create(DIRECTORY, config.clone()).await;
    let imported = bench.host.import(DIRECTORY, state.str_at("id")).await;
    assert_eq!(imported.value, state.value);
    assert!(
        bench
            .host
            .plan(DIRECTORY, Some(&imported), config)
            .await
            .is_empty()
    );
}

#[tokio::test]
async fn an_import_that_cannot_work_says_why() {
    let bench = bench().await;
    let local = bench
        .tenant
        .add_directory("Local", &["local.example"], DirectoryType::LocalDirectory);
    for (id, text) in [
        ("01234567-89ab-cdef-0123-456789abcdef", "No such directory"),
        ("name:Nobody's", "\"Local\" (id "),
        ("name:local", "\"Local\" (id "),
        ("domain:nothing.example", "No such directory"),
        ("", "Invalid import id"),
        ("a/b", "Invalid import id"),
        ("name:", "Invalid import id"),
        ("title:Local", "Invalid import id"),
        ("name:Local", "Not a directory of type Other"),
        (&local, "Not a directory of type Other"),
    ] {
        bench
            .host
            .try_import(DIRECTORY, id)
            .await
            .unwrap_err()
            .expect(text);
    }
}

#[tokio::test]
async fn somebody_elses_name_or_domain_is_refused_with_the_id_to_import() {
    let bench = bench().await;
    let id = bench
        .tenant
        .add_directory("Taken", &["taken.example"], DirectoryType::OtherDirectory);
    for (config, path) in [
        (directory("taken", "free.example"), "name"),
        (directory("Free", "TAKEN.example"), "domains"),
    ] {
        let planned = bench.host.plan(DIRECTORY, None, config).await;
        let refused = bench.host.apply(planned).await;
        assert!(refused.state.is_none());
        let told = refused.diagnostics.expect("exists already");
        assert_eq!(told.path, path);
        assert!(
            told.detail.contains(&id) && told.detail.contains("import {"),
            "{told:?}"
        );
    }
    assert_eq!(others(&bench), ["Taken"]);
}

#[tokio::test]
async fn a_creation_that_failed_leaves_nothing_and_one_whose_answer_was_lost_is_kept() {
    for (happens, made) in [
        (Happens::status(400), false),
        (Happens::status(403), false),
        (Happens::CommitThenReset, true),
        (Happens::CommitThenTruncate, true),
        (Happens::CommitThenEmpty, true),
        (Happens::status(500).committed(), true),
        (Happens::status(202).committed(), true),
        (Happens::errors(200).committed(), true),
    ] {
        let what = format!("{happens:?}");
        let bench = bench().await;
        let planned = bench
            .host
            .plan(DIRECTORY, None, directory("Okta", "example.com"))
            .await;
        bench.fail(Fault::on("POST", DIRECTORIES, happens));
        let applied = bench.host.apply(planned).await;
        println!("{what}: {}", applied.diagnostics);
        assert_eq!(applied.state.is_some(), made, "{what}");
        assert_eq!(others(&bench).len(), usize::from(made), "{what}");
        assert_ne!(applied.diagnostics.has_errors(), made, "{what}");
    }
}

#[tokio::test]
async fn a_deletion_or_a_look_that_failed_leaves_state_as_it_was() {
    let bench = bench().await;
    let state = bench
        .host
        .create(DIRECTORY, directory("Okta", "example.com"))
        .await;
    bench.fail(Fault::on("DELETE", DIRECTORIES, Happens::status(403)));
    let failed = bench.host.destroy(&state).await;
    assert_eq!(failed.state.unwrap(), state);
    failed.diagnostics.expect("was not deleted");
    for happens in [Happens::status(403), Happens::html(200)] {
        bench.fail(Fault::on("GET", DIRECTORIES, happens).times(9));
        let next = configured(&bench.simulator, HostOptions::default()).await; // knows no list yet
        next.try_read(&state).await.unwrap_err().expect("cannot be read");
        bench.tenant.clear_faults();
    }
    bench.host.destroy(&state).await.gone();
}

#[tokio::test]
async fn a_deletion_in_the_background_is_followed_to_its_end() {
    let bench = bench_switched(|switches| switches.directory_delete_reads = 1).await;
    let state = bench
        .host
        .create(DIRECTORY, directory("Okta", "example.com"))
        .await;
    let id = state.str_at("id").to_owned();
    bench.tenant.clear_requests();
    bench.host.destroy(&state).await.gone();
    assert_eq!(others(&bench), [] as [String; 0]);
    let list = "GET directoryconfigs".to_owned();
    assert_eq!(bench.requests(), [format!("DELETE {id}"), list.clone(), list]);
}

#[tokio::test]
async fn a_tainted_directory_is_replaced_with_a_warning() {
    let bench = bench_in_process().await;
    let config = directory("Okta", "example.com");
    let made = bench.apply(DIRECTORY, None, config.clone()).await.ok().clone();
    let run = bench
        .apply(DIRECTORY, made.clone().tainted(), config)
        .await
        .assert(Action::Replace);
    assert_ne!(run.ok().str_at("id"), made.str_at("id"));
    run.told_by_apply
        .expect("All users and groups of the directory are deleted");
}
