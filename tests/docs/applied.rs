//! The examples that need only Access, applied with the real CLI to a simulated tenant.

use std::collections::BTreeMap;
use std::path::Path;

use access_simulator::{Client, Options, Simulator};
use tokio::runtime::Runtime;
use wsoa_test_kit::cli::{Workspace, is_at_least, is_tofu, left_out};

use super::{examples, files, root};

/// Whole configurations that are applied here; `make demo` applies the first once more, and uses what it made. Those that
/// need another provider, or a CLI that can do more, are applied in tests/acceptance.
pub const EXAMPLES: [&str; 5] = [
    "okta-scim",
    "client-secret-rotation",
    "module",
    "multi-tenant",
    "scheduled-rotation",
];

const SCRIPT: &str = "apply-if-nothing-is-deleted.sh";

/// The value of every input variable without a default, all of which are secrets.
const SECRET: &str = "a-secret-of-an-example";

struct Stage {
    tenants: Vec<Simulator>,
    workspace: Workspace,
}

impl Stage {
    /// A workspace whose environment leads to the first of so many tenants.
    fn new(runtime: &Runtime, tenants: usize, files: &[(&str, &str)]) -> Self {
        let tenants: Vec<_> = (0..tenants)
            .map(|_| runtime.block_on(Simulator::start(Options::default())))
            .map(|started| started.expect("a tenant"))
            .collect();
        let mut workspace = Workspace::new(Path::new(examples::PROVIDER), files);
        let (id, secret) = Options::default().admin_client;
        let trusted: Vec<_> = tenants.iter().map(Simulator::ca_pem).collect();
        workspace.env("WSOA_TENANT_URL", &tenants[0].url());
        workspace.env("WSOA_CA_CERTIFICATE_PEM", &trusted.join("\n"));
        workspace.env("WSOA_CLIENT_ID", &id);
        workspace.env("WSOA_CLIENT_SECRET", &secret);
        if files.iter().any(|(file, _)| file.contains('/')) {
            let _modules = workspace.run(&["get"]).ok();
        }
        Self { tenants, workspace }
    }

    /// What is in the tenants.
    fn contents(&self) -> Vec<(usize, usize)> {
        let contents = self.tenants.iter().map(Simulator::tenant);
        contents
            .map(|tenant| (tenant.clients().len(), tenant.directories().len()))
            .collect()
    }
}

pub fn runtime() -> Runtime {
    let _installed_before = rustls::crypto::ring::default_provider().install_default();
    Runtime::new().expect("a runtime")
}

#[test]
fn whole_examples_are_applied_planned_empty_and_destroyed() {
    let (examples, runtime) = (files("examples"), runtime());
    let groups = examples::groups(&examples);
    for name in EXAMPLES {
        let group = &groups[&format!("examples/{name}")];
        if let Some(needed) = group.iter().find_map(|(_, text)| examples::unmet(text)) {
            left_out(&format!("{name} needs {needed}"));
            continue;
        }
        let tenants = if name == "multi-tenant" { 2 } else { 1 };
        let mut stage = Stage::new(&runtime, tenants, group);
        let before = stage.contents();
        if name == "multi-tenant" {
            let (id, secret) = Options::default().admin_client;
            let [production, trial] = [0, 1].map(|n| {
                let url = stage.tenants[n].url();
                format!("{{ url = {url:?}, client_id = {id:?} }}")
            });
            let workspace = &mut stage.workspace;
            workspace.variable(
                "tenants",
                &format!("{{ production = {production}, trial = {trial} }}"),
            );
            let secrets = format!("{{ production = {secret:?}, trial = {secret:?} }}");
            workspace.variable("client_secrets", &secrets);
        }
        stage.workspace.apply_ok();
        stage.workspace.assert_plan_is_empty();
        for (now, before) in stage.contents().iter().zip(&before) {
            assert!(now.0 > before.0, "{name} made no client");
        }
        // a deletion is an apply of its own, with the protection lifted
        stage.workspace.variable("deletion_protection", "false");
        let file = "tenant/main.tf";
        if let Some((_, text)) = group.iter().find(|(name, _)| *name == file) {
            let lifted = text.replace("default     = true", "default     = false");
            stage.workspace.write(file, &lifted);
        }
        stage.workspace.apply_ok();
        stage.workspace.destroy();
        assert_eq!(stage.contents(), before, "{name} left something");
    }
}

