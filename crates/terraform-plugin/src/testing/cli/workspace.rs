//! A directory with a configuration, and the commands one runs in it.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use std::{env, fs};

use serde_json::Value as Json;
use tempfile::TempDir;

use super::private::aged_state;
use super::run::Transcript;
use super::{Output, Running, find};
use crate::testing::environment;

const TIMEOUT: Duration = Duration::from_secs(180);
/// Host and namespace of another address of the provider, such as a private mirror gives it.
const PROVISIONAL: &str = "example.com/acme";
const LOG_FILE: &str = "cli.log";
/// Where addresses of providers and the directories of their binaries follow.
const OVERRIDES: &str = "  dev_overrides {\n";
/// The directory in a workspace from which [`Workspace::installing`] installs.
pub const MIRROR: &str = "mirror";

/// A directory with a configuration and a state of its own.
pub struct Workspace {
    directory: TempDir,
    provider: String,
    added: Vec<String>,
    program: PathBuf,
    environment: BTreeMap<String, String>,
    plans: Cell<usize>,
    transcript: Transcript,
    /// How long one run may take.
    pub timeout: Duration,
}

/// What a plan came to.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What the CLI said.
    pub output: Output,
}

impl Plan {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.output.code == Some(0)
    }
}

impl Workspace {
    /// Writes these files and makes the CLI take the provider from the directory of `binary`. Nothing is installed, so
    /// `init` is neither needed nor possible. The provider `acme` (`terraform-provider-acme`) is `acme/acme` at both
    /// registries, and `example.com/acme/acme`.
    pub fn new(binary: &Path, files: &[(&str, &str)]) -> Self {
        let name = environment::provider_of(binary);
        let namespaces = [
            &format!("registry.terraform.io/{name}"),
            &format!("registry.opentofu.org/{name}"),
            PROVISIONAL,
        ];
        Self::with_provider(&name, &namespaces, binary, files)
    }

    /// The same for any provider: its name, and what stands before it in source addresses.
    pub fn with_provider(name: &str, namespaces: &[&str], binary: &Path, files: &[(&str, &str)]) -> Self {
        let mut workspace = Self::without_provider(name, files);
        fs::create_dir(workspace.path("plugins")).unwrap();
        let config = format!("provider_installation {{\n{OVERRIDES}  }}\n  direct {{}}\n}}\n");
        workspace.write("cli.tfrc", &config);
        workspace.add_provider(name, namespaces, binary);
        workspace
    }

    /// Makes the CLI take one more provider from a binary, for a workspace that takes one from a binary already. What the
    /// machine has set up for that provider in its environment does not reach it either.
    pub fn add_provider(&mut self, name: &str, namespaces: &[&str], binary: &Path) {
        self.added.push(name.to_owned());
        let plugins = self.path("plugins");
        let installed = plugins.join(format!("terraform-provider-{name}{}", env::consts::EXE_SUFFIX));
        let binary = fs::canonicalize(binary).unwrap_or_else(|error| panic!("{}: {error}", binary.display()));
        #[cfg(unix)]
        std::os::unix::fs::symlink(binary, installed).unwrap();
        #[cfg(not(unix))]
        fs::copy(binary, installed).unwrap();
        let address = |namespace| format!("    \"{namespace}/{name}\" = {:?}\n", plugins.to_string_lossy());
        let addresses = namespaces.iter().map(address).collect::<Vec<_>>().concat();
        let config = self.text("cli.tfrc");
        self.write(
            "cli.tfrc",
            &config.replacen(OVERRIDES, &format!("{OVERRIDES}{addresses}"), 1),
        );
    }

    /// The same for a provider that is already running: `reattach` is the value of `TF_REATTACH_PROVIDERS` it printed.
    pub fn attached(reattach: &str, files: &[(&str, &str)]) -> Self {
        let mut workspace = Self::without_provider("", files);
        workspace.write("cli.tfrc", "");
        workspace.env("TF_REATTACH_PROVIDERS", reattach);
        workspace
    }

    /// The same for a provider that `init` installs: from a mirror with this archive, and from nowhere else.
    pub fn installing(archive: &Path, files: &[(&str, &str)]) -> Self {
        let named = environment::provider_of(archive); // acme_1.0.0_linux_amd64
        let name = named.split('_').next().unwrap_or_default();
        let workspace = Self::without_provider(name, files);
        workspace.mirror(archive);
        let config = format!(
            "provider_installation {{\n  filesystem_mirror {{\n    path = {:?}\n  }}\n}}\n",
            workspace.path(MIRROR).to_string_lossy()
        );
        workspace.write("cli.tfrc", &config);
        workspace
    }

