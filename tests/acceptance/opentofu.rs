//! `examples/opentofu`: two tenants from a map, with encrypted state and plan files.

use std::path::Path;

use access_simulator::{Client, Options, Simulator, Tenant};
use serde_json::{Value as Json, json};
use wsoa_test_kit::cli::configuration;

use crate::fixture::*;

const PASSPHRASE: &str = "a-passphrase-of-an-example";
const TOKEN_: &str = "wsoa_bearer_token.okta";

/// The client of the examples, however the tenant spells its id.
pub fn client(tenant: &Tenant) -> Option<Client> {
    let mut clients = tenant.clients().into_iter();
    clients.find(|client| client.client_id.eq_ignore_ascii_case("OktaSCIM"))
}

/// Two tenants, and the example for them.
struct Both {
    stage: Stage,
    trial: Simulator,
}

impl Both {
    fn new() -> Self {
        let (mut stage, trial) = (stage(""), another_tenant());
        let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/opentofu");
        for (directory, prefix) in [(example.clone(), ""), (example.join("tenant"), "tenant/")] {
            for (name, text) in configuration(&directory) {
                stage.write(&format!("{prefix}{name}"), &text);
            }
        }
        stage.write("versions.tf", ""); // the example has its own
        let trusted = [stage.simulator.ca_pem(), trial.ca_pem()].join("\n");
        stage.unset("WSOA_CA_CERTIFICATE_FILE");
        stage.env("WSOA_CA_CERTIFICATE_PEM", &trusted);
        let (_, secret) = Options::default().admin_client;
        stage.secret_variable(
            "client_secrets",
            &json!({ "production": secret, "trial": secret }).to_string(),
        );
        stage.secret_variable("state_passphrase", PASSPHRASE);
        let mut both = Self { stage, trial };
        both.tenants(&json!({}), None); // without the map there are no providers, and `get` fails
        let _modules = both.stage.run(&["get"]).ok();
        both
    }

    /// Sets the map of tenants: what is said of production, and of the trial.
    fn tenants(&mut self, production: &Json, trial: Option<&Json>) {
        let (id, _) = Options::default().admin_client;
        let tenant = |url: String, name: &str, more: &Json| {
            let mut tenant = json!({ "url": url, "client_id": id, "domain": format!("{name}.example.com") });
            let more = more.as_object().cloned().unwrap_or_default();
            tenant.as_object_mut().unwrap().extend(more);
            tenant
        };
        let mut all = json!({ "production": tenant(self.stage.simulator.url(), "okta", production) });
        if let Some(trial) = trial {
            all["trial"] = tenant(self.trial.url(), "okta-trial", trial);
        }
        self.stage.variable("tenants", &all.to_string());
    }

    /// What was made in each tenant: whether there is a client, and how many directories.
    fn made(&self) -> [(bool, usize); 2] {
        [&self.stage.tenant, &self.trial.tenant()].map(|tenant| {
            let directories = tenant.directories().into_iter();
            let made = directories.filter(|directory| directory.name == "Okta").count();
            (client(tenant).is_some(), made)
        })
    }

    /// The tokens in state by tenant, each of which its tenant takes.
    fn tokens(&self) -> Vec<(&'static str, String)> {
        let tenants = [
            ("production", self.stage.tenant.clone()),
            ("trial", self.trial.tenant()),
        ];
        let all = self.stage.resources();
        let mut tokens = Vec::new();
        for (name, tenant) in tenants {
            let found = all.get(&format!("module.tenant[{name:?}].{TOKEN_}"));
            let Some(token) = found.map(|it| it["values"]["access_token"].as_str().unwrap()) else {
                continue;
            };
            assert!(tenant.accepts(token), "{name}");
            tokens.push((name, token.to_owned()));
        }
        tokens
    }
}

/// State and the plan files are encrypted, and hold none of these secrets.
#[track_caller]
fn assert_unreadable(stage: &Stage, secrets: &[&str]) {
    let mut written = vec![stage.state_text()];
    let plans = stage.plan_files().into_iter();
    written.extend(plans.map(|path| std::fs::read_to_string(path).unwrap()));
    assert!(written.len() > 1);
    for text in &written {
        assert!(text.contains("encrypted_data"), "not encrypted");
        assert!(!secrets.iter().any(|secret| text.contains(secret)));
    }
}

