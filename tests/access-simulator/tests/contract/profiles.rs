//! Whole tenants, and that every open question has a switch.

use std::collections::BTreeSet;
use std::process::Command;

use access_simulator::{Options, Profile, Switches};
use reqwest::Method;
use serde_json::json;

use crate::support::*;

const JSON: &str = "application/json";

fn help() -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_access-simulator"));
    let output = command.arg("--help").output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

async fn on(profile: Profile) -> Caller {
    Caller::start(Options {
        switches: profile.switches(),
        ..Options::default()
    })
    .await
}

#[test]
fn every_open_question_has_a_flag() {
    let help = help();
    let elsewhere = [27]; // what goes wrong on the way: a fault
    for question in (1..=28).filter(|question| !elsewhere.contains(question)) {
        assert!(
            help.contains(&format!("Q{question}:")),
            "Q{question} has no flag:\n{help}"
        );
    }
}

#[test]
fn every_profile_is_listed_and_says_where_each_line_comes_from() {
    let help = help();
    for profile in Profile::ALL {
        assert!(help.contains(profile.name()), "{profile:?}:\n{help}");
        assert_eq!(Profile::named(profile.name()), Some(*profile));
        let settings = profile.settings();
        let switches: BTreeSet<_> = settings.iter().map(|setting| setting.switch).collect();
        assert_eq!(switches.len(), settings.len(), "{profile:?} says something twice");
        for setting in settings {
            let label = setting.source;
            assert!(
                label.contains(|c: char| c.is_ascii_digit()),
                "{profile:?}, {}: {label:?} is no label",
                setting.switch
            );
        }
    }
    assert_eq!(Profile::named("of-tomorrow"), None);
}

#[test]
fn the_default_profile_is_the_default() {
    assert_eq!(Profile::default().switches(), Switches::default());
    for profile in Profile::ALL.iter().filter(|it| **it != Profile::default()) {
        assert_ne!(profile.switches(), Switches::default(), "{profile:?}");
    }
}

#[test]
fn a_flag_goes_before_the_profile() {
    let given = Switches {
        list_page_size: 7,
        host_check: false,
        ..Switches::default()
    };
    let mixed = Profile::Hostile.overridden(&given, |name| name == "list_page_size");
    assert_eq!((mixed.list_page_size, mixed.host_check), (7, true));
}

#[tokio::test]
async fn a_client_lives_on_every_profile() {
    for profile in Profile::ALL {
        let caller = on(*profile).await;
        let media_type = match profile {
            Profile::Hostile => JSON,
            _ => CLIENT,
        };
        let made = caller
            .send(Method::POST, CLIENTS, media_type, &service_client("c"))
            .await;
        assert!((200..300).contains(&made.status), "{profile:?}: {}", made.text);
        assert_eq!(caller.tenant().client("c").unwrap().secret, "s3cret");
        let one = format!("{CLIENTS}/c");
        assert!(
            (200..300).contains(&caller.delete(&one).await.status),
            "{profile:?}"
        );
    }
}

#[tokio::test]
async fn the_identity_service_makes_directories_and_identity_providers_read_only() {
    let providers = "/SAAS/jersey/manager/api/identityProviders";
    for (profile, directory, provider) in [(Profile::Onprem2607, 403, 403), (Profile::Saas2026, 201, 501)] {
        let caller = on(profile).await;
        assert_eq!(caller.post_directory("D", "d").await.status, directory);
        let made = caller.send(Method::POST, providers, JSON, &json!({})).await;
        assert_eq!(made.status, provider);
        assert_eq!(caller.get(providers).await.json, json!({"items": []}));
        assert_eq!(caller.get(DIRECTORIES).await.status, 200);
    }
}
