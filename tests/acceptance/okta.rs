//! `examples/okta-scim-complete` from the first apply to the last, with a stand-in for Okta; in each run with a stand-in for
//! Okta's provider, and with a build of the provider itself where [`OWN`] names one. What reached Okta is in
//! `target/tmp/okta-requests*.txt` afterwards, with numbers in the place of tokens.

use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{env, fs};

use serde_json::{Value as Json, json};
use wsoa_test_kit::cli::{configuration, left_out};
use wsoa_test_kit::okta::Org;

use crate::bearer_token::grow_older;
use crate::fixture::*;

const LABEL: &str = "Workspace ONE Access";
const TOKEN_: &str = "wsoa_bearer_token.okta";
const CONNECTION: &str = "okta_app_connection.access";
const FEATURES: &str = "okta_app_features.users";
const DAY: Duration = Duration::from_secs(24 * 3600);

/// The environment variable that names a build of Okta's own provider, of the version that the example pins.
const OWN: &str = "WSOA_TEST_OKTA_PROVIDER";

/// The example, a tenant, and an organization.
struct Complete {
    stage: Stage,
    org: Org,
    log: &'static str,
}

impl Deref for Complete {
    type Target = Stage;

    fn deref(&self) -> &Stage {
        &self.stage
    }
}

impl DerefMut for Complete {
    fn deref_mut(&mut self) -> &mut Stage {
        &mut self.stage
    }
}

impl Drop for Complete {
    fn drop(&mut self) {
        let (path, log) = (
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(self.log),
            self.org.log(),
        );
        if !log.is_empty() {
            fs::write(path, log).unwrap();
        }
    }
}

fn complete(own: Option<PathBuf>, log: &'static str) -> Complete {
    let mut stage = stage("");
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/okta-scim-complete");
    for (name, text) in configuration(&example) {
        stage.write(&name, &text);
    }
    stage.variable("okta_app_label", LABEL);
    let org = Org::with_app(LABEL);
    match own {
        Some(binary) => stage.install_okta(&binary, &org),
        None => stage.attach_okta(&org),
    }
    Complete { stage, org, log }
}

impl Complete {
    /// Base URL and token as state has them; they open the tenant's SCIM API.
    fn handed_over(&self) -> (String, String) {
        let address = self.text_of("wsoa_other_directory.okta", "scim_base_url");
        let token = self.text_of(TOKEN_, "access_token");
        assert_eq!(get(self, &format!("{address}/Users?count=1"), &token), 200);
        (address, token)
    }

    /// What a new plan does to these: the token, the connection, the features, the directory.
    fn planned(&self) -> [Vec<String>; 4] {
        self.plan();
        [TOKEN_, CONNECTION, FEATURES, "wsoa_other_directory.okta"]
            .map(|address| self.planned_actions(address))
    }
}

#[test]
fn okta_gets_the_token_and_every_new_one_and_never_an_old_one_again() {
    needs!(Check);
    a_life(complete(None, "okta-requests.txt"));
}

#[test]
fn oktas_own_provider_hands_over_the_same() {
    needs!(Check);
    if let Some(path) = own() {
        a_life(complete(Some(path), "okta-requests-own.txt"));
    }
}

/// The build of Okta's own provider; if there is none, it is said that the calling test is left out.
fn own() -> Option<PathBuf> {
    let path = env::var_os(OWN).map(PathBuf::from);
    if path.is_none() {
        left_out(&format!("{OWN} names no build of Okta's provider"));
    }
    path
}

/// What the stand-in leaves out, as nothing here uses it.
const LEFT_OUT: [&str; 2] = ["import_rules", "import_settings"];

#[test]
fn the_stand_in_declares_what_oktas_own_provider_does() {
    let Some(path) = own() else { return };
    let [own, stand_in] = [Some(path), None].map(|binary| {
        let it = complete(binary, "okta-requests-none.txt");
        let mut schemas = it.run(&["providers", "schema", "-json"]).ok().json()["provider_schemas"].take();
        let all = schemas.as_object_mut().unwrap().iter_mut();
        let (_, okta) = all
            .into_iter()
            .find(|(name, _)| name.ends_with("/okta/okta"))
            .unwrap();
        let mut okta = okta.take();
        without_words(&mut okta);
        okta
    });
    // made with another library, which calls what it fills in itself optional alone
    let mut app = stand_in["data_source_schemas"]["okta_app"].clone();
    app["block"]["attributes"]["id"] = json!({ "type": "string", "optional": true });
    assert_eq!(app, own["data_source_schemas"]["okta_app"]);
    let resources = stand_in["resource_schemas"].as_object().unwrap();
    assert_eq!(resources.len(), 2);
    for (name, schema) in resources {
        assert_eq!(schema, &own["resource_schemas"][name], "{name}");
    }
}

