//! What the CLI at hand can do, by its product and version; and what a test needs of it.
//!
//! The table is the products' own release notes, never the provider's view of the CLI: a CLI that should be able to do
//! something and does not is a failure.

use std::io::{self, Write};
use std::process::Command;
use std::sync::LazyLock;
use std::{env, fmt, thread};

use super::find;

/// Something that not every CLI can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Feature {
    /// Resources of a provider.
    Managed,
    /// Data sources of a provider.
    DataSources,
    /// Preconditions, postconditions and `replace_triggered_by`.
    Conditions,
    /// The resource `terraform_data`.
    TerraformData,
    /// `import` blocks.
    ImportBlock,
    /// `check` blocks.
    Check,
    /// `removed` blocks.
    Removed,
    /// Functions of providers.
    Functions,
    /// `moved` between types and between addresses of a provider.
    Moved,
    /// Ephemeral variables, outputs and resources.
    Ephemeral,
    /// Write-only arguments.
    WriteOnly,
    /// Resource identity, and imports by it.
    Identity,
    /// `terraform query`.
    List,
    /// `for_each` in a provider block.
    ProviderForEach,
    /// Encrypted state and plan files.
    StateEncryption,
    /// `enabled` in a lifecycle block.
    Enabled,
}

/// What the variable ends with that names a file for the list of what was left out.
const LISTED_IN: &str = "_TEST_LEFT_OUT";

/// What the variable ends with that names a file for the list of what was run, and what of the CLI it needs.
const RUN_IN: &str = "_TEST_RUN";

type Since = Option<Version>;

/// Feature, the first Terraform that has it, the first `OpenTofu`.
const TABLE: [(Feature, Since, Since); 16] = [
    (Feature::Managed, since(1, 0), since(1, 6)),
    (Feature::DataSources, since(1, 0), since(1, 6)),
    (Feature::Conditions, since(1, 2), since(1, 6)),
    (Feature::TerraformData, since(1, 4), since(1, 6)),
    (Feature::ImportBlock, since(1, 5), since(1, 6)),
    (Feature::Check, since(1, 5), since(1, 6)),
    (Feature::Removed, since(1, 7), since(1, 7)),
    (Feature::Functions, since(1, 8), since(1, 7)),
    (Feature::Moved, since(1, 8), since(1, 10)),
    (Feature::Ephemeral, since(1, 10), since(1, 11)),
    (Feature::WriteOnly, since(1, 11), since(1, 11)),
    (Feature::Identity, since(1, 12), since(1, 12)),
    (Feature::List, since(1, 14), None),
    (Feature::ProviderForEach, None, since(1, 9)),
    (Feature::StateEncryption, None, since(1, 7)),
    (Feature::Enabled, None, since(1, 11)),
];

/// A version's first two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Version(u32, u32);

#[expect(
    clippy::unnecessary_wraps,
    reason = "a row says None where a product has none"
)]
const fn since(major: u32, minor: u32) -> Since {
    Some(Version(major, minor))
}

/// Whose CLI it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Product {
    Terraform,
    OpenTofu,
}

/// A CLI, by what it says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cli {
    product: Product,
    version: Version,
}

impl fmt::Display for Cli {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let product = match self.product {
            Product::Terraform => "Terraform",
            Product::OpenTofu => "OpenTofu",
        };
        write!(formatter, "{product} {}.{}", self.version.0, self.version.1)
    }
}

impl Cli {
    /// `Terraform v1.11.4` or `OpenTofu v1.12.6`, the first such line of what `version` prints. What `version -json` prints
    /// names no product.
    fn parse(told: &str) -> Option<Self> {
        told.lines().find_map(|line| {
            let (product, version) = line.trim().split_once(" v")?;
            let product = match product {
                "Terraform" => Product::Terraform,
                "OpenTofu" => Product::OpenTofu,
                _ => return None,
            };
            let mut numbers = version.split(['.', '-']).map_while(|number| number.parse().ok());
            let version = Version(numbers.next()?, numbers.next()?);
            Some(Self { product, version })
        })
    }

    fn has(self, feature: Feature) -> bool {
        let (_, terraform, tofu) = TABLE
            .into_iter()
            .find(|row| row.0 == feature)
            .expect("a row for each feature");
        let first = match self.product {
            Product::Terraform => terraform,
            Product::OpenTofu => tofu,
        };
        first.is_some_and(|first| self.version >= first)
    }
}

static CLI: LazyLock<Cli> = LazyLock::new(|| {
    let program = find();
    let told = Command::new(&program)
        .arg("version")
        .env("CHECKPOINT_DISABLE", "1")
        .env_remove("TF_CLI_CONFIG_FILE")
        .output()
        .unwrap_or_else(|error| panic!("{} does not run: {error}", program.display()));
    let text = String::from_utf8_lossy(&told.stdout).into_owned();
    Cli::parse(&text).unwrap_or_else(|| panic!("{} is neither Terraform nor OpenTofu", program.display()))
});

