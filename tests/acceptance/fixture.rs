//! A simulated tenant, a directory with a configuration for it, and the proof at the end that no secret got out.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::{Deref, DerefMut};
use std::path::Path;
use std::sync::LazyLock;
use std::time::Duration;
use std::{env, thread};

use access_simulator::{Action, Fault, Options, Profile, Recorded, Simulator, Switches, Tenant};
use serde_json::Value as Json;
use tokio::runtime::Runtime;
use wsoa_test_kit::cli::{Output, Workspace};
pub use wsoa_test_kit::needs;
use wsoa_test_kit::okta::{self, Okta, Org};
pub use wsoa_test_kit::tenant::{CLIENTS, DIRECTORIES, TOKEN};
use wsoa_test_kit::vault::{self, Vault};

use crate::redaction;

/// The environment variable that names the kind of tenant of a run.
pub const PROFILE_VARIABLE: &str = "WSOA_TEST_PROFILE";

/// More than a tenant is given to show what an apply wrote.
pub const MINUTE: Duration = Duration::from_secs(61);

/// How a CLI refuses to destroy what `prevent_destroy` guards: "Instance …" says Terraform, "Resource instance …" says
/// `OpenTofu` from 1.12 on.
pub const PREVENTED: &str = "nstance cannot be destroyed";

/// What every configuration starts with. Credentials come from the environment.
const HEAD: &str = "terraform {\n  required_providers {\n    wsoa = { source = \"wsoa/wsoa\" }\n  }\n}\n";

/// The simulated tenants of all tests run here; the tests themselves wait for processes.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    let _installed_before = rustls::crypto::ring::default_provider().install_default();
    Runtime::new().unwrap()
});

/// A tenant and a configuration, as one user has them. Everything the CLI does here is logged at TRACE, and when this
/// is dropped, all that was written is searched for secrets.
pub struct Stage {
    pub tenant: Tenant,
    pub simulator: Simulator,
    workspace: Workspace,
    /// Secrets beside those that the tenant knows of.
    secrets: RefCell<BTreeSet<String>>,
    /// Values of sensitive input variables, which the CLI itself stores in plan files.
    variables: BTreeSet<String>,
}

impl Deref for Stage {
    type Target = Workspace;

    fn deref(&self) -> &Workspace {
        &self.workspace
    }
}

impl DerefMut for Stage {
    fn deref_mut(&mut self) -> &mut Workspace {
        &mut self.workspace
    }
}

/// A tenant with its defaults, and a provider that the environment signs in as `terraform-admin`.
pub fn stage(main: &str) -> Stage {
    stage_with(Options::default(), main)
}

/// The same with another tenant.
pub fn stage_with(options: Options, main: &str) -> Stage {
    let (client_id, client_secret) = options.admin_client.clone();
    let mut stage = bare_stage(options, main);
    let (url, ca) = (
        stage.simulator.url(),
        stage.simulator.ca_file().display().to_string(),
    );
    stage.env("WSOA_TENANT_URL", &url);
    stage.env("WSOA_CA_CERTIFICATE_FILE", &ca);
    stage.env("WSOA_CLIENT_ID", &client_id);
    stage.env("WSOA_CLIENT_SECRET", &client_secret);
    stage
}

/// The kind of tenant of this run, where a test does not choose for itself.
fn profile() -> Profile {
    match env::var(PROFILE_VARIABLE) {
        Ok(name) => Profile::named(&name)
            .unwrap_or_else(|| panic!("{PROFILE_VARIABLE}={name}: there is no such profile")),
        Err(_) => Profile::default(),
    }
}

/// A tenant beside that of a stage, of the same kind and with the same credentials.
pub fn another_tenant() -> Simulator {
    let options = Options {
        switches: profile().switches(),
        ..Options::default()
    };
    RUNTIME.block_on(Simulator::start(options)).unwrap()
}

/// The same without any `WSOA_` variable. A tenant with its defaults is of the profile that was chosen for the run.
pub fn bare_stage(mut options: Options, main: &str) -> Stage {
    if options.switches == Switches::default() {
        options.switches = profile().switches();
    }
    let simulator = RUNTIME.block_on(Simulator::start(options)).unwrap();
    let binary = Path::new(env!("CARGO_BIN_EXE_terraform-provider-wsoa"));
    let mut workspace = Workspace::new(binary, &[("versions.tf", HEAD), ("main.tf", main)]);
    workspace.log("TRACE");
    Stage {
        tenant: simulator.tenant(),
        simulator,
        workspace,
        secrets: RefCell::default(),
        variables: BTreeSet::new(),
    }
}