/// In state and plan files that are encrypted, nothing of a client or a token can be read, and the next run can.
#[test]
fn an_encrypted_state_and_plan_show_nothing_and_are_read_again() {
    needs!(StateEncryption);
    // OpenTofu 1.7 has no variables there yet
    let passphrase = format!("{PASSPHRASE:?}");
    let encryption =
        include_str!("../../examples/opentofu/encryption.tf").replace("var.state_passphrase", &passphrase);
    let mut stage = stage(
        r#"
resource "wsoa_oauth_client" "okta" {
  client_id = "OktaSCIM"
}

resource "wsoa_bearer_token" "okta" {
  client_id     = wsoa_oauth_client.okta.id
  client_secret = wsoa_oauth_client.okta.client_secret
}
"#,
    );
    stage.write("encryption.tf", &encryption);
    stage.variable("state_passphrase", "declared, and not used");
    stage.plan();
    let _applied = stage.apply_plan().ok();
    let made = client(&stage.tenant).unwrap();
    let token = stage.resource(TOKEN_)["access_token"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(stage.tenant.accepts(&token));
    stage.assert_plan_is_empty();
    assert_unreadable(&stage, &[&token, &made.secret]);
    stage.destroy();
}

/// A provider for each tenant of a map: each client is made where it belongs.
#[test]
fn each_tenant_of_a_map_has_a_provider_of_its_own() {
    needs!(ProviderForEach);
    let (mut stage, trial) = (stage(""), another_tenant());
    let (id, secret) = Options::default().admin_client;
    let trusted = [stage.simulator.ca_pem(), trial.ca_pem()].join("\n");
    stage.unset("WSOA_CA_CERTIFICATE_FILE");
    stage.env("WSOA_CA_CERTIFICATE_PEM", &trusted);
    stage.secret_variable("client_secret", &secret);
    let tenants = json!({ "production": stage.simulator.url(), "trial": trial.url() });
    stage.variable("tenants", &tenants.to_string());
    stage.config(&format!(
        r#"
variable "tenants" {{
  type = map(string)
}}

variable "client_secret" {{
  sensitive = true
}}

provider "wsoa" {{
  alias         = "each"
  for_each      = var.tenants
  tenant_url    = each.value
  client_id     = "{id}"
  client_secret = var.client_secret
}}

resource "wsoa_oauth_client" "okta" {{
  for_each     = var.tenants
  provider     = wsoa.each[each.key]
  client_id    = "OktaSCIM"
  display_name = each.key
}}
"#
    ));
    stage.settle();
    for (tenant, name) in [(&stage.tenant, "production"), (&trial.tenant(), "trial")] {
        assert_eq!(client(tenant).unwrap().remember_as.as_deref(), Some(name));
    }
    stage.destroy();
    assert!(client(&trial.tenant()).is_none());
    for secret in trial.tenant().every_secret() {
        stage.secret(&secret);
    }
}

#[test]
fn tenants_from_a_map_come_and_go_and_nothing_can_be_read_in_state_or_plan() {
    needs!(ProviderForEach, StateEncryption, Enabled);
    let mut both = Both::new();
    let protected = json!({});
    let open = json!({ "deletion_protection": false });
    both.tenants(&protected, Some(&open));
    both.stage.plan();
    let _applied = both.stage.apply_plan().ok();
    both.stage.assert_plan_is_empty();
    assert_eq!(both.made(), [(true, 1), (true, 1)]);
    let tokens = both.tokens();
    assert_eq!(tokens.len(), 2);
    assert_ne!(tokens[0].1, tokens[1].1);
    let made = client(&both.stage.tenant).unwrap();
    assert_unreadable(&both.stage, &[&tokens[0].1, &tokens[1].1, &made.secret]);

    // one that needs no token loses it, and nothing else happens
    both.tenants(
        &protected,
        Some(&json!({ "deletion_protection": false, "token": false })),
    );
    let planned = both
        .stage
        .plan()
        .output
        .expect("0 to add, 0 to change, 1 to destroy");
    let _said = planned.expect(&format!("module.tenant[\"trial\"].{TOKEN_} will be destroyed"));
    let _applied = both.stage.apply_plan().ok();
    both.stage.assert_plan_is_empty();
    assert_eq!(both.tokens(), tokens[..1]);
    assert_eq!(both.made(), [(true, 1), (true, 1)]);

    // one that leaves goes before its provider does; a protected one does not
    both.tenants(&json!({ "leaving": true }), Some(&open));
    let _refused = both
        .stage
        .try_plan(&[])
        .expect_error("The directory is protected");
    both.tenants(&protected, Some(&json!({ "leaving": true })));
    both.stage.settle();
    assert_eq!(both.made(), [(true, 1), (false, 0)]);
    both.tenants(&protected, None);
    both.stage.settle();
    assert_eq!(both.tokens(), tokens[..1]);

    both.tenants(&open, None);
    both.stage.apply_ok();
    both.stage.destroy();
    assert_eq!(both.made(), [(false, 0), (false, 0)]);
    for secret in both.trial.tenant().every_secret() {
        both.stage.secret(&secret);
    }
}
