//! Every rule of every argument, checked before anything is planned: one diagnostic, at the argument.

use crate::fixture::*;

/// Arguments of a resource, and the two things the one diagnostic has to show: the line it points at, and why.
type Case<'a> = (&'a str, &'a str, &'a str);

/// Validates all cases as resources of one configuration. `needed` are arguments that make a resource valid; a case
/// that gives one of them itself replaces it.
fn check(kind: &str, needed: &[(&str, &str)], cases: &[Case<'_>]) {
    let block = |number: usize, arguments: &str| {
        let lines = || arguments.split('\n').map(str::trim);
        let given = |name: &str| lines().any(|line| line.starts_with(&format!("{name} =")));
        let kept = needed.iter().filter(|(name, _)| !given(name));
        let kept: Vec<_> = kept
            .map(|(name, value)| format!("  {name} = {value}\n"))
            .collect();
        let kept = kept.concat();
        format!("resource \"{kind}\" \"case_{number}\" {{\n{kept}  {arguments}\n}}\n")
    };
    let blocks: Vec<_> = cases
        .iter()
        .enumerate()
        .map(|(number, case)| block(number, case.0))
        .collect();
    let stage = stage(&blocks.concat());
    let output = stage.run(&["validate", "-json"]);
    assert_no_breakdown(&output);
    let errors = errors(&output.json()["diagnostics"]);
    for (number, (arguments, line, why)) in cases.iter().enumerate() {
        let address = format!("{kind}.case_{number}");
        // the CLI's own diagnostics name no address, only the block
        let name = format!("\"case_{number}\"");
        let is_mine = |error: &&Finding| {
            error.address == address || error.context.contains(&name) || error.snippet.contains(&name)
        };
        let mine: Vec<_> = errors.iter().filter(is_mine).collect();
        let said: Vec<_> = mine
            .iter()
            .map(|error| format!("{}: {} (at {:?})", error.summary, error.detail, error.snippet))
            .collect();
        assert_eq!(mine.len(), 1, "{arguments}: {said:#?}");
        assert!(mine[0].snippet.trim().starts_with(line), "{arguments}: {said:#?}");
        assert!(
            mine[0].detail.contains(why) || mine[0].summary.contains(why),
            "{arguments}: {said:#?}"
        );
    }
    assert_eq!(errors.len(), cases.len());
    assert!(
        stage.tenant.requests().is_empty(),
        "nothing is asked of the tenant"
    );
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn every_rule_for_a_client_is_checked_at_its_argument() {
    needs!(WriteOnly);
    let long_id = format!("client_id = \"{}\"", "a".repeat(300));
    let long_name = format!("display_name = \"{}\"", "a".repeat(257));
    let long_secret = format!("client_secret = \"{}\"", "a".repeat(4097));
    check(
        "wsoa_oauth_client",
        &[("client_id", "\"okta-scim\"")],
        &[
            ("client_id = \"\"", "client_id", "The client id is empty"),
            ("client_id = \".\"", "client_id", "a meaning of its own in a URL"),
            ("client_id = \"..\"", "client_id", "a meaning of its own in a URL"),
            (
                "client_id = \"a/b\"",
                "client_id",
                "'/' is not allowed in a client id",
            ),
            (
                "client_id = \"a b\"",
                "client_id",
                "' ' is not allowed in a client id",
            ),
            (
                "client_id = \"a\u{e4}\"",
                "client_id",
                "is not allowed in a client id",
            ),
            (
                "client_id = null",
                "client_id",
                "client_id is required, but its value is null",
            ),
            (&long_id, "client_id", "300 characters; 256 are allowed"),
            ("display_name = \" \"", "display_name", "not blank"),
            ("display_name = \"a\\nb\"", "display_name", "control character"),
            (&long_name, "display_name", "257 characters; 256 are allowed"),
            ("scopes = []", "scopes", "At least one element"),
            (
                "scopes = [\"a b\"]",
                "scopes",
                "\"a b\" holds white space or a comma",
            ),
            ("scopes = [null]", "scopes", "must not be null"),
            ("grant_types = []", "grant_types", "At least one element"),
            (
                "grant_types = [\"a,b\"]",
                "grant_types",
                "\"a,b\" holds white space or a comma",
            ),
            (
                "grant_types = [\"authorization_code\"]",
                "resource \"wsoa_oauth_client\"",
                "needs at least one redirect URI",
            ),
            (
                "grant_types = [\"authorization_code\"]\n  redirect_uris = []",
                "redirect_uris",
                "needs at least one redirect URI",
            ),
            (
                "redirect_uris = [\"https://a b\"]",
                "redirect_uris",
                "white space or a comma",
            ),
            (
                "redirect_uris = [\"https://a,https://b\"]",
                "redirect_uris",
                "white space or a comma",
            ),
            (
                "redirect_uris = [\"acme.example\"]",
                "redirect_uris",
                "has no scheme",
            ),
            ("redirect_uris = [\"\"]", "redirect_uris", "is empty"),
            (
                "access_token_ttl_minutes = 0",
                "access_token_ttl_minutes",
                "0 is not between 1 and",
            ),
            (
                "access_token_ttl_minutes = -1",
                "access_token_ttl_minutes",
                "-1 is not between 1 and",
            ),
            (
                "access_token_ttl_minutes = 2147483648",
                "access_token_ttl_minutes",
                "2147483648 is not between 1 and 2147483647",
            ),
            (
                "access_token_ttl_minutes = 1.5",
                "access_token_ttl_minutes",
                "A whole number",
            ),
            (
                "access_token_ttl_minutes = 1e300",
                "access_token_ttl_minutes",
                "A whole number",
            ),
            (
                "access_token_ttl_minutes = \"a year\"",
                "access_token_ttl_minutes",
                "a number is required",
            ),
            (
                "refresh_token_ttl_minutes = 0",
                "refresh_token_ttl_minutes",
                "0 is not between",
            ),
            (
                "refresh_token_idle_ttl_minutes = 0",
                "refresh_token_idle_ttl_minutes",
                "0 is not between",
            ),
            (
                "refresh_token_ttl_minutes = 5\n  refresh_token_idle_ttl_minutes = 5",
                "refresh_token_idle_ttl_minutes",
                "has to be less than refresh_token_ttl_minutes (5)",
            ),
            (
                "resource_uuid = \"app\"",
                "resource_uuid",
                "\"app\" is not a UUID",
            ),
            ("client_secret = \"\"", "client_secret", "The secret is empty"),
            ("client_secret = \"a\\nb\"", "client_secret", "trimspace()"),
            (
                "client_secret = \"a b\"",
                "client_secret",
                "a space or a character outside ASCII",
            ),
            (&long_secret, "client_secret", "more than 4096 characters"),
            (
                "client_secret_wo = \"a\\u0007\"\n  client_secret_wo_version = 1",
                "client_secret_wo",
                "control character",
            ),
            (
                "client_secret = \"a\"\n  client_secret_wo = \"b\"\n  client_secret_wo_version = 1",
                "client_secret_wo",
                "are both given",
            ),
            (
                "client_secret_wo = \"a\"",
                "client_secret_wo",
                "without its version",
            ),
            (
                "client_secret = \"a\"\n  client_secret_wo_version = 1",
                "client_secret_wo_version",
                "Version without client_secret_wo",
            ),
            (
                "client_secret_wo = \"a\"\n  client_secret_wo_version = 0",
                "client_secret_wo_version",
                "0 is not between 1 and",
            ),
            (
                "client_secret = \"a\"\n  rotate_secret_when_changed = {}",
                "rotate_secret_when_changed",
                "but client_secret gives one",
            ),
            (
                "client_secret_wo = \"a\"\n  client_secret_wo_version = 1\n  rotate_secret_when_changed = { a = \"b\" }",
                "rotate_secret_when_changed",
                "but client_secret_wo gives one",
            ),
            ("id = \"mine\"", "id", "a result that only the provider sets"),
            (
                "secret = \"a\"",
                "secret",
                "An argument named \"secret\" is not expected here",
            ),
        ],
    );
}

#[test]
fn every_rule_for_a_token_is_checked_at_its_argument() {
    needs!(WriteOnly);
    check(
        "wsoa_bearer_token",
        &[("client_id", "\"okta-scim\""), ("client_secret", "\"a\"")],
        &[
            ("client_id = \"..\"", "client_id", "a meaning of its own in a URL"),
            ("client_secret = null", "client_secret", "No client secret"),
            (
                "client_secret = \"a\\u0000\"",
                "client_secret",
                "control character",
            ),
            (
                "client_secret = \"a\"\n  client_secret_wo = \"a\"\n  client_secret_wo_version = 1",
                "client_secret_wo",
                "are both given",
            ),
            (
                "client_secret = null\n  client_secret_wo = \"a\"",
                "client_secret_wo",
                "without its version",
            ),
            (
                "client_secret_wo_version = 1",
                "client_secret_wo_version",
                "Version without",
            ),
            ("scopes = []", "scopes", "At least one element"),
            (
                "scopes = [\"admin user\"]",
                "scopes",
                "holds white space or a comma",
            ),
            (
                "early_renewal_hours = -1",
                "early_renewal_hours",
                "-1 is not between 0 and",
            ),
            (
                "early_renewal_hours = 876001",
                "early_renewal_hours",
                "876001 is not between",
            ),
            (
                "early_renewal_hours = 876000.5",
                "early_renewal_hours",
                "876000.5 is not between",
            ),
            (
                "expiry_warning_hours = -1",
                "expiry_warning_hours",
                "-1 is not between 0 and",
            ),
            (
                "client_secret = null\n  client_secret_wo = \"a\"\n  client_secret_wo_version = 1\n  \
                 revoke_on_destroy = true",
                "revoke_on_destroy",
                "Revoking needs the secret in state",
            ),
            (
                "access_token = \"a\"",
                "access_token",
                "a result that only the provider sets",
            ),
        ],
    );
}

#[test]
fn every_rule_for_a_directory_is_checked_at_its_argument() {
    let long_name = format!("name = \"{}\"", "a".repeat(129));
    let long_label = format!("domains = [\"{}.example\"]", "a".repeat(64));
    let long_domain = format!("domains = [\"{}example\"]", "a23456789.".repeat(25));
    check(
        "wsoa_other_directory",
        &[("name", "\"Okta\""), ("domains", "[\"acme.example\"]")],
        &[
            ("name = \"\"", "name", "not blank"),
            ("name = \"a\\tb\"", "name", "control character"),
            (&long_name, "name", "129 characters; 128 are allowed"),
            ("domains = []", "domains", "At least one element"),
            (
                "domains = null",
                "domains",
                "domains is required, but its value is null",
            ),
            ("domains = [null]", "domains", "must not be null"),
            ("domains = [\"\"]", "domains", "is not a DNS name"),
            (
                "domains = [\"acme example\"]",
                "domains",
                "\"acme example\" is not a DNS name",
            ),
            (
                "domains = [\"https://acme.example\"]",
                "domains",
                "is not a DNS name",
            ),
            ("domains = [\"-acme.example\"]", "domains", "is not a DNS name"),
            ("domains = [\"acme..example\"]", "domains", "is not a DNS name"),
            ("domains = [\"\u{e4}.example\"]", "domains", "in its ASCII form"),
            (&long_label, "domains", "is not a DNS name"),
            (&long_domain, "domains", "257 characters; 253 are allowed"),
            (
                "domains = [\"acme.example\", \"ACME.example\"]",
                "domains",
                "given more than once",
            ),
            (
                "delete_timeout_minutes = 0",
                "delete_timeout_minutes",
                "0 is not between 1 and 1440",
            ),
            (
                "delete_timeout_minutes = 1441",
                "delete_timeout_minutes",
                "1441 is not between",
            ),
            (
                "deletion_protection = \"maybe\"",
                "deletion_protection",
                "a bool is required",
            ),
        ],
    );
}

#[test]
fn a_value_that_turns_out_wrong_only_at_apply_is_refused_then_without_a_call() {
    needs!(TerraformData);
    let stage = stage(
        "resource \"terraform_data\" \"id\" {\n  input = \"../users\"\n}\nresource \"wsoa_oauth_client\" \"scim\" {\n  \
         client_id = terraform_data.id.output\n}\nresource \"terraform_data\" \"domain\" {\n  input = \"acme \
         example\"\n}\nresource \"wsoa_other_directory\" \"okta\" {\n  name = \"Okta\"\n  domains = \
         [terraform_data.domain.output]\n}\n",
    );
    assert!(!stage.plan_is_empty());
    let refused = stage.apply();
    let refused = refused.expect_error("'/' is not allowed in a client id");
    let refused = refused.expect("\"acme example\" is not a DNS name");
    assert_no_breakdown(&refused);
    // plans have looked for what is in the way of the directory
    assert!(
        stage
            .tenant
            .requests()
            .iter()
            .all(|seen| seen.method == "GET" || seen.path.contains(TOKEN))
    );
}
