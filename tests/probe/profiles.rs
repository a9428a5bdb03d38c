//! Whole tenants: what probe finds out about each, which is what makes each the one that it is.

use access_simulator::{DirectoryType, Profile};

use crate::bench::bench_of;

const WORKS: &str = "works";
const CARE: &str = "works, with something to know";
const FAILS: &str = "does not work";

/// A profile, answers that tell it from others, and how the provider's parts go there.
struct Expected {
    profile: Profile,
    answers: &'static [(&'static str, &'static str)],
    parts: [(&'static str, &'static str); 5],
}

const fn parts(
    sign_in: &'static str,
    clients: &'static str,
    tokens: &'static str,
    directories: &'static str,
    scim: &'static str,
) -> [(&'static str, &'static str); 5] {
    [
        ("sign-in", sign_in),
        ("wsoa_oauth_client", clients),
        ("wsoa_bearer_token", tokens),
        ("wsoa_other_directory", directories),
        ("scim", scim),
    ]
}

const EXPECTED: &[Expected] = &[
    Expected {
        profile: Profile::Saas2020,
        answers: &[
            ("discovery", "both"),
            ("revocation", "absent"),
            ("Q1.clients", "vendor"),
            ("Q1.directories", "vendor"),
            ("Q1.put", "refused"),
            ("Q1.create", "vendor"),
            ("Q1.json", "refused"),
            ("Q27.client", "refused"),
            ("Q27.directory", "refused"),
            ("Q2.own", "clear"),
            ("Q2.read", "clear"),
            ("Q4.none", "shown"),
            ("Q6", "500"),
            ("Q14", "401"),
            ("Q18.defaults", "3h"),
            ("Q19.own", "present"),
            ("Q21", "True"),
            ("Q22.start", "ignored"),
        ],
        parts: parts(WORKS, WORKS, CARE, WORKS, WORKS),
    },
    Expected {
        profile: Profile::Saas2026,
        answers: &[
            ("revocation", "announced"),
            ("Q1.clients", "both"),
            ("Q2.own", "blank"),
            ("Q2.post", "clear"),
            ("Q3.absent", "kept"),
            ("Q3.blank", "lost"),
            ("Q6", "500"),
            ("Q7", "201"),
            ("Q19.own", "absent"),
            ("Q22.start", "pages"),
        ],
        parts: parts(WORKS, WORKS, WORKS, WORKS, WORKS),
    },
    Expected {
        profile: Profile::Onprem33,
        answers: &[
            ("discovery", "auth"),
            ("Q1.clients", "vendor"),
            ("Q2.read", "clear"),
            ("Q9.list", "directoryConfigId"),
            ("Q9.post", "directoryConfigId"),
            ("Q23", "changed"),
            ("Q22.clients", "whole"),
        ],
        parts: parts(WORKS, WORKS, CARE, WORKS, WORKS),
    },
    Expected {
        profile: Profile::Onprem2607,
        answers: &[
            ("Q2.own", "blank"),
            ("Q22.clients", "totals"),
            ("Q5.directories", "allowed"),
            ("Q8.post", "read-only"),
        ],
        parts: parts(WORKS, WORKS, WORKS, FAILS, WORKS),
    },
    Expected {
        profile: Profile::Lagging,
        answers: &[
            ("lag.client", "late"),
            ("lag.token", "late"),
            ("lag.directory", "late"),
            ("Q3.absent", "kept"),
            ("Q3.fields", "reset"),
            ("Q4.given", "taken"),
            ("Q8.gone", "late"),
            ("Q20", "survive"),
            ("Q20.old", "lingers"),
            ("rotation", "taken"),
        ],
        parts: parts(WORKS, CARE, WORKS, WORKS, WORKS),
    },
    Expected {
        profile: Profile::Hostile,
        answers: &[
            ("discovery", "acs"),
            ("revocation", "absent"),
            ("etag", "weak"),
            ("Q1.clients", "json"),
            ("Q1.directories", "vendor"),
            ("client.post", "mute"),
            ("Q2.read", "masked"),
            ("Q3.absent", "kept"),
            ("Q7", "mute"),
            ("Q8.post", "200"),
            ("Q9.post", "address"),
            ("Q10", "not-offered"),
            ("Q11.list", "names"),
            ("Q11.domains", "not-offered"),
            ("Q11.spelling", "altered"),
            ("Q13.name", "500"),
            ("Q15.unknown", "400"),
            ("Q15.grant", "500"),
            ("Q16", "refused"),
            ("Q18.defaults", "6h"),
            ("Q21", "quoted"),
            ("Q21.dead", "401"),
            ("Q22.clients", "linked"),
            ("Q22.directories", "linked"),
            ("Q23", "changed"),
            ("Q24.case", "found"),
            ("Q6", "accepted"),
            ("Q27.client", "refused"),
            ("Q27.directory", "refused"),
            ("Q1.json", "another"),
            ("Q8.delete", "202"),
            ("Q20", "die"),
            ("client.delete", "200"),
            ("rotation", "taken"),
        ],
        parts: parts(WORKS, WORKS, CARE, CARE, WORKS),
    },
];

#[tokio::test]
async fn each_profile_is_recognized_and_left_as_it_was() {
    for profile in Profile::ALL {
        let Some(expected) = EXPECTED.iter().find(|it| it.profile == *profile) else {
            panic!("nothing is expected of {}", profile.name());
        };
        let name = profile.name();
        let bench = bench_of(|options| options.switches = profile.switches()).await;
        for (name, domain) in [("Okta", "okta.example"), ("Entra", "entra.example")] {
            bench
                .tenant
                .add_directory(name, &[domain], DirectoryType::OtherDirectory);
        }
        let before = bench.everything();
        let run = bench.probe(&["--write", "--json"]).await;
        assert_eq!(run.code, 0, "{name}: {}", run.err);
        assert_eq!(bench.everything(), before, "{name}: {}", run.err);
        let mut wrong = Vec::new();
        for (id, answer) in expected.answers {
            let found = run.answer(id);
            if found.as_deref() != Some(*answer) {
                wrong.push(format!("{id}: {found:?}, not {answer}"));
            }
        }
        let mut grades = Vec::new();
        for (part, grade) in expected.parts {
            let (found, says) = run.forecast(part);
            grades.push(format!("{part} {found}"));
            if found != grade {
                wrong.push(format!("{part} {found}, not {grade}: {says}"));
            }
        }
        assert!(wrong.is_empty(), "{name}: {}\n{}", wrong.join("\n"), run.err);
        let report = run.report();
        let answers = report["answers"].as_array().unwrap();
        let answered = answers.iter().filter(|it| !it["answer"].is_null()).count();
        wsoa_test_kit::tell(&format!(
            "probe on {name}: {answered} of {} questions answered; {}",
            answers.len(),
            grades.join("; ")
        ));
    }
}
