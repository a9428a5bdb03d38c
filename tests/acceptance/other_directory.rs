//! `wsoa_other_directory` from the first apply to the last.

use std::time::Duration;

use access_simulator::{Action, DirectoryIds, DirectoryType, DomainsRead, NameRead};
use serde_json::json;

use crate::fixture::*;

const DIRECTORY: &str = "wsoa_other_directory.okta";

/// How long a tenant may take to show a write everywhere.
const MINUTE: Duration = Duration::from_secs(60);

fn directory(arguments: &str) -> String {
    format!("resource \"wsoa_other_directory\" \"okta\" {{\n  {arguments}\n}}\n")
}

fn unprotected(name: &str, domains: &str) -> String {
    directory(&format!(
        "name = \"{name}\"\n  domains = [{domains}]\n  deletion_protection = false"
    ))
}

#[test]
fn a_directory_with_the_least_arguments_is_protected() {
    let stage = stage(&directory("name = \"Okta\"\n  domains = [\"acme.example\"]"));
    stage.settle();
    let made = stage.tenant.directories().pop().unwrap();
    assert_eq!(made.directory_type, DirectoryType::OtherDirectory);
    assert_eq!(
        (made.name.as_str(), &made.domains[..]),
        ("Okta", &["acme.example".to_owned()][..])
    );
    let scim = stage.text_of(DIRECTORY, "scim_base_url");
    assert!(
        scim.starts_with(&stage.simulator.url()) && !scim.ends_with('/'),
        "{scim}"
    );
    assert_eq!(
        stage.resource(DIRECTORY),
        json!({
            "id": made.id,
            "name": "Okta",
            "domains": ["acme.example"],
            "deletion_protection": true,
            "delete_timeout_minutes": 30,
            "user_store_id": made.user_store_id,
            "type": "OTHER_DIRECTORY",
            "scim_base_url": scim,
        })
    );

    // neither destroyed nor replaced while it is protected, and the plan says how
    let refused = stage.run(&["destroy", "-auto-approve", "-no-color"]);
    let refused =
        refused.expect_error("set deletion_protection = false and apply that, without destroying anything");
    assert_no_breakdown(&refused);
    stage.config(&directory("name = \"Okta 2\"\n  domains = [\"acme.example\"]"));
    let _refused = stage.try_plan(&[]).expect_error("The directory is protected");
    // lifting it in the same step is no way around it
    stage.config(&unprotected("Okta 2", "\"acme.example\""));
    let _refused = stage.expect_error("The directory is protected");
    assert_eq!(stage.count("DELETE", DIRECTORIES), 0);
    assert_eq!(stage.attribute(DIRECTORY, "id"), made.id.as_str());
}

#[test]
fn a_directory_is_changed_in_place_replaced_and_destroyed() {
    let stage = stage(&directory(
        "name = \"Okta\"\n  domains = [\"acme.example\", \"Sub.ACME.example\"]\n  deletion_protection = false\n  \
         delete_timeout_minutes = 5",
    ));
    stage.settle();
    let first = stage.resource(DIRECTORY);
    assert_eq!(first["domains"], json!(["Sub.ACME.example", "acme.example"]));
    assert_eq!(first["delete_timeout_minutes"], 5);
    stage.forget_requests();

    // what the tenant knows nothing of is changed without it; a removed argument is its default again
    stage.config(&directory(
        "name = \"Okta\"\n  domains = [\"acme.example\", \"Sub.ACME.example\"]",
    ));
    stage.change(DIRECTORY, &["update"]);
    let second = stage.resource(DIRECTORY);
    assert_eq!(second["id"], first["id"]);
    assert_eq!(
        (&second["deletion_protection"], &second["delete_timeout_minutes"]),
        (&json!(true), &json!(30))
    );
    assert!(
        stage
            .tenant
            .requests()
            .iter()
            .all(|seen| seen.method == "GET" || seen.path.contains(TOKEN))
    );

    // case makes no difference in a domain
    stage.config(&unprotected("Okta", "\"ACME.example\", \"sub.acme.example\""));
    stage.change(DIRECTORY, &["update"]);
    assert_eq!(stage.attribute(DIRECTORY, "id"), first["id"]);

    stage.config(&unprotected("Okta", "\"acme.example\""));
    stage.change(DIRECTORY, &["delete", "create"]);
    let third = stage.resource(DIRECTORY);
    assert_ne!(third["id"], first["id"]);
    assert_ne!(third["user_store_id"], first["user_store_id"]);
    stage.config(&unprotected("Okta 2", "\"acme.example\""));
    stage.change(DIRECTORY, &["delete", "create"]);
    stage.destroy();
    assert_eq!(stage.tenant.directories().len(), 1, "the system domain is left");
}