    /// Puts an archive into the mirror, at the provider's address in each registry, in place of one of the same name.
    pub fn mirror(&self, archive: &Path) {
        for host in ["registry.terraform.io", "registry.opentofu.org"] {
            let name = &self.provider;
            let directory = self.path(MIRROR).join(host).join(name).join(name);
            fs::create_dir_all(&directory).unwrap();
            fs::copy(archive, directory.join(archive.file_name().unwrap())).unwrap();
        }
    }

    fn without_provider(name: &str, files: &[(&str, &str)]) -> Self {
        let directory = tempfile::Builder::new().prefix("workspace").tempdir().unwrap();
        let workspace = Self {
            directory,
            provider: name.to_owned(),
            added: Vec::new(),
            program: find(),
            environment: BTreeMap::new(),
            plans: Cell::new(0),
            transcript: Transcript::default(),
            timeout: TIMEOUT,
        };
        fs::create_dir(workspace.path("home")).unwrap();
        for (name, text) in files {
            workspace.write(name, text);
        }
        workspace
    }

    /// A path in the directory.
    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Writes a file, or writes it anew.
    pub fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("inside the directory")).unwrap();
        fs::write(path, text).unwrap();
    }

    /// The text of a file.
    pub fn text(&self, name: &str) -> String {
        let path = self.path(name);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// Sets an environment variable for all runs to come.
    pub fn env(&mut self, name: &str, value: &str) {
        self.environment.insert(name.to_owned(), value.to_owned());
    }

    /// Removes it again.
    pub fn unset(&mut self, name: &str) {
        self.environment.remove(name);
    }

    /// Sets an input variable for all runs to come.
    pub fn variable(&mut self, name: &str, value: &str) {
        self.env(&format!("TF_VAR_{name}"), value);
    }

    /// Writes the log of all runs to come, CLI and provider, to a file; see [`Self::log_text`].
    pub fn log(&mut self, level: &str) {
        let path = self.path(LOG_FILE).to_string_lossy().into_owned();
        self.env("TF_LOG", level);
        self.env("TF_LOG_PATH", &path);
    }

    /// The log so far.
    pub fn log_text(&self) -> String {
        self.text(LOG_FILE)
    }

    /// Starts the CLI.
    pub fn start(&self, arguments: &[&str]) -> Running {
        self.start_program(&self.program, arguments)
    }

    /// Runs a shell script of the directory, which finds the CLI in `CLI`.
    pub fn run_script(&self, name: &str) -> Output {
        self.start_program(Path::new("sh"), &[name]).wait()
    }

    fn start_program(&self, program: &Path, arguments: &[&str]) -> Running {
        let mut command = Command::new(program);
        command.current_dir(self.directory.path()).args(arguments);
        let providers = [&self.provider].into_iter().chain(&self.added);
        for name in providers.flat_map(|provider| environment::foreign(provider)) {
            command.env_remove(name);
        }
        command
            .env("HOME", self.path("home"))
            .env("TF_CLI_CONFIG_FILE", self.path("cli.tfrc"))
            .env("CHECKPOINT_DISABLE", "1")
            .env("TF_IN_AUTOMATION", "1")
            .env("NO_COLOR", "1")
            .env("CLI", &self.program)
            .envs(&self.environment);
        Running::start(command, self.timeout, Transcript::clone(&self.transcript))
    }

    /// Runs the CLI to its end.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.start(arguments).wait()
    }

    /// `validate -json`.
    pub fn validate(&self) -> Json {
        self.run(&["validate", "-json"]).json()
    }

    /// Every run that has ended so far.
    pub fn transcript(&self) -> Vec<Output> {
        self.transcript.lock().unwrap().clone()
    }

    /// The files that `plan` wrote, the last one at the end.
    pub fn plan_files(&self) -> Vec<PathBuf> {
        let paths = (1..=self.plans.get()).map(|number| self.path(&plan_file(number)));
        paths.filter(|path| path.is_file()).collect()
    }

    /// `plan` into a file of its own; whatever it comes to, also an error.
    pub fn try_plan(&self, more: &[&str]) -> Output {
        self.plans.set(self.plans.get() + 1);
        let out = format!("-out={}", plan_file(self.plans.get()));
        let arguments = ["plan", "-input=false", "-no-color", "-detailed-exitcode", &out];
        self.run(&[&arguments, more].concat())
    }

    /// `plan` that succeeds.
    pub fn plan(&self) -> Plan {
        let output = self.try_plan(&[]);
        assert!(
            matches!(output.code, Some(0 | 2)),
            "plan failed:\n{}",
            output.text()
        );
        Plan { output }
    }

    /// Whether there is nothing to do.
    pub fn plan_is_empty(&self) -> bool {
        self.plan().is_empty()
    }

    /// Panics with the plan unless there is nothing to do.
    #[track_caller]
    pub fn assert_plan_is_empty(&self) {
        let plan = self.plan();
        assert!(
            plan.is_empty(),
            "there is something to do:\n{}",
            plan.output.text()
        );
    }

    /// The last plan as `show -json`.
    pub fn show_plan(&self) -> Json {
        self.run(&["show", "-json", &plan_file(self.plans.get())])
            .ok()
            .json()
    }

    /// What the last plan does to one resource: `["create"]`, `["delete", "create"]`, `["no-op"]`.
    pub fn planned_actions(&self, address: &str) -> Vec<String> {
        let plan = self.show_plan();
        let changes = plan["resource_changes"].as_array().cloned().unwrap_or_default();
        let change = changes.iter().find(|change| change["address"] == address);
        let change = change.unwrap_or_else(|| panic!("the plan does not know {address}: {plan}"));
        serde_json::from_value(change["change"]["actions"].clone()).unwrap()
    }

    /// `apply`; whatever it comes to.
    pub fn apply(&self) -> Output {
        self.run(&["apply", "-input=false", "-no-color", "-auto-approve"])
    }

    /// `apply` of the last plan.
    pub fn apply_plan(&self) -> Output {
        let plan = plan_file(self.plans.get());
        self.run(&["apply", "-input=false", "-no-color", &plan])
    }

    /// `apply` that succeeds.
    #[track_caller]
    pub fn apply_ok(&self) -> Output {
        self.apply().ok()
    }

    /// `apply` that fails and says this.
    #[track_caller]
    pub fn expect_error(&self, text: &str) -> Output {
        self.apply().expect_error(text)
    }

    /// `destroy` that succeeds.
    #[track_caller]
    pub fn destroy(&self) -> Output {
        self.run(&["destroy", "-input=false", "-no-color", "-auto-approve"])
            .ok()
    }

    /// `apply -refresh-only` that succeeds: the state learns what changed outside.
    #[track_caller]
    pub fn refresh_only(&self) -> Output {
        self.run(&[
            "apply",
            "-refresh-only",
            "-input=false",
            "-no-color",
            "-auto-approve",
        ])
        .ok()
    }

    /// `import`; whatever it comes to.
    pub fn import(&self, address: &str, id: &str) -> Output {
        self.run(&["import", "-input=false", "-no-color", address, id])
    }

    /// `state show` of one resource.
    pub fn state_show(&self, address: &str) -> String {
        self.run(&["state", "show", "-no-color", address]).ok().stdout
    }

    /// The state as `show -json`.
    pub fn show(&self) -> Json {
        self.run(&["show", "-json"]).ok().json()
    }

    /// Everything in the state by address.
    pub fn resources(&self) -> BTreeMap<String, Json> {
        let mut found = BTreeMap::new();
        collect(&self.show()["values"]["root_module"], &mut found);
        found
    }

    /// The attributes of one resource in the state.
    #[track_caller]
    pub fn resource(&self, address: &str) -> Json {
        let all = self.resources();
        let resource = all.get(address);
        resource.unwrap_or_else(|| panic!("no {address} in the state, but {:?}", all.keys()))["values"]
            .clone()
    }

    /// One output.
    pub fn output(&self, name: &str) -> Json {
        self.run(&["output", "-json", name]).ok().json()
    }

    /// Lets time pass for the state: every RFC 3339 instant in the provider's private data, and in the attributes of these
    /// names, is moved back, so that what was done a moment ago is `by` older. Other attributes stay as they are. Returns
    /// how many instants there were.
    pub fn age(&self, by: Duration, attributes: &[&str]) -> usize {
        let (state, moved) = aged_state(&self.state_text(), by, attributes);
        self.write("terraform.tfstate", &state);
        moved
    }

    /// The state file as it is, to look for what must not be in it.
    pub fn state_text(&self) -> String {
        self.text("terraform.tfstate")
    }
}

fn plan_file(number: usize) -> String {
    format!("plan-{number}.bin")
}

fn collect(module: &Json, found: &mut BTreeMap<String, Json>) {
    for resource in module["resources"].as_array().into_iter().flatten() {
        let address = resource["address"].as_str().expect("an address").to_owned();
        found.insert(address, resource.clone());
    }
    for child in module["child_modules"].as_array().into_iter().flatten() {
        collect(child, found);
    }
}