impl Stage {
    /// Replaces the configuration.
    pub fn config(&self, main: &str) {
        self.write("main.tf", main);
    }

    /// Serves Okta's provider for this organization, beside ours.
    pub fn attach_okta(&mut self, org: &Org) {
        let reattach = RUNTIME.block_on(async { Okta::attach(org) });
        self.env("TF_REATTACH_PROVIDERS", &reattach);
    }

    /// Serves the provider for this Vault, beside ours.
    pub fn attach_vault(&mut self, vault: &Vault) {
        let reattach = RUNTIME.block_on(async { vault::Provider::attach(vault) });
        self.env("TF_REATTACH_PROVIDERS", &reattach);
    }

    /// Puts a build of Okta's own provider beside ours, and this organization in the place of Okta.
    pub fn install_okta(&mut self, binary: &Path, org: &Org) {
        let namespaces = ["registry.terraform.io/okta", "registry.opentofu.org/okta"];
        self.add_provider("okta", &namespaces, binary);
        let proxy = RUNTIME.block_on(okta::proxy(org));
        self.env("OKTA_HTTP_PROXY", &proxy);
        self.env("OKTA_ORG_NAME", "acme");
        self.env("OKTA_BASE_URL", "okta.example");
        self.env("OKTA_API_TOKEN", okta::API_TOKEN);
    }

    /// A secret that must not turn up anywhere but in documented attributes, even if it never reaches the tenant.
    pub fn secret(&self, secret: &str) {
        self.secrets.borrow_mut().insert(secret.to_owned());
    }

    /// A sensitive input variable. The CLI keeps it in plan files, as it keeps every variable that is not ephemeral.
    pub fn secret_variable(&mut self, name: &str, value: &str) {
        self.secret(value);
        self.variables.insert(value.to_owned());
        self.variable(name, value);
    }

    /// An ephemeral input variable, which nothing may keep.
    pub fn ephemeral_variable(&mut self, name: &str, value: &str) {
        self.secret(value);
        self.variable(name, value);
    }

    /// Lets time pass for all that tells the provider when it wrote.
    pub fn let_pass(&self, time: Duration) {
        self.age(time, &["created_at"]);
    }

    /// Applies, and proves that a plan after that finds nothing to do.
    #[track_caller]
    pub fn settle(&self) -> Output {
        let output = self.apply_ok();
        self.assert_plan_is_empty();
        output
    }

    /// Plans, checks what is planned for one resource, and applies that plan; then there is nothing left to do.
    #[track_caller]
    pub fn change(&self, address: &str, actions: &[&str]) -> Output {
        assert_eq!(self.plan_for(address), actions, "{address}");
        let output = self.apply_plan().ok();
        self.assert_plan_is_empty();
        output
    }

    /// What a new plan does to one resource.
    #[track_caller]
    pub fn plan_for(&self, address: &str) -> Vec<String> {
        self.plan();
        self.planned_actions(address)
    }

    /// The attributes that the last plan changes of one resource, those that are only known after apply included.
    pub fn planned_changes(&self, address: &str) -> BTreeSet<String> {
        let plan = self.show_plan();
        let changes = plan["resource_changes"].as_array().cloned().unwrap_or_default();
        let found = changes.into_iter().find(|change| change["address"] == address);
        let change = found.unwrap_or_else(|| panic!("the plan does not know {address}"))["change"].clone();
        let names = |part: &str| change[part].as_object().cloned().unwrap_or_default();
        let (before, after) = (names("before"), names("after"));
        let differing = after
            .iter()
            .filter(|(name, value)| before.get(*name) != Some(*value));
        let unknown = names("after_unknown")
            .into_iter()
            .filter(|(_, value)| *value == true);
        differing
            .map(|(name, _)| name.clone())
            .chain(unknown.map(|(name, _)| name))
            .collect()
    }

    /// The requests with this method whose path holds `path`.
    pub fn requests(&self, method: &str, path: &str) -> Vec<Recorded> {
        let all = self.tenant.requests().into_iter();
        all.filter(|seen| seen.method == method && seen.path.contains(path))
            .collect()
    }