/// Takes descriptions and the like out, and what is left out.
fn without_words(json: &mut Json) {
    if let Some(fields) = json.as_object_mut() {
        let words = ["description", "description_kind", "deprecated"];
        fields.retain(|name, value| {
            let is_word = words.contains(&name.as_str()) && !value.is_object();
            !is_word && !LEFT_OUT.contains(&name.as_str())
        });
        fields.values_mut().for_each(without_words);
    }
}

/// As the page on offboarding has it, where Okta shows no features of an application without provisioning.
#[test]
fn features_that_okta_no_longer_shows_are_not_in_the_way_of_the_end() {
    needs!(Check);
    let mut it = complete(None, "okta-requests-features.txt");
    it.apply_ok();
    it.tenant.advance(MINUTE); // a tenant that shows late what was made shows it by then
    it.org.let_features_need_provisioning();
    it.variable("okta_connection", "deactivate");
    it.apply_ok();
    it.variable("deletion_protection", "false");
    let _refused = it.expect_error("Error reading app features");
    let without_a_look = ["-refresh=false", "-input=false", "-no-color", "-auto-approve"];
    for command in ["apply", "destroy"] {
        let _done = it.run(&[&[command][..], &without_a_look].concat()).ok();
    }
    assert_eq!(it.tenant.directories().len(), 1, "the system's own");
    assert!(
        it.org
            .connection()
            .is_some_and(|(_, _, status)| status == "DISABLED")
    );
}

fn a_life(mut it: Complete) {
    const CONNECT: &str = "POST /connections/default";
    const ACTIVATE: &str = "POST /connections/default/lifecycle/activate";
    assert!(it.planned().iter().all(|actions| actions == &["create"]));
    assert_eq!(it.org.changes(), Vec::<String>::new(), "a plan changed something");
    let _applied = it.apply_plan().ok();
    it.assert_plan_is_empty();

    let first = it.handed_over();
    assert_eq!(it.org.connections_sent(), std::slice::from_ref(&first));
    assert_eq!(
        it.org.connection(),
        Some((first.0.clone(), first.1.clone(), "ENABLED"))
    );
    assert_eq!(
        it.org.changes(),
        [CONNECT, ACTIVATE, "PUT /features/USER_PROVISIONING"]
    );
    let on = json!({ "status": "ENABLED" });
    assert_eq!(
        it.org.capabilities("USER_PROVISIONING"),
        Some(json!({
            "create": { "lifecycleCreate": on },
            "update": {
                "lifecycleDeactivate": on,
                "password": { "change": "KEEP_EXISTING", "seed": "RANDOM", "status": "DISABLED" },
                "profile": on,
            },
        }))
    );

    // the last 30 days of a year: any apply renews the token, and hands it over in place
    grow_older(&it, 340 * DAY.as_secs());
    it.tenant.advance(MINUTE); // a tenant that shows late what was made shows it by then
    let [token, connection, features, directory] = it.planned();
    assert_eq!(
        (token, connection),
        (vec!["update".to_owned()], vec!["update".to_owned()])
    );
    assert_eq!(
        (features, directory),
        (vec!["no-op".to_owned()], vec!["no-op".to_owned()])
    );
    let _applied = it.apply_plan().ok();
    it.assert_plan_is_empty();
    let second = it.handed_over();
    assert_ne!(second.1, first.1);
    assert_eq!(it.org.connections_sent(), [first.clone(), second.clone()]);
    assert_eq!(
        it.org.connection(),
        Some((second.0.clone(), second.1.clone(), "ENABLED"))
    );
    assert_eq!(it.org.changes()[3..], [CONNECT, ACTIVATE]);

    // as the page on offboarding has it
    it.variable("okta_connection", "deactivate");
    it.settle();
    assert_eq!(
        it.org.connection(),
        Some((second.0.clone(), second.1.clone(), "DISABLED"))
    );
    assert_eq!(
        it.org.changes()[5..],
        [CONNECT, "POST /connections/default/lifecycle/deactivate"]
    );
    it.variable("deletion_protection", "false");
    it.settle();
    let _warned = it.destroy().expect("Delete Not Supported");
    assert!(it.tenant.client("OktaSCIM").is_none());

    assert_eq!(it.org.changes().len(), 7, "{}", it.org.log());
    assert_eq!(
        it.org.connections_sent(),
        [first.clone(), second.clone(), second.clone()]
    );
    assert_eq!(
        it.org.connection(),
        Some((second.0.clone(), second.1.clone(), "DISABLED"))
    );
    let log = it.org.log();
    assert!(!log.contains(&first.1) && !log.contains(&second.1));
    assert!(log.contains("\"token 1\"") && log.contains("\"token 2\"") && !log.contains("\"token 3\""));
}
