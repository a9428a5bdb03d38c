//! The same tests on tenants of several kinds: `make test-profiles`, and a part of it in every run.
//!
//! A test whose tenant has its defaults is on the tenant that [`PROFILE_VARIABLE`] names. What a test asserts that a kind of
//! tenant does otherwise, or does not do at all, is in [`LEFT_OUT`], and nowhere else.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::{Command, Stdio};
use std::{env, thread};

use crate::fixture::PROFILE_VARIABLE;
use Profile::{Hostile, Lagging, Onprem33, Onprem2607, Saas2020};
use access_simulator::Profile;

/// Tests that are about something else than what the tenants of these profiles do, and why.
const LEFT_OUT: &[(&[Profile], &str, &[&str])] = &[
    (
        &[Saas2020, Onprem33, Hostile],
        "there is no endpoint that revokes tokens",
        &[
            "bearer_token::a_token_is_revoked_at_its_end_only_if_that_is_asked_for",
            "bearer_token::a_token_that_ran_out_long_ago_is_renewed_and_destroyed_without_a_call",
            "bearer_token::every_argument_of_a_token_takes_effect_and_changes_in_place",
            "lifecycle::a_moved_resource_is_the_same_one",
            "lifecycle::replace_triggered_by_makes_a_new_token",
            "lifecycle::with_create_before_destroy_the_new_token_is_there_before_the_old_one_is_revoked",
        ],
    ),
    (
        &[Saas2020, Onprem33],
        "the tenant shows secrets, which are then read instead of set or tried",
        &[
            "client_secret::a_given_secret_is_set_and_changed_in_place",
            "client_secret::a_secret_that_was_regenerated_in_the_console_is_seen_and_healed",
            "ignore_changes::an_ignored_secret_is_not_sent_and_a_refused_one_is_set_again",
            "lost_answers::a_token_whose_answer_got_lost_is_asked_for_again",
            "oauth_client::a_client_is_imported_by_a_block_and_then_there_is_nothing_to_do",
        ],
    ),
    (
        &[Onprem2607],
        "directories are read-only",
        &[
            "configuration::a_tenant_below_a_path_is_managed_as_any_other",
            "ephemeral::an_ephemeral_token_signs_a_second_provider_in_and_is_kept_nowhere",
            "lifecycle::many_directories_come_and_go_in_parallel_and_share_their_reads",
            "lost_answers::a_directory_whose_creation_got_no_answer_is_in_state",
            "lost_answers::a_failed_delete_keeps_the_state",
            "lost_answers::deletions_whose_answers_got_lost_are_done",
            "okta::features_that_okta_no_longer_shows_are_not_in_the_way_of_the_end",
            "moved::objects_move_to_another_address_with_all_that_is_known_of_them",
            "okta::okta_gets_the_token_and_every_new_one_and_never_an_old_one_again",
            "okta::oktas_own_provider_hands_over_the_same",
            "opentofu::tenants_from_a_map_come_and_go_and_nothing_can_be_read_in_state_or_plan",
            "other_directory::a_creation_of_which_nobody_knows_is_in_state_and_settled_later",
            "other_directory::a_creation_that_never_arrived_is_made_by_the_second_apply_from_now",
            "other_directory::a_directory_is_changed_in_place_replaced_and_destroyed",
            "other_directory::a_directory_that_disappears_is_made_again",
            "other_directory::a_directory_with_the_least_arguments_is_protected",
            "other_directory::a_list_that_lags_behind_takes_nothing_out_of_state",
            "other_directory::a_protected_directory_whose_block_is_gone_stays_and_can_be_forgotten",
            "other_directory::a_replacement_that_would_fail_is_refused_before_anything_is_deleted",
            "other_directory::an_existing_name_or_domain_is_named_with_the_block_that_imports_it",
            "other_directory::every_way_in_which_a_tenant_names_its_directories_is_understood",
            "other_directory::protection_in_state_or_configuration_holds_for_every_replacement",
            "other_directory::what_the_tenant_shows_otherwise_replaces_nothing",
            "safety::ctrl_c_lets_a_creation_finish_and_keeps_it",
            "tenant_trouble::a_busy_tenant_is_given_time",
            "tenant_trouble::a_refresh_that_gets_nonsense_says_so_once_and_keeps_the_state",
            "unknowns::everything_may_be_unknown_at_plan",
            "unknowns::target_touches_nothing_else",
            "unknowns::the_provider_may_be_configured_by_what_another_resource_makes",
        ],
    ),
    (
        &[Hostile],
        "a write is refused in the vendor's media type first, so that requests and faults count otherwise",
        &[
            "client_secret::a_changed_trigger_makes_a_new_secret_in_place_and_a_token_with_it",
            "lost_answers::a_client_whose_creation_got_no_answer_is_in_state_with_the_secret_that_works",
            "lost_answers::a_write_only_secret_whose_answer_got_lost_is_settled_by_trying_it",
            "safety::ctrl_c_lets_a_creation_finish_and_keeps_it",
        ],
    ),
    (
        &[Hostile],
        "lists come in pages, which are counted",
        &["lifecycle::many_directories_come_and_go_in_parallel_and_share_their_reads"],
    ),
    (
        &[Hostile],
        "ids and domains are listed in capitals, and compared letter by letter",
        &[
            "adoption::the_examples_of_imports_by_a_block_are_applied",
            "adoption::the_examples_of_imports_by_identity_are_applied",
            "adoption::the_examples_of_queries_find_what_there_is",
            "adoption::what_was_made_by_hand_is_imported_by_what_people_know_and_nothing_is_written",
            "data_sources::the_examples_are_applied_and_say_what_there_is",
            "lost_answers::a_directory_whose_creation_got_no_answer_is_in_state",
            "other_directory::a_creation_of_which_nobody_knows_is_in_state_and_settled_later",
            "other_directory::a_directory_is_imported_by_a_block_and_then_there_is_nothing_to_do",
            "other_directory::an_existing_name_or_domain_is_named_with_the_block_that_imports_it",
            "other_directory::every_way_in_which_a_tenant_names_its_directories_is_understood",
        ],
    ),
    (
        &[Hostile],
        "the tenant has other times to live by default",
        &["oauth_client::a_client_with_the_least_arguments_is_a_service_client"],
    ),
    (
        &[Hostile],
        "a new secret revokes the tokens, so that there is something to do",
        &["client_secret::a_write_only_secret_is_used_when_its_version_rises_and_never_else"],
    ),
    (
        &[Lagging],
        "what the test does in the console's place, or over the API, is not read yet, or not as often as it counts",
        &[
            "bearer_token::a_token_is_renewed_within_its_window_and_the_old_one_stays_in_use",
            "lifecycle::many_directories_come_and_go_in_parallel_and_share_their_reads",
            "lost_answers::a_renewal_that_fails_keeps_the_token_there_is",
            "oauth_client::a_client_is_imported_by_a_block_and_then_there_is_nothing_to_do",
            "oauth_client::a_client_is_imported_by_the_command_with_the_secret_if_the_tenant_shows_it",
        ],
    ),
    (
        &[Lagging],
        "a list that is 8 s behind does not settle within the looks what was made or begun to be deleted",
        &[
            "lost_answers::a_directory_whose_creation_got_no_answer_is_in_state",
            "lost_answers::deletions_whose_answers_got_lost_are_done",
            "other_directory::a_directory_is_changed_in_place_replaced_and_destroyed",
            "other_directory::a_replacement_that_would_fail_is_refused_before_anything_is_deleted",
            "other_directory::every_way_in_which_a_tenant_names_its_directories_is_understood",
        ],
    ),
];

