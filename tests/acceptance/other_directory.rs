//! `wsoa_other_directory` from the first apply to the last.

use access_simulator::{DirectoryIds, DirectoryType};
use serde_json::json;

use crate::fixture::*;

const DIRECTORY: &str = "wsoa_other_directory.okta";

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
    let refused = refused.expect_error("set deletion_protection = false, apply that, and then delete it");
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
fn a_directory_that_disappears_is_made_again_and_drift_is_shown() {
    let config = unprotected("Okta", "\"acme.example\"");
    let stage = stage(&config);
    stage.settle();
    let first = stage.text_of(DIRECTORY, "id");
    assert!(stage.tenant.delete_directory(&first));
    stage.change(DIRECTORY, &["create"]);
    let second = stage.text_of(DIRECTORY, "id");
    assert_ne!(first, second);

    // renamed and with another domain at the tenant: only a new directory can be what is configured
    stage.tenant.change_directory(&second, |directory| {
        directory.name = "Renamed".to_owned();
        directory.domains.push("more.example".to_owned());
    });
    assert_eq!(stage.plan_for(DIRECTORY), ["delete", "create"]);
    let changes = stage.planned_changes(DIRECTORY);
    assert!(
        changes
            .iter()
            .eq(["domains", "id", "name", "scim_base_url", "type", "user_store_id"]),
        "{changes:?}"
    );
    let _applied = stage.apply_plan().ok();
    stage.assert_plan_is_empty();
    let second = stage.text_of(DIRECTORY, "id");

    // with -refresh-only the state learns that it is gone
    stage.tenant.delete_directory(&second);
    stage.refresh_only();
    assert!(stage.resources().is_empty());
    stage.settle();
}

#[test]
fn a_directory_is_imported_by_a_block_and_then_there_is_nothing_to_do() {
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
        .expect_error("Cannot import non-existent remote object");
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
        stage.tenant.delete_directory(&made.id);
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
