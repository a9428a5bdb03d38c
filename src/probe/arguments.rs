//! What the user asks `probe` for.

use terraform_plugin::text;

use super::names;

/// What is to be done.
#[derive(Debug, PartialEq, Eq)]
pub enum Task {
    /// Print the help.
    Help,
    /// Ask the questions.
    Ask {
        /// Those that need something to be made, too.
        write: bool,
        /// Report as JSON.
        json: bool,
    },
    /// Remove what an earlier run made and could not remove, by that run's name.
    Remove(String),
}

/// Reads the arguments after `probe`; an error is one sentence or two.
pub fn parse(arguments: &[&str]) -> Result<Task, String> {
    let (mut write, mut json) = (false, false);
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match *argument {
            "--help" | "-h" => return Ok(Task::Help),
            "--write" => write = true,
            "--json" => json = true,
            "--remove" => {
                if arguments.len() > 2 || write || json {
                    return Err("--remove takes one name and stands alone.".to_owned());
                }
                let Some(name) = rest.next() else {
                    return Err("--remove takes the name that probe has told.".to_owned());
                };
                if !names::is_of_a_run(name) {
                    return Err(format!(
                        "{} is no name that probe makes, so nothing was removed. They look like {}.",
                        text::quoted(name),
                        names::EXAMPLE
                    ));
                }
                return Ok(Task::Remove((*name).to_owned()));
            }
            other => return Err(format!("probe has no argument {}.", text::quoted(other))),
        }
    }
    Ok(Task::Ask { write, json })
}

/// The help.
pub const HELP: &str = "\
Asks a Workspace ONE Access tenant how it answers, and what the provider will do on it.

Usage: terraform-provider-wsoa probe [--write] [--json]
       terraform-provider-wsoa probe --remove NAME

The tenant and the sign-in come from the same environment variables as the provider's: WSOA_TENANT_URL with
WSOA_CLIENT_ID and WSOA_CLIENT_SECRET, WSOA_ACCESS_TOKEN, or WSOA_USERNAME and WSOA_PASSWORD.

The report goes to standard output and can be pasted into an issue: it is made of the program's own words and of
numbers, so that no name, id, domain, host or secret of the tenant is in it. Everything else goes to standard error.

Options:
  --write        make two OAuth clients and a few empty directories with random names, to answer what reading cannot,
                 and remove them
  --json         report as JSON
  --remove NAME  remove what a run with --write could not remove; touches nothing but what such a run makes
  --help         print this text

Exit codes:
  0    the report is complete, and nothing is left behind
  1    the report could not be written
  2    wrong arguments or settings; nothing was sent
  3    there is no tenant, it cannot be reached, it refuses the sign-in, or it stopped answering
  4    something is left behind, or may be; it is named on standard error
  130  interrupted; what was made has been removed";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_read_or_refused_by_name() {
        let ask = |write, json| Ok(Task::Ask { write, json });
        for (arguments, expected) in [
            (&[][..], ask(false, false)),
            (&["--write"], ask(true, false)),
            (&["--json", "--write"], ask(true, true)),
            (&["--write", "-h"], Ok(Task::Help)),
            (
                &["--remove", "wsoa-probe-0123456789abcdef"],
                Ok(Task::Remove("wsoa-probe-0123456789abcdef".to_owned())),
            ),
        ] {
            assert_eq!(parse(arguments), expected, "{arguments:?}");
        }
        for (arguments, part) in [
            (&["--frobnicate"][..], "\"--frobnicate\""),
            (&["--remove"], "takes the name"),
            (&["--remove", "a", "b"], "stands alone"),
            (&["--write", "--remove"], "stands alone"),
            (&["--remove", "okta"], "\"okta\" is no name"),
            (&["--remove", "wsoa-probe-0123456789ABCDEF"], "is no name"),
            (&["--remove", ""], "is no name"),
        ] {
            let error = parse(arguments).expect_err("refused");
            assert!(error.contains(part), "{error}");
        }
    }
}
