//! What keeps a directory, with all its users and groups, from being deleted by mistake.

use access_simulator::{Action as Happens, DirectoryType, Fault, Paging};
use wsoa_test_kit::{Action, Core as _, Diagnostics, Instance, Resource, State, Val};

use crate::bench::{DIRECTORIES, DIRECTORY, InProcess, MINT, bench_in_process, directory};

fn config(protected: bool) -> Val {
    directory("Okta", "example.com").with("deletion_protection", protected)
}

fn others(bench: &InProcess) -> Vec<String> {
    let all = bench.tenant.directories().into_iter();
    all.filter(|it| it.directory_type == DirectoryType::OtherDirectory)
        .map(|it| it.id)
        .collect()
}

async fn made(bench: &InProcess, config: Val) -> State {
    bench.apply(DIRECTORY, None, config).await.ok().clone()
}

/// Every way to replace a directory, and whether its refusal comes with the plan.
fn replacements(config: &Val, state: &State) -> Vec<(&'static str, Resource, State, bool)> {
    let same = || Resource::new(DIRECTORY, config.clone());
    let renamed = config.clone().with("name", "Other");
    let moved = config.clone().with("domains", ["other.example"]);
    let tainted = || state.clone().tainted();
    vec![
        ("name", Resource::new(DIRECTORY, renamed), state.clone(), true),
        ("domains", Resource::new(DIRECTORY, moved), state.clone(), true),
        ("-replace", same().replaced(), state.clone(), true),
        (
            "-replace, create_before_destroy",
            same().replaced().created_before_destroyed(),
            state.clone(),
            true,
        ),
        ("taint", same(), tainted(), false),
        ("taint, -refresh=false", same().unrefreshed(), tainted(), false),
    ]
}

#[tokio::test]
async fn state_or_configuration_protects_from_every_replacement() {
    for (before, after) in [(true, true), (true, false), (false, true)] {
        let bench = bench_in_process().await;
        let state = made(&bench, config(before)).await;
        bench.tenant.clear_requests();
        for (what, resource, state, at_plan) in replacements(&config(after), &state) {
            let run = bench.apply_resource(resource, &state).await;
            let what = format!("{what}, {before} in state, {after} in configuration");
            let told = if at_plan {
                &run.told_by_plan
            } else {
                &run.told_by_apply
            };
            assert!(told.has_errors(), "{what}: {}", run.diagnostics);
            assert_eq!(
                told.expect("The directory is protected").path,
                "deletion_protection",
                "{what}"
            );
            if !at_plan {
                told.expect("terraform untaint");
            }
            assert_eq!(run.state.as_ref(), Some(&state), "{what}");
        }
        assert_eq!(others(&bench), [state.str_at("id")]);
        assert!(bench.tenant.requests().iter().all(|seen| seen.method != "DELETE"));
    }
}

/// A plain destroy goes by what was applied.
#[tokio::test]
async fn state_alone_protects_from_a_destroy() {
    for (before, after) in [(true, true), (true, false), (false, true), (false, false)] {
        let bench = bench_in_process().await;
        let state = made(&bench, config(before)).await;
        for run in [
            bench.destroy(DIRECTORY, &state, config(after)).await,
            bench.remove(DIRECTORY, &state).await,
        ] {
            if before {
                run.told_by_plan.expect("would delete every user and group");
                assert_eq!(run.state.as_ref(), Some(&state));
            } else {
                assert!(run.state.is_none() && !run.failed(), "{}", run.diagnostics);
            }
        }
        assert_eq!(others(&bench).len(), usize::from(before));
    }
}

