//! Finding a directory by what people know of it, and what is said if that fails.

use terraform_plugin::diagnostic::Severity;
use terraform_plugin::text::quoted;
use terraform_plugin::value::Path;
use terraform_plugin::{Diagnostics, text};

use crate::access::{Directory, DirectoryKey, DirectorySearch};
use crate::{access, diagnose};

/// How many candidates an error lists.
const MOST_CANDIDATES: usize = 20;

/// Why there is no answer.
pub enum Problem {
    /// The tenant could not be asked.
    Failed(Box<access::Error>),
    /// It was, and that did not lead to one directory: summary and detail.
    NotOne(&'static str, String),
}

impl Problem {
    /// As an error about an argument.
    pub fn at(self, argument: &str) -> Diagnostics {
        self.into_diagnostics(Some(Path::attribute(argument)))
    }

    fn into_diagnostics(self, path: Option<Path>) -> Diagnostics {
        match self {
            Self::Failed(error) => diagnose::error("The directories cannot be listed", &error),
            Self::NotOne(summary, detail) => Diagnostics::of(Severity::Error, path, summary, detail),
        }
    }
}

impl From<Problem> for Diagnostics {
    fn from(problem: Problem) -> Self {
        problem.into_diagnostics(None)
    }
}

/// The one directory that `key` means. Its domains may not be told yet.
pub async fn one(tenant: &access::Tenant, key: DirectoryKey<'_>) -> Result<Directory, Problem> {
    let searched = tenant.search_directories(key).await;
    let DirectorySearch {
        mut found,
        all,
        doubt,
    } = searched.map_err(|error| Problem::Failed(Box::new(error)))?;
    let wanted = match key {
        DirectoryKey::Id(id) => format!("the id {}", quoted(id)),
        DirectoryKey::Name(name) => format!("the name {}", quoted(name)),
        DirectoryKey::Domain(domain) => format!("the domain {}", quoted(domain)),
    };
    match (found.len(), doubt) {
        (1, _) => Ok(found.remove(0)),
        (0, Some(reason)) => Err(Problem::NotOne(
            "It is not known whether the directory exists",
            format!(
                "No directory with {wanted} is listed, but {reason}. Try again later, or name it by its id."
            ),
        )),
        (0, None) => Err(Problem::NotOne(
            "No such directory",
            format!(
                "The tenant has no directory with {wanted}.{} {}",
                misnamed(key, &all),
                candidates(&all)
            ),
        )),
        (number, _) => Err(Problem::NotOne(
            "More than one directory",
            format!(
                "The tenant has {number} directories with {wanted}. Name one by its id. {}",
                candidates(&found)
            ),
        )),
    }
}

/// What is wrong with an id that is none.
fn misnamed(key: DirectoryKey<'_>, all: &[Directory]) -> &'static str {
    match key {
        DirectoryKey::Id(id) if all.iter().any(|it| it.name.eq_ignore_ascii_case(id)) => {
            " That is a directory's name; give its id, or say that it is a name (an import: name:NAME)."
        }
        _ => "",
    }
}

/// Such as `There are: "Okta" (id 5f0c…, OTHER_DIRECTORY).`
fn candidates(directories: &[Directory]) -> String {
    if directories.is_empty() {
        return "It has none at all.".to_owned();
    }
    let mut listed: Vec<_> = directories
        .iter()
        .take(MOST_CANDIDATES)
        .map(|it| {
            let kind = Some(text::item(&it.r#type)).filter(|kind| !kind.is_empty());
            let kind = kind.map_or(String::new(), |kind| format!(", {kind}"));
            format!("{} (id {}{kind})", quoted(&it.name), text::item(&it.id))
        })
        .collect();
    if directories.len() > MOST_CANDIDATES {
        listed.push(format!("and {} more", directories.len() - MOST_CANDIDATES));
    }
    format!("There are: {}.", listed.join(", "))
}