#[test]
fn a_directory_that_disappears_is_made_again() {
    let stage = stage(&unprotected("Okta", "\"acme.example\""));
    stage.settle();
    let first = stage.text_of(DIRECTORY, "id");
    assert!(stage.tenant.delete_directory(&first));
    // not within a minute of its creation: a tenant may be slow to show that everywhere
    let kept = stage.plan();
    assert!(kept.is_empty());
    let _told = kept.output.expect("The directory was not seen, and is kept");
    stage.let_pass(MINUTE);
    stage.change(DIRECTORY, &["create"]);
    let second = stage.text_of(DIRECTORY, "id");
    assert_ne!(first, second);

    // with -refresh-only the state learns that it is gone
    stage.let_pass(MINUTE);
    stage.tenant.delete_directory(&second);
    let _told = stage.refresh_only().expect("gone, with all its users and groups");
    assert!(stage.resources().is_empty());
    stage.settle();
}

#[test]
fn what_the_tenant_shows_otherwise_replaces_nothing() {
    let config = unprotected("Okta", "\"acme.example\"");
    let stage = stage(&config);
    stage.settle();
    let before = stage.resource(DIRECTORY);
    for (name, domains) in [
        (NameRead::Upper, DomainsRead::Upper),
        (NameRead::Null, DomainsRead::Null),
        (NameRead::Missing, DomainsRead::Missing),
        (NameRead::AsSent, DomainsRead::OneMore),
    ] {
        for listed in [true, false] {
            stage.tenant.switches(|switches| {
                (switches.directory_name_read, switches.directory_domains_read) = (name, domains);
                switches.directory_list_domains = listed;
            });
            stage.assert_plan_is_empty();
            let _refreshed = stage.refresh_only();
            assert_eq!(stage.resource(DIRECTORY), before, "{name:?} {domains:?}");
        }
    }
    stage.tenant.switches(|switches| {
        (switches.directory_name_read, switches.directory_domains_read) =
            (NameRead::AsSent, DomainsRead::AsSent);
    });

    // renamed in the console: told, and taken over without a call
    stage.let_pass(MINUTE);
    let id = stage.text_of(DIRECTORY, "id");
    stage
        .tenant
        .change_directory(&id, |directory| directory.name = "Renamed".to_owned());
    let plan = stage.plan();
    assert!(plan.is_empty());
    let _told = plan.output.expect("Its name is \"Renamed\" there");
    stage.forget_requests();
    stage.config(&unprotected("Renamed", "\"acme.example\""));
    stage.change(DIRECTORY, &["update"]);
    assert_eq!(
        stage.count("POST", DIRECTORIES) + stage.count("DELETE", DIRECTORIES),
        0
    );
    assert_eq!(stage.text_of(DIRECTORY, "id"), id);
    stage.destroy();
}

/// Carried out, and answered 500 or not at all, while the list lags behind for longer than it is looked at.
#[test]
fn a_creation_of_which_nobody_knows_is_in_state_and_settled_later() {
    needs!(ImportBlock);
    for (answer, protected) in [
        (Action::status(500).committed(), false),
        (Action::status(500).committed(), true),
        (Action::CommitThenReset, false),
    ] {
        let config = if protected {
            directory("name = \"Okta\"\n  domains = [\"acme.example\"]")
        } else {
            unprotected("Okta", "\"acme.example\"")
        };
        let stage = stage(&config);
        stage
            .tenant
            .switches(|switches| switches.lag_directory_list_ms = 600_000);
        stage.fail("POST", DIRECTORIES, answer);
        let failed = stage.expect_error("It is not known whether the directory was created");
        assert_no_breakdown(&failed.expect("import {"));
        assert_eq!(stage.attribute(DIRECTORY, "id"), json!(null));
        let again = stage.expect_error("nobody knows whether it exists");
        assert_no_breakdown(&again.expect("terraform state rm"));

        stage
            .tenant
            .switches(|switches| switches.lag_directory_list_ms = 0);
        stage.let_pass(MINUTE);
        let made = stage.tenant.directories().pop().unwrap();
        if protected {
            let _refused = stage.expect_error("terraform untaint");
        } else {
            let _told = stage.refresh_only().expect("was created after all");
        }
        assert_eq!(stage.text_of(DIRECTORY, "id"), made.id);
        let _kept = stage.run(&["untaint", "-no-color", DIRECTORY]).ok();
        stage.assert_plan_is_empty();
        assert_eq!(stage.text_of(DIRECTORY, "id"), made.id);
        assert_eq!(stage.count("DELETE", DIRECTORIES), 0);
    }
}