/// Nobody tells the provider of a block that is gone, so that what is said to a destroy has to fit both.
#[tokio::test]
async fn a_refusal_says_that_nothing_was_destroyed_and_what_fits_the_case() {
    let bench = bench_in_process().await;
    let state = made(&bench, config(true)).await;
    let renamed = |protected| Resource::new(DIRECTORY, config(protected).with("name", "Other"));
    let replaced = |protected| Resource::new(DIRECTORY, config(protected)).replaced();
    let for_a_destroy = &[
        "apply that, without destroying",
        "If the block is gone, put it back",
        "state rm",
        "removed {\n    from = wsoa_other_directory.NAME",
        "destroy = false",
    ][..];
    let not_applied = "deletion_protection = false, but that is not applied yet";
    for (what, run, parts) in [
        (
            "destroy",
            bench.destroy(DIRECTORY, &state, config(true)).await,
            for_a_destroy,
        ),
        (
            "destroy, lifted",
            bench.destroy(DIRECTORY, &state, config(false)).await,
            for_a_destroy,
        ),
        (
            "a block that is gone",
            bench.remove(DIRECTORY, &state).await,
            for_a_destroy,
        ),
        (
            "another name",
            bench.plan_resource(renamed(true), &state).await,
            &[
                "the configuration changes the name",
                "set deletion_protection = false, apply that",
            ],
        ),
        (
            "another name, lifted",
            bench.plan_resource(renamed(false), &state).await,
            &[not_applied, "take the other change back"],
        ),
        (
            "-replace",
            bench.plan_resource(replaced(true), &state).await,
            &["set deletion_protection = false, apply that", "untaint"],
        ),
        (
            "-replace, lifted",
            bench.plan_resource(replaced(false), &state).await,
            &[not_applied, "without the replacement"],
        ),
    ] {
        let told = run.told_by_plan.expect("Nothing was destroyed");
        assert_eq!(told.summary, "The directory is protected", "{what}");
        for part in parts {
            assert!(told.detail.contains(part), "{what}: {part:?} in {}", told.detail);
        }
        let lifted = what.ends_with("lifted") && !what.starts_with("destroy");
        assert_eq!(
            told.detail.contains(not_applied),
            lifted,
            "{what}: {}",
            told.detail
        );
        assert_eq!(others(&bench), [state.str_at("id")], "{what}");
    }
}

#[tokio::test]
async fn every_replacement_says_what_it_deletes() {
    for name_of_it in ["name", "domains", "-replace", "taint", "taint, -refresh=false"] {
        let bench = bench_in_process().await;
        let state = made(&bench, config(false)).await;
        let all = replacements(&config(false), &state).into_iter();
        let (_, resource, state, _) = all.into_iter().find(|(what, ..)| *what == name_of_it).unwrap();
        let announced = ["name", "domains"].contains(&name_of_it);
        let run = bench
            .apply_resource(resource, &state)
            .await
            .assert(Action::Replace);
        assert_ne!(run.ok().str_at("id"), state.str_at("id"));
        let loss = |told: &Diagnostics| {
            let all = told.warnings();
            all.filter(|it| it.detail.contains("Every user and group in it") && it.detail.contains("devices"))
                .count()
        };
        // core shows no warning of the plan for a replacement that it makes itself
        let told = (loss(&run.told_by_plan), loss(&run.told_by_apply));
        assert_eq!(
            told,
            if announced { (1, 0) } else { (0, 1) },
            "{name_of_it}: {}",
            run.diagnostics
        );
    }
}

#[tokio::test]
async fn a_name_or_domain_that_is_taken_is_no_reason_to_delete_the_old_one() {
    for tells_domains in [true, false] {
        taken_by_another(tells_domains).await;
    }
}

/// A list that is cut short shows neither that the old one is gone nor that the new name is free.
#[tokio::test]
async fn nothing_is_replaced_by_a_list_that_is_cut_short() {
    let bench = bench_in_process().await;
    let state = made(&bench, config(false)).await;
    bench
        .tenant
        .add_directory("Later", &["later.example"], DirectoryType::OtherDirectory);
    bench
        .tenant
        .switches(|it| (it.directory_list, it.list_page_size) = (Paging::Cut, 2));
    let change = config(false).with("name", "Another");
    let before = others(&bench);
    let run = bench.apply(DIRECTORY, &state, change).await;
    let told = run
        .told_by_plan
        .expect("The replacement would fail after the deletion");
    assert!(told.detail.contains("not whole"), "{told:?}");
    assert_eq!(others(&bench), before);
    // a forced one is not told at plan
    let forced = Resource::new(DIRECTORY, config(false)).replaced();
    assert!(bench.apply_resource(forced, &state).await.failed());
    assert_eq!(others(&bench), before);
}