/// What a newcomer pastes first.
#[test]
fn the_first_configurations_are_applied_as_they_are() {
    let runtime = runtime();
    for page in ["README.md", "docs/guides/getting-started.md"] {
        let text = std::fs::read_to_string(root().join(page)).expect(page);
        let blocks = examples::code_blocks(&text.replace("\r\n", "\n"));
        let main = blocks
            .first()
            .unwrap_or_else(|| panic!("{page} has no configuration"));
        let stage = Stage::new(&runtime, 1, &[("main.tf", main)]);
        stage.workspace.apply_ok();
        stage.workspace.assert_plan_is_empty();
        let token = stage.workspace.output("token");
        let tenant = stage.tenants[0].tenant();
        assert!(tenant.accepts(token.as_str().unwrap_or_default()), "{page}");
        let address = stage.workspace.output("scim_base_url");
        let expected = format!("{}/SAAS/jersey/manager/api/scim", stage.tenants[0].url());
        assert_eq!(address, expected, "{page}");
    }
}

/// The examples on the pages of the resources. What they take for granted is put into the tenant before.
#[test]
fn examples_of_resources_are_applied_and_planned_empty() {
    let (examples, runtime) = (files("examples"), runtime());
    let mut applied = 0;
    for (name, group) in examples::groups(&examples) {
        let (_, file) = name.rsplit_once('/').expect("a file");
        let too_old = group.iter().any(|(_, text)| examples::unmet(text).is_some());
        if !name.starts_with("examples/resources/") || file.starts_with("import") || too_old {
            continue;
        }
        let mut stage = Stage::new(&runtime, 1, &group);
        let creates_it = group
            .iter()
            .any(|(_, text)| text.contains("resource \"wsoa_oauth_client\""));
        if !creates_it {
            stage.tenants[0].tenant().put_client(Client {
                access_token_ttl: 525_600,
                ..Client::service("OktaSCIM", SECRET)
            });
        }
        for (variable, value) in variables(&group) {
            stage.workspace.variable(&variable, value);
        }
        stage.workspace.apply_ok();
        stage.workspace.assert_plan_is_empty();
        applied += 1;
    }
    assert!(applied >= 8, "{applied}");
}

/// `terraform test` with a provider that is mocked; without it the test of a protected directory leaves it behind.
#[test]
fn the_test_of_an_example_passes() {
    let examples = files("examples");
    let directory = "mocked-tests";
    if is_tofu() || !is_at_least(1, 11) {
        left_out(&format!("{directory} needs Terraform 1.11"));
        return;
    }
    let group = &examples::groups(&examples)["examples/okta-scim"];
    let workspace = Workspace::new(Path::new(examples::PROVIDER), group);
    let directory = format!("-test-directory={directory}");
    let _passed = workspace
        .run(&["test", &directory])
        .ok()
        .expect("1 passed, 0 failed.");
}

/// The input variables without a default.
fn variables(group: &[(&str, &str)]) -> BTreeMap<String, &'static str> {
    let mut found = BTreeMap::new();
    for (_, text) in group {
        for block in text.split("variable \"").skip(1) {
            let (name, block) = block.split_once('"').expect("a name");
            let block = block.split("\n}").next().unwrap_or_default();
            if !block.contains("default") {
                found.insert(name.to_owned(), SECRET);
            }
        }
    }
    found
}

#[test]
fn the_guarded_apply_applies_what_deletes_nothing() {
    if cfg!(windows) {
        return; // a shell script, for the machines of schedulers
    }
    let (examples, runtime) = (files("examples"), runtime());
    let groups = examples::groups(&examples);
    let stage = Stage::new(&runtime, 1, &groups["examples/scheduled-rotation"]);
    let workspace = &stage.workspace;
    workspace.write(
        SCRIPT,
        &examples[&format!("examples/scheduled-rotation/{SCRIPT}")],
    );

    let output = workspace.run_script(SCRIPT);
    assert_eq!(output.code, Some(0), "{}", output.text());
    let clients = stage.tenants[0].tenant().clients();
    assert_eq!(workspace.resources().len(), 2);
    let output = workspace.run_script(SCRIPT).ok().expect("No changes");
    assert!(!output.text().contains("Apply complete"), "{}", output.text());

    // another id replaces the client
    let main = workspace.text("main.tf");
    workspace.write("main.tf", &main.replace("\"OktaSCIM\"", "\"OktaSCIM2\""));
    let output = workspace.run_script(SCRIPT);
    assert_eq!(output.code, Some(3), "{}", output.text());
    let _said = output.expect("would delete or replace: wsoa_oauth_client.okta");
    assert_eq!(stage.tenants[0].tenant().clients(), clients, "it was applied");

    // a check that fails is told, and so is what is wrong with the configuration
    let failing = main.replace("\"-336h\"", "\"-87600h\"");
    workspace.write("main.tf", &failing);
    let output = workspace.run_script(SCRIPT);
    assert_eq!(output.code, Some(3), "{}", output.text());
    let _said = output.expect("A check fails: The SCIM token expires within 14 days");
    workspace.write("main.tf", &main.replace("client_id  ", "client_di  "));
    assert_eq!(workspace.run_script(SCRIPT).code, Some(1));
}