/// What every run of the tests tries of it.
const ALWAYS: &[(Profile, &[&str])] = &[
    (
        Hostile,
        &[
            "lifecycle::prevent_destroy_and_ignore_changes_are_respected",
            "other_directory::a_directory_with_the_least_arguments_is_protected",
            "bearer_token::a_token_is_renewed_within_its_window_and_the_old_one_stays_in_use",
        ],
    ),
    (
        Lagging,
        &["lifecycle::prevent_destroy_and_ignore_changes_are_respected"],
    ),
    (
        Onprem2607,
        &[
            "lifecycle::prevent_destroy_and_ignore_changes_are_respected",
            "lifecycle::replace_triggered_by_makes_a_new_token",
        ],
    ),
];

fn why_left_out(profile: Profile, test: &str) -> Option<&'static str> {
    let mut all = LEFT_OUT.iter();
    let found = all.find(|(profiles, _, tests)| profiles.contains(&profile) && tests.contains(&test));
    found.map(|(_, reason, _)| *reason)
}

fn all_tests() -> Vec<String> {
    let listed = output(Command::new(env::current_exe().unwrap()).args(["--list", "--format=terse"]));
    let names = listed.lines().filter_map(|line| line.strip_suffix(": test"));
    names
        .filter(|name| !name.starts_with("profiles::"))
        .map(str::to_owned)
        .collect()
}

