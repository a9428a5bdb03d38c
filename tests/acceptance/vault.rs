//! `examples/ephemeral-vault` from the first apply to the last, with a stand-in for Vault.

use std::ops::{Deref, DerefMut};
use std::path::Path;
use std::time::Duration;

use access_simulator::Options;
use wsoa_test_kit::cli::configuration;
use wsoa_test_kit::vault::{Read, Vault};

use crate::bearer_token::grow_older;
use crate::fixture::*;
use crate::opentofu::client;

const CLIENT: &str = "wsoa_oauth_client.okta";
const TOKEN_: &str = "wsoa_bearer_token.okta";
const DAY: Duration = Duration::from_secs(24 * 3600);

/// The path of the client's secret in Vault.
const OKTA: &str = "secret/access/okta";
/// That of the service client with which the provider signs in.
const TERRAFORM: &str = "secret/access/terraform";

/// The example, a tenant, and a Vault.
struct Vaulted {
    stage: Stage,
    vault: Vault,
}

impl Deref for Vaulted {
    type Target = Stage;

    fn deref(&self) -> &Stage {
        &self.stage
    }
}

impl DerefMut for Vaulted {
    fn deref_mut(&mut self) -> &mut Stage {
        &mut self.stage
    }
}

impl Vaulted {
    /// Nothing but Vault says with what the provider signs in.
    fn new() -> Self {
        let mut stage = stage("");
        let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/ephemeral-vault");
        stage.write("versions.tf", ""); // the example has its own
        for (name, text) in configuration(&example) {
            stage.write(&name, &text);
        }
        stage.unset("WSOA_CLIENT_ID");
        stage.unset("WSOA_CLIENT_SECRET");
        let vault = Vault::default();
        let (id, secret) = Options::default().admin_client;
        stage.secret(&secret);
        vault.write(TERRAFORM, &[("client_id", &id), ("client_secret", &secret)]);
        stage.attach_vault(&vault);
        Self { stage, vault }
    }

    /// Writes the next version of the client's secret into Vault. It must not turn up anywhere else.
    fn write(&self, secret: &str) {
        self.secret(secret);
        self.vault.write(OKTA, &[("client_secret", secret)]);
    }

    /// What a new plan does to client and token.
    fn planned(&self) -> [Vec<String>; 2] {
        self.plan();
        [CLIENT, TOKEN_].map(|address| self.planned_actions(address))
    }

    /// Asserts that the tenant has this secret, that state has none, and that the token works, which is returned.
    #[track_caller]
    fn in_force(&self, secret: &str) -> String {
        assert_eq!(client(&self.tenant).unwrap().secret, secret);
        for (address, name) in [
            (CLIENT, "client_secret"),
            (CLIENT, "client_secret_wo"),
            (TOKEN_, "client_secret"),
            (TOKEN_, "client_secret_wo"),
        ] {
            assert!(self.attribute(address, name).is_null(), "{address}.{name}");
        }
        let token = self.text_of(TOKEN_, "access_token");
        assert!(self.tenant.accepts(&token));
        token
    }

    /// Which versions of the client's secret were read since this was asked last.
    fn versions_read(&self) -> Vec<Option<i64>> {
        let mut reads = self.vault.take_reads();
        reads.sort();
        reads.dedup();
        let (mine, others): (Vec<_>, Vec<_>) = reads.into_iter().partition(|read| read.path == OKTA);
        let latest = Read {
            path: TERRAFORM.to_owned(),
            version: None,
        };
        assert_eq!(others, [latest]);
        mine.into_iter().map(|read| read.version).collect()
    }
}

#[test]
fn a_secret_goes_from_vault_to_the_tenant_and_is_kept_nowhere_between() {
    needs!(Ephemeral, WriteOnly);
    let (first, second) = (
        "5c1f0e3a9d7b48620f4e1d3c2b5a6978",
        "b8d7c6e5f4a39281706f5e4d3c2b1a09",
    );
    let mut it = Vaulted::new();
    it.write(first);
    assert!(it.planned().iter().all(|actions| actions == &["create"]));
    assert!(client(&it.tenant).is_none());
    let _applied = it.apply_plan().ok();
    it.assert_plan_is_empty();
    let token = it.in_force(first);
    assert_eq!(it.versions_read(), [Some(1)]);

    // a new version in Vault changes nothing by itself; the version in the configuration takes it over
    it.write(second);
    it.tenant.advance(MINUTE); // a tenant that shows late what was made shows it by then
    it.assert_plan_is_empty();
    assert_eq!(it.in_force(first), token);
    it.variable("secret_version", "2");
    let update = vec!["update".to_owned()];
    assert_eq!(it.planned(), [update.clone(), update.clone()]);
    let _applied = it.apply_plan().ok();
    it.assert_plan_is_empty();
    let after_rotation = it.in_force(second);
    assert_ne!(after_rotation, token);
    assert_eq!(it.versions_read(), [Some(1), Some(2)]);

    // the last 30 days of a year: an apply renews the token, and nobody has to be there for the secret
    grow_older(&it, 340 * DAY.as_secs());
    it.tenant.advance(MINUTE);
    assert_eq!(it.planned(), [vec!["no-op".to_owned()], update]);
    let _applied = it.apply_plan().ok();
    it.assert_plan_is_empty();
    assert_ne!(it.in_force(second), after_rotation);
    assert_eq!(it.versions_read(), [Some(2)]);

    // a version that Vault does not have stops the run before anything is sent
    it.forget_requests();
    it.variable("secret_version", "3");
    let _refused = it.expect_error("There is no such version of secret/access/okta");
    assert_eq!(it.count("PUT", CLIENTS) + it.count("POST", CLIENTS), 0);

    it.variable("secret_version", "2");
    it.destroy();
    assert!(client(&it.tenant).is_none());
}
