//! `examples/okta-scim-complete` from the first apply to the last, with the stand-in for Okta and its provider. What reached
//! Okta is in `target/tmp/okta-requests.txt` afterwards, with numbers in the place of tokens.

use std::{
    fs,
    ops::{Deref, DerefMut},
    path::Path,
    time::Duration,
};

use serde_json::json;
use wsoa_test_kit::{cli::configuration, okta::Org};

use crate::bearer_token::grow_older;
use crate::fixture::*;

const LABEL: &str = "Workspace ONE Access";
const TOKEN_: &str = "wsoa_bearer_token.okta";
const CONNECTION: &str = "okta_app_connection.access";
const FEATURES: &str = "okta_app_features.users";
const DAY: Duration = Duration::from_secs(24 * 3600);

/// The example, a tenant, and an organization.
struct Complete {
    stage: Stage,
    org: Org,
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
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("okta-requests.txt");
        fs::write(path, self.org.log()).unwrap();
    }
}

fn complete() -> Complete {
    let mut stage = stage("");
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/okta-scim-complete");
    for (name, text) in configuration(&example) {
        stage.write(&name, &text);
    }
    stage.variable("okta_app_label", LABEL);
    let org = Org::with_app(LABEL);
    stage.attach_okta(&org);
    Complete { stage, org }
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
    const CONNECT: &str = "POST /connections/default";
    const ACTIVATE: &str = "POST /connections/default/lifecycle/activate";
    let mut it = complete();
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