async fn taken_by_another(tells_domains: bool) {
    let bench = bench_in_process().await;
    bench
        .tenant
        .switches(|switches| switches.directory_list_domains = tells_domains);
    let state = made(&bench, config(false)).await;
    let taken = bench
        .tenant
        .add_directory("Taken", &["taken.example"], DirectoryType::OtherDirectory);
    for (change, path) in [
        (config(false).with("name", "Taken"), "name"),
        (config(false).with("name", "TAKEN"), "name"), // a tenant may make no difference
        (config(false).with("domains", ["TAKEN.example"]), "domains"),
    ] {
        let run = bench.apply(DIRECTORY, &state, change.clone()).await;
        let told = run
            .told_by_plan
            .expect("The replacement would fail after the deletion");
        assert_eq!(told.path, path);
        assert!(
            told.detail.contains(&taken) && told.detail.contains("-refresh=false"),
            "{told:?}"
        );
        // a destroy plans that as well, unless it is told not to
        let resource = || Resource::new(DIRECTORY, change.clone());
        assert!(bench.destroy_resource(resource(), &state).await.failed());
        assert_eq!(others(&bench).len(), 2);
    }
    let resource = Resource::new(DIRECTORY, config(false).with("name", "Taken")).unrefreshed();
    bench.destroy_resource(resource, &state).await.gone();
    assert_eq!(others(&bench), [taken]);
}

#[tokio::test]
async fn a_new_directory_whose_name_is_taken_is_warned_of_by_the_plan() {
    let bench = bench_in_process().await;
    let taken = bench
        .tenant
        .add_directory("Okta", &["taken.example"], DirectoryType::OtherDirectory);
    let run = bench.apply(DIRECTORY, None, config(true)).await;
    assert!(!run.told_by_plan.has_errors());
    for told in [&run.told_by_plan, &run.told_by_apply] {
        assert!(told.to_string().contains(&format!("id = \"{taken}\"")), "{told}");
    }
    run.told_by_apply.expect("exists already");
    assert!(run.state.is_none());
}

/// What this run itself manages or deletes is in nobody's way.
#[tokio::test]
async fn own_directories_are_not_reported() {
    let bench = bench_in_process().await;
    bench
        .tenant
        .switches(|switches| switches.directory_list_domains = true);
    let one = made(&bench, config(false)).await;
    let other = made(&bench, directory("Other", "other.example")).await;
    // the domain of the one goes to the other
    let lost = directory("Okta", "new.example");
    let gained = directory("Other", "other.example").with("domains", ["other.example", "example.com"]);
    let resources = |one: &State, other: &State| {
        vec![
            (Resource::new(DIRECTORY, lost.clone()), Instance::from(one)),
            (Resource::new(DIRECTORY, gained.clone()), Instance::from(other)),
        ]
    };
    bench.plan_all(resources(&one, &other)).await; // whichever is first, some CLI has read both before
    let runs = bench
        .apply_all(vec![
            (
                Resource::new(DIRECTORY, config(false)).replaced(),
                Instance::from(&one),
            ),
            (
                Resource::new(DIRECTORY, directory("Other", "other.example")).replaced(),
                Instance::from(&other),
            ),
        ])
        .await;
    for run in runs {
        assert!(!run.failed(), "{}", run.diagnostics);
        assert!(
            !run.diagnostics.to_string().contains("will be refused"),
            "{}",
            run.diagnostics
        );
    }
}

#[tokio::test]
async fn a_tenant_that_cannot_be_asked_is_one_warning() {
    for happens in [Happens::status(401), Happens::Reset] {
        let bench = bench_in_process().await;
        bench.fail(Fault::on("POST", MINT, happens.clone()).always());
        bench.fail(Fault::on("GET", DIRECTORIES, happens.clone()).always());
        let resources = (0..5).map(|number| {
            let config = directory(&format!("D{number}"), &format!("d{number}.example"));
            (Resource::new(DIRECTORY, config), Instance::default())
        });
        let runs = bench.plan_all(resources.collect()).await;
        let told: Vec<_> = runs.iter().flat_map(|run| &run.diagnostics.0).collect();
        assert_eq!(told.len(), 1, "{happens:?}: {told:?}");
        assert!(
            runs.iter()
                .all(|run| run.action == Some(Action::Create) && !run.failed())
        );
    }
}