#[test]
fn a_creation_that_never_arrived_is_made_by_the_second_apply_from_now() {
    let stage = stage(&unprotected("Okta", "\"acme.example\""));
    stage.fail("POST", DIRECTORIES, Action::Reset);
    let _failed = stage.expect_error("It is not known whether the directory was created");
    assert_eq!(stage.tenant.directories().len(), 1, "the system domain");
    stage.let_pass(MINUTE);
    let _told = stage.settle().expect("The directory was not created");
    assert_eq!(stage.tenant.directories().len(), 2);
}

#[test]
fn a_list_that_lags_behind_takes_nothing_out_of_state() {
    let stage = stage(&unprotected("Okta", "\"acme.example\""));
    stage
        .tenant
        .switches(|switches| switches.lag_directory_list_ms = 600_000);
    let _made = stage.apply_ok();
    let before = stage.resource(DIRECTORY);
    let plan = stage.plan();
    assert!(plan.is_empty());
    let _told = plan.output.expect("The directory was not seen, and is kept");
    let _refreshed = stage.refresh_only();
    assert_eq!(stage.resource(DIRECTORY), before);
    stage
        .tenant
        .switches(|switches| switches.lag_directory_list_ms = 0);
    stage.assert_plan_is_empty();
}

#[test]
fn a_protected_directory_whose_block_is_gone_stays_and_can_be_forgotten() {
    needs!(Removed);
    let stage = stage(&directory("name = \"Okta\"\n  domains = [\"acme.example\"]"));
    stage.settle();
    let id = stage.text_of(DIRECTORY, "id");
    stage.config("");
    let refused = stage.expect_error("Nothing was destroyed");
    assert_no_breakdown(&refused.expect("If the block is gone").expect("destroy = false"));
    assert_eq!(stage.text_of(DIRECTORY, "id"), id);

    // as the message says, though a CLI at hand may know the block without lifecycle alone
    let removed = |lifecycle: &str| format!("removed {{\n  from = {DIRECTORY}\n  {lifecycle}\n}}\n");
    stage.config(&removed("lifecycle {\n    destroy = false\n  }"));
    if stage.try_plan(&[]).code == Some(1) {
        stage.config(&removed(""));
    }
    stage.settle();
    assert!(!stage.resources().contains_key(DIRECTORY));
    assert!(stage.tenant.directories().iter().any(|it| it.id == id));
    assert_eq!(stage.count("DELETE", DIRECTORIES), 0);
}

#[test]
fn protection_in_state_or_configuration_holds_for_every_replacement() {
    let domains = "name = \"Okta\"\n  domains = [\"acme.example\"]";
    let renamed = "name = \"Okta 2\"\n  domains = [\"acme.example\"]";
    for (before, after) in [(false, true), (true, false), (true, true)] {
        let with =
            |arguments: &str, flag: bool| directory(&format!("{arguments}\n  deletion_protection = {flag}"));
        let stage = stage(&with(domains, before));
        stage.settle();
        let id = stage.text_of(DIRECTORY, "id");
        stage.config(&with(renamed, after));
        let _refused = stage.try_plan(&[]).expect_error("The directory is protected");
        stage.config(&with(domains, after));
        let replace = format!("-replace={DIRECTORY}");
        let _refused = stage
            .try_plan(&[&replace])
            .expect_error("The directory is protected");
        let _tainted = stage.run(&["taint", "-no-color", DIRECTORY]).ok();
        let refused = stage.expect_error("The directory is protected");
        assert_no_breakdown(&refused.expect("terraform untaint"));
        let _kept = stage.run(&["untaint", "-no-color", DIRECTORY]).ok();
        assert_eq!(stage.text_of(DIRECTORY, "id"), id);
        assert_eq!(stage.count("DELETE", DIRECTORIES), 0);
    }
}