/// What became of each of these tests on tenants of this profile, and all that was said.
fn run(profile: Profile, tests: &[&str]) -> (BTreeMap<String, bool>, String) {
    let mut command = Command::new(env::current_exe().unwrap());
    command
        .arg("--exact")
        .args(tests)
        .env(PROFILE_VARIABLE, profile.name());
    let said = output(&mut command);
    let outcome = |line: &str| {
        let (name, outcome) = line.strip_prefix("test ")?.rsplit_once(" ... ")?;
        Some((name.to_owned(), outcome == "ok"))
    };
    (said.lines().filter_map(outcome).collect(), said)
}

fn output(command: &mut Command) -> String {
    let output = command.stderr(Stdio::inherit()).output().unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn what_is_left_out_is_there_and_named_once() {
    let all = all_tests();
    for (profiles, reason, tests) in LEFT_OUT {
        for test in *tests {
            assert!(all.contains(&(*test).to_owned()), "there is no {test}");
            for profile in *profiles {
                assert_eq!(
                    why_left_out(*profile, test),
                    Some(*reason),
                    "{test} is named twice"
                );
            }
        }
    }
    for (profile, tests) in ALWAYS {
        for test in *tests {
            assert!(all.contains(&(*test).to_owned()), "there is no {test}");
            assert_eq!(why_left_out(*profile, test), None, "{test}");
        }
    }
}

#[test]
fn a_part_of_the_tests_passes_on_the_kinds_of_tenants_that_differ_most() {
    let try_one = |(profile, tests): &(Profile, &[&str])| {
        let (outcomes, said) = run(*profile, tests);
        assert_eq!(outcomes.len(), tests.len(), "{said}");
        assert!(
            outcomes.values().all(|passed| *passed),
            "{}:\n{said}",
            profile.name()
        );
    };
    thread::scope(|scope| {
        for part in ALWAYS {
            scope.spawn(move || try_one(part));
        }
    });
}

#[test]
#[ignore = "takes many minutes: make test-profiles"]
fn every_test_passes_on_every_kind_of_tenant_or_is_left_out_for_a_reason() {
    let all = all_tests();
    let mut table: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut failed = String::new();
    for profile in Profile::ALL {
        let applies = |test: &&str| why_left_out(*profile, test).is_none();
        let tests: Vec<_> = all.iter().map(String::as_str).filter(applies).collect();
        let (outcomes, said) = run(*profile, &tests);
        for test in &all {
            let outcome = match (outcomes.get(test), why_left_out(*profile, test)) {
                (Some(true), _) => "passed",
                (None, Some(_)) => "-",
                _ => "FAILED",
            };
            table.entry(test).or_default().push(outcome);
        }
        if outcomes.len() != tests.len() || outcomes.values().any(|passed| !passed) {
            let _ = writeln!(failed, "{}:\n{said}", profile.name());
        }
    }
    let heads: Vec<_> = Profile::ALL.iter().map(|profile| profile.name()).collect();
    let mut text = format!("\n{:<100} {}\n", "", heads.join("  "));
    for (test, outcomes) in &table {
        let _ = write!(text, "{test:<100}");
        for (head, outcome) in heads.iter().zip(outcomes) {
            let _ = write!(text, " {outcome:<width$}", width = head.len() + 1);
        }
        text.push('\n');
    }
    for profile in Profile::ALL {
        let name = profile.name();
        let left_out = all
            .iter()
            .filter_map(|test| Some((test, why_left_out(*profile, test)?)));
        let left_out: Vec<_> = left_out.collect();
        let _ = writeln!(text, "\n{name}: {} of {} left out", left_out.len(), all.len());
        for (test, reason) in left_out {
            let _ = writeln!(text, "  {test}: {reason}");
        }
    }
    wsoa_test_kit::tell(&text);
    assert!(failed.is_empty(), "{failed}");
}