/// Whether the CLI at hand can do this.
pub fn has(feature: Feature) -> bool {
    CLI.has(feature)
}

/// Whether the CLI at hand is `OpenTofu`.
pub fn is_tofu() -> bool {
    CLI.product == Product::OpenTofu
}

/// Whether the CLI at hand is of this version, or a newer one.
pub fn is_at_least(major: u32, minor: u32) -> bool {
    CLI.version >= Version(major, minor)
}

/// Whether the CLI at hand generates a configuration only for imports that name their provider: Terraform 1.16.0-rc2 looks
/// for that of any other import among its maker's own, whatever is required
/// (`internal/terraform/node_resource_abstract.go`).
pub fn asks_for_the_provider_of_an_import() -> bool {
    CLI.product == Product::Terraform && CLI.version == Version(1, 16)
}

/// Whether the CLI at hand configures a provider for its functions, so that they need a provider block: `OpenTofu` did so
/// before 1.11.
pub fn configures_for_functions() -> bool {
    is_tofu() && CLI.version < Version(1, 11)
}

/// Whether the calling test has to be left out with the CLI at hand, because it lacks one of these; then that is printed.
/// See [`needs!`](crate::needs).
pub fn lacks(needed: &[Feature]) -> bool {
    let missing = needed.iter().find(|feature| !has(**feature));
    if let Some(feature) = missing {
        left_out(&format!("{} has no {feature:?}", *CLI));
    } else {
        let names: Vec<_> = needed.iter().map(|feature| format!("{feature:?}")).collect();
        list(RUN_IN, &names.join(" "));
    }
    missing.is_some()
}

/// Whether a CLI that says this of itself, such as `Terraform v1.11.4`, can do this; `None` where it is no CLI.
pub fn offers(told: &str, feature: Feature) -> Option<bool> {
    Some(Cli::parse(told)?.has(feature))
}

/// Says that the calling test is not run, by name and with the reason, past the harness, which swallows what a test that
/// passes prints.
pub fn left_out(reason: &str) {
    let thread = thread::current();
    let name = thread.name().unwrap_or("a test");
    let _closed = writeln!(io::stderr(), "left out: {name}: {reason}");
    list(LISTED_IN, reason);
}

/// Puts the calling test on the list that a variable with this end names, if there is one.
fn list(variable: &str, what: &str) {
    let thread = thread::current();
    let name = thread.name().unwrap_or("a test");
    let list = env::vars_os().find(|(name, _)| name.to_string_lossy().ends_with(variable));
    if let Some((_, path)) = list {
        let file = std::fs::OpenOptions::new().create(true).append(true).open(path);
        let line = format!("{name}: {what}\n"); // whole, because others write at the same time
        let _unwritable = file.and_then(|mut file| file.write_all(line.as_bytes()));
    }
}

/// Ends the test, and says so, unless the CLI at hand has all of these features: `needs!(WriteOnly, Ephemeral);`
#[macro_export]
macro_rules! needs {
    ($($feature:ident),+ $(,)?) => {
        if $crate::testing::cli::lacks(&[$($crate::testing::cli::Feature::$feature),+]) {
            return;
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cli_is_known_by_what_it_prints() {
        for (told, expected) in [
            (
                "Terraform v1.11.4\non linux_amd64\n",
                Some((Product::Terraform, 1, 11)),
            ),
            (
                "\nWarning: x\n\nOpenTofu v1.12.6\non linux_amd64",
                Some((Product::OpenTofu, 1, 12)),
            ),
            ("Terraform v1.16.0-rc2", Some((Product::Terraform, 1, 16))),
            ("OpenTofu v1.13.0-dev", Some((Product::OpenTofu, 1, 13))),
            ("Terragrunt v0.1.2", None),
            ("Terraform vnext", None),
            ("", None),
        ] {
            let cli = Cli::parse(told).map(|cli| (cli.product, cli.version.0, cli.version.1));
            assert_eq!(cli, expected, "{told}");
        }
    }

    #[test]
    fn each_product_has_what_its_release_notes_say() {
        let has = |told: &str, feature| Cli::parse(told).unwrap().has(feature);
        for (told, feature, expected) in [
            ("Terraform v1.10.5", Feature::WriteOnly, false),
            ("Terraform v1.11.0", Feature::WriteOnly, true),
            ("OpenTofu v1.10.9", Feature::Ephemeral, false),
            ("OpenTofu v1.11.0", Feature::Ephemeral, true),
            ("Terraform v1.16.0", Feature::StateEncryption, false),
            ("OpenTofu v1.12.6", Feature::List, false),
            ("Terraform v2.0.0", Feature::List, true),
        ] {
            assert_eq!(has(told, feature), expected, "{told} {feature:?}");
        }
    }
}