#[test]
fn a_replacement_that_would_fail_is_refused_before_anything_is_deleted() {
    let stage = stage(&unprotected("Okta", "\"acme.example\""));
    stage
        .tenant
        .switches(|switches| switches.directory_list_domains = true);
    stage.settle();
    let before = stage.resource(DIRECTORY);
    stage
        .tenant
        .add_directory("Taken", &["taken.example"], DirectoryType::OtherDirectory);
    for (name, domains) in [("Taken", "\"acme.example\""), ("Okta", "\"taken.example\"")] {
        stage.config(&unprotected(name, domains));
        let refused = stage.expect_error("The replacement would fail after the deletion");
        assert_no_breakdown(&refused.expect("-refresh=false"));
    }
    assert_eq!(stage.resource(DIRECTORY), before);
    let _destroyed = stage
        .run(&["destroy", "-auto-approve", "-no-color", "-refresh=false"])
        .ok();
    assert_eq!(
        stage.tenant.directories().len(),
        2,
        "the system domain and somebody else's"
    );
}

#[test]
fn a_directory_is_imported_by_a_block_and_then_there_is_nothing_to_do() {
    needs!(ImportBlock);
    let config = directory("name = \"Okta\"\n  domains = [\"acme.example\"]");
    let stage = stage(&config);
    let id = stage
        .tenant
        .add_directory("Okta", &["acme.example"], DirectoryType::OtherDirectory);
    stage.config(&format!(
        "{config}\nimport {{\n  to = {DIRECTORY}\n  id = \"{id}\"\n}}\n"
    ));
    let _said = stage.apply_ok().expect("1 imported, 0 added, 0 changed");
    stage.assert_plan_is_empty();
    let by_block = stage.resource(DIRECTORY);
    assert_eq!(by_block["id"], id.as_str());

    stage.config(&config);
    let _removed = stage.run(&["state", "rm", DIRECTORY]).ok();
    let _imported = stage.import(DIRECTORY, &id).ok();
    assert_eq!(stage.resource(DIRECTORY), by_block);
    stage.assert_plan_is_empty();
}

#[test]
fn only_a_directory_of_type_other_is_imported() {
    let stage = stage(&directory("name = \"Okta\"\n  domains = [\"acme.example\"]"));
    let local = stage
        .tenant
        .add_directory("Local", &["local.example"], DirectoryType::LocalDirectory);
    let output = stage
        .import(DIRECTORY, &local)
        .expect_error("Not a directory of type Other");
    assert_no_breakdown(&output);
    let _missing = stage
        .import(DIRECTORY, "11111111-1111-1111-1111-111111111111")
        .expect_error("No such directory");
    let _invalid = stage.import(DIRECTORY, "a/b").expect_error("Invalid import id");
}

#[test]
fn every_way_in_which_a_tenant_names_its_directories_is_understood() {
    let config = unprotected("Okta", "\"acme.example\"");
    let stage = stage(&config);
    for ids in [
        DirectoryIds::ConfigId,
        DirectoryIds::Id,
        DirectoryIds::LocationOnly,
        DirectoryIds::ListOnly,
    ] {
        stage.tenant.switches(|switches| switches.directory_ids = ids);
        stage.settle();
        let made = stage.tenant.directories().pop().unwrap();
        assert_eq!(stage.attribute(DIRECTORY, "id"), made.id.as_str(), "{ids:?}");
        stage.destroy();
    }
}

#[test]
fn an_existing_name_or_domain_is_named_with_the_block_that_imports_it() {
    let stage = stage(&unprotected("Okta", "\"new.example\""));
    let id = stage
        .tenant
        .add_directory("Okta", &["acme.example"], DirectoryType::OtherDirectory);
    let by_name = stage.expect_error("The directory exists already");
    let by_name = by_name.expect(&format!("id = \"{id}\""));
    assert_no_breakdown(&by_name);
    assert_eq!(stage.count("POST", DIRECTORIES), 0);
    stage.config(&unprotected("Another", "\"ACME.example\""));
    let by_domain = stage.expect_error("The directory exists already").expect(&id);
    let _attribute = by_domain.expect("domains = [\"ACME.example\"]");
    assert!(stage.resources().is_empty());
    assert_eq!(stage.tenant.directories().len(), 2);
}