    /// How many of them.
    pub fn count(&self, method: &str, path: &str) -> usize {
        self.requests(method, path).len()
    }

    /// Forgets the requests so far, but not the credentials in them.
    pub fn forget_requests(&self) {
        self.note_credentials();
        self.tenant.clear_requests();
    }

    fn note_credentials(&self) {
        let requests = self.tenant.requests();
        let headers = requests.iter().filter_map(|seen| seen.header("authorization"));
        let credentials = headers.filter_map(|header| header.split_whitespace().last());
        self.secrets.borrow_mut().extend(credentials.map(str::to_owned));
    }

    /// The next request like this goes wrong.
    pub fn fail(&self, method: &str, path: &str, action: Action) {
        self.tenant.push_fault(Fault::on(method, path, action));
    }

    /// One attribute of one resource in the state.
    #[track_caller]
    pub fn attribute(&self, address: &str, name: &str) -> Json {
        self.resource(address)[name].clone()
    }

    /// The same as text.
    #[track_caller]
    pub fn text_of(&self, address: &str, name: &str) -> String {
        let value = self.attribute(address, name);
        value
            .as_str()
            .unwrap_or_else(|| panic!("{address}.{name} is {value}"))
            .to_owned()
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        if thread::panicking() {
            return;
        }
        self.note_credentials();
        let mut secrets = self.secrets.borrow().clone();
        secrets.extend(self.tenant.every_secret());
        let name = thread::current().name().unwrap_or("a test").to_owned();
        redaction::prove(&name, &self.workspace, &secrets, &self.variables);
    }
}

/// One diagnostic in `-json` output: what it says, and the piece of configuration it points at.
pub struct Finding {
    pub summary: String,
    pub detail: String,
    pub address: String,
    pub snippet: String,
    pub context: String,
}

/// The errors among diagnostics in `-json` form.
pub fn errors(diagnostics: &Json) -> Vec<Finding> {
    let text = |value: &Json| value.as_str().unwrap_or_default().to_owned();
    let all = diagnostics.as_array().cloned().unwrap_or_default().into_iter();
    all.filter(|diagnostic| diagnostic["severity"] == "error")
        .map(|diagnostic| Finding {
            summary: text(&diagnostic["summary"]),
            detail: text(&diagnostic["detail"]),
            address: text(&diagnostic["address"]),
            snippet: text(&diagnostic["snippet"]["code"]),
            context: text(&diagnostic["snippet"]["context"]),
        })
        .collect()
}

/// The errors in what `plan -json` or `apply -json` wrote.
pub fn errors_of(output: &Output) -> Vec<Finding> {
    let lines = output.json_lines().into_iter();
    let diagnostics = lines.filter(|line| line["type"] == "diagnostic");
    errors(&diagnostics.map(|line| line["diagnostic"].clone()).collect())
}

/// Panics if the CLI or the provider broke down instead of answering.
#[track_caller]
pub fn assert_no_breakdown(output: &Output) {
    for sign in [
        "panic",
        "Request cancelled",
        "Plugin did not respond",
        "stack trace",
    ] {
        assert!(
            !output.text().contains(sign),
            "{} broke down ({sign}):\n{}",
            output.command,
            output.text()
        );
    }
}

/// GET as somebody who has this token; the status.
pub fn get(stage: &Stage, url: &str, token: &str) -> u16 {
    let call = client(stage).get(url).bearer_auth(token).send();
    RUNTIME.block_on(call).unwrap().status().as_u16()
}

/// A token of this client, as its owner gets it.
pub fn mint(stage: &Stage, id: &str, secret: &str) -> String {
    let url = format!("{}/SAAS/auth/oauthtoken", stage.simulator.url());
    let call = client(stage).post(url).basic_auth(id, Some(secret));
    let answer = RUNTIME.block_on(async {
        let call = call.form(&[("grant_type", "client_credentials")]);
        call.send().await.unwrap().json::<Json>().await.unwrap()
    });
    answer["access_token"].as_str().unwrap().to_owned()
}

fn client(stage: &Stage) -> reqwest::Client {
    let certificate = reqwest::Certificate::from_pem(stage.simulator.ca_pem().as_bytes()).unwrap();
    let client = reqwest::Client::builder()
        .add_root_certificate(certificate)
        .no_proxy();
    client.build().unwrap()
}
