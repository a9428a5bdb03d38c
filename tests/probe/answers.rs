//! Each way in which a tenant may answer is told by its name.

use std::collections::{BTreeMap, BTreeSet};

use access_simulator::{
    Acceptance, AcsDiscovery, Action, DirectoryIds, DirectoryJson, DirectoryType, DomainsRead, ErrorBody,
    Etags, Fault, ListOrder, ListShape, MediaTypes, NameRead, Paging, PostAnswer, PutSecret, SecretRead,
    Spelling, Switches, TokenCheck, TtlUnit, Unauthorized,
};
use serde_json::json;

use crate::bench::{CLIENTS, DIRECTORIES, bench, bench_of};

type Change = fn(&mut Switches);

#[tokio::test]
async fn reading_answers_what_it_can_and_writes_nothing() {
    let bench = bench(|_| {}).await;
    let run = bench.probe(&["--json"]).await;
    assert_eq!(run.code, 0, "{}", run.err);
    for (id, answer) in [
        ("sign-in", "admin"),
        ("discovery", "both"),
        ("revocation", "announced"),
        ("Q1.clients", "both"),
        ("Q2.own", "blank"),
        ("Q9.list", "directoryId"),
        ("Q14", "401"),
        ("Q15.unknown", "401"),
        ("Q17.own", "minutes"),
        ("Q21", "true"),
        ("Q22.start", "pages"),
        ("Q25", "absent"),
        ("scim", "ok"),
        ("Q28.path", "root"),
    ] {
        assert_eq!(run.answer(id).as_deref(), Some(answer), "{id}");
    }
    assert_eq!(run.answer("Q6"), None);
    assert_eq!(run.forecast("wsoa_oauth_client").0, "works");
    let is_harmless = |method: &str, path: &str| method == "GET" || path.ends_with("/auth/oauthtoken");
    for seen in bench.tenant.requests() {
        assert!(
            is_harmless(&seen.method, &seen.path),
            "{} {}",
            seen.method,
            seen.path
        );
    }
}

/// What is not asked because the question would do harm.
const NEVER: [&str; 3] = ["Q16.query", "Q26", "Q28.host"];

/// The labels of the open questions in EVIDENCE.md.
fn open_questions() -> Vec<String> {
    let evidence = include_str!("../../EVIDENCE.md");
    let label = |line: &str| {
        let (label, _) = line.strip_prefix("| **Q")?.split_once("**")?;
        Some(format!("Q{label}"))
    };
    evidence.lines().filter_map(label).collect()
}

#[tokio::test]
async fn every_open_question_of_the_evidence_is_answered_or_listed_with_the_reason_why_not() {
    let mut answered: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut reasons = BTreeMap::new();
    let changes: [Change; 2] = [|_| {}, |it| it.directory_media_types = MediaTypes::JsonOnly];
    for change in changes {
        let bench = bench(change).await;
        let report = bench.probe(&["--write", "--json"]).await.report();
        for answer in report["answers"].as_array().unwrap() {
            let id = answer["id"].as_str().unwrap().to_owned();
            let label = id.split('.').next().unwrap().to_owned();
            match answer["answer"].as_str() {
                Some(_) => _ = answered.entry(label).or_default().insert(id),
                None => _ = reasons.insert(id, answer["says"].as_str().unwrap().to_owned()),
            }
        }
    }
    let open = open_questions();
    assert_eq!((open.len(), open.last().unwrap().as_str()), (28, "Q28"));
    for label in &open {
        let parts = answered.remove(label).unwrap_or_default();
        let reason = reasons.get(label).map_or("", String::as_str);
        assert!(
            !parts.is_empty() || reason.starts_with("(not asked: it takes users to lose"),
            "{label} is not answered: {reason:?}"
        );
    }
    answered.retain(|label, _| label.starts_with('Q') && label[1..].parse::<u32>().is_ok());
    assert!(answered.is_empty(), "not in the evidence: {answered:?}");

    // and in the text, each that is never asked says why
    let bench = bench(|_| {}).await;
    let text = bench.probe(&["--write"]).await.out;
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for id in NEVER {
        let said = &reasons[id];
        assert!(
            said.len() > "(not asked: )".len() && !said.contains("--write"),
            "{said}"
        );
        assert!(
            !said.contains("nothing led to it") && flat.contains(said.as_str()),
            "{said}: {text}"
        );
    }
}

/// The answers that only `--write` gives on the default tenant.
#[tokio::test]
async fn with_write_everything_that_can_be_asked_is_answered() {
    let bench = bench(|_| {}).await;
    let before = bench.everything();
    let run = bench.probe(&["--write", "--json"]).await;
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!(bench.everything(), before);
    let report = run.report();
    for answer in report["answers"].as_array().unwrap() {
        let is_never_asked = NEVER.iter().any(|id| answer["id"] == *id);
        assert_eq!(answer["answer"].is_null(), is_never_asked, "{answer}");
    }
    for part in [
        "sign-in",
        "wsoa_oauth_client",
        "wsoa_bearer_token",
        "wsoa_other_directory",
        "scim",
    ] {
        assert_eq!(run.forecast(part).0, "works", "{part}");
    }
}

#[tokio::test]
async fn every_answer_that_reading_can_get_is_recognized() {
    let cases: &[(Change, &[(&str, &str)])] = &[
        (|it| it.secret_read = SecretRead::Clear, &[("Q2.own", "clear")]),
        (|it| it.secret_read = SecretRead::Omit, &[("Q2.own", "absent")]),
        (
            |it| it.secret_read = SecretRead::LastFour,
            &[("Q2.own", "masked")],
        ),
        (|it| it.secret_read = SecretRead::Sha256, &[("Q2.own", "masked")]),
        (
            |it| {
                it.client_media_types = MediaTypes::StrictVendor;
                it.directory_media_types = MediaTypes::JsonOnly;
            },
            &[
                ("Q1.clients", "vendor"),
                ("Q1.directories", "json"),
                ("Q5.directories", "allowed"),
            ],
        ),
        (|it| it.client_etags = Etags::Strong, &[("etag", "strong")]),
        (|it| it.client_etags = Etags::Weak, &[("etag", "weak")]),
        (
            |it| it.directory_ids = DirectoryIds::ConfigId,
            &[("Q9.list", "directoryConfigId")],
        ),
        (
            |it| it.directory_get_one = Acceptance::Status405,
            &[("Q10", "not-offered")],
        ),
        (
            |it| it.directory_domains_resource = Acceptance::Status404,
            &[("Q11.domains", "not-offered")],
        ),
        (|it| it.directory_list_domains = true, &[("Q11.list", "names")]),
        (|it| it.unauthorized = Unauthorized::Html, &[("Q14", "page")]),
        (
            |it| it.unauthorized = Unauthorized::Redirect,
            &[("Q14", "redirect")],
        ),
        (|it| it.bad_client_status = 400, &[("Q15.unknown", "400")]),
        (
            |it| it.bad_client_body = ErrorBody::Html,
            &[("Q15.unknown", "silent")],
        ),
        (|it| it.ttl_unit = TtlUnit::Seconds, &[("Q17.own", "seconds")]),
        (|it| it.ttl_cap_minutes = 10, &[("Q17.own", "other")]),
        (
            |it| it.token_check_spelling = Spelling::Capital,
            &[("Q21", "True")],
        ),
        (
            |it| it.token_check = TokenCheck::Status401,
            &[("Q21.dead", "401")],
        ),
        (|it| it.client_list = ListShape::New, &[("Q22.clients", "totals")]),
        (|it| it.client_list = ListShape::Old, &[("Q22.start", "ignored")]),
        (
            |it| it.directory_list = Paging::Totals,
            &[("Q22.directories", "totals")],
        ),
        (
            |it| it.acs_discovery = AcsDiscovery::Absent,
            &[("discovery", "auth"), ("revocation", "absent")],
        ),
        (
            |it| it.auth_discovery_absent = true,
            &[("discovery", "acs"), ("revocation", "announced")],
        ),
    ];
    for (number, (change, expected)) in cases.iter().enumerate() {
        let bench = bench(change).await;
        bench
            .tenant
            .add_directory("Okta", &["example.com"], DirectoryType::OtherDirectory);
        let run = bench.probe(&["--json"]).await;
        for (id, answer) in *expected {
            assert_eq!(
                run.answer(id).as_deref(),
                Some(*answer),
                "case {number}: {id}\n{}",
                run.err
            );
        }
    }
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "a table")]
async fn every_answer_that_takes_writing_is_recognized() {
    let cases: &[(Change, &[(&str, &str)])] = &[
        (
            |it| (it.client_post_status, it.client_put_status) = (204, 200),
            &[("client.post", "mute"), ("Q7", "200")],
        ),
        (
            |it| it.secret_read = SecretRead::Stars,
            &[("Q2.read", "masked"), ("Q3.absent", "kept")],
        ),
        (
            |it| it.own_secret = true,
            &[("Q4.given", "own"), ("Q2.post", "masked")],
        ),
        (|it| it.secret_required = true, &[("Q4.none", "refused")]),
        (|it| it.api_clients_lack_role = true, &[("Q5.made", "forbidden")]),
        (|it| it.duplicate_client_status = 409, &[("Q6", "409")]),
        (
            |it| it.put_secret = PutSecret::Ignored,
            &[("rotation", "ignored")],
        ),
        (
            |it| it.put_secret = PutSecret::Refused,
            &[("rotation", "refused"), ("Q7", "201")],
        ),
        (
            |it| it.ttl_cap_minutes = 1440,
            &[("Q18.cap", "capped"), ("Q17.made", "minutes")],
        ),
        (|it| it.rotation_revokes_tokens = true, &[("Q20", "die")]),
        (|it| it.token_order = ListOrder::Reversed, &[("Q23", "changed")]),
        (|it| it.client_ids_lower = true, &[("Q24.case", "found")]),
        (
            |it| it.directory_media_types = MediaTypes::JsonOnly,
            &[
                ("Q1.create", "refused"),
                ("Q8.post", "refused"),
                ("Q1.json", "other"),
            ],
        ),
        (
            |it| it.directory_json = DirectoryJson::MakesLocal,
            &[
                ("Q1.create", "vendor"),
                ("Q1.json", "another"),
                ("Q8.type", "other"),
            ],
        ),
        (
            |it| it.directory_json = DirectoryJson::Moved,
            &[("Q1.create", "refused"), ("Q1.json", "refused")],
        ),
        (
            |it| (it.duplicate_client_status, it.duplicate_client_body) = (201, ErrorBody::Empty),
            &[("Q6", "accepted"), ("Q27.client", "accepted")],
        ),
        (
            |it| it.client_media_types = MediaTypes::JsonOnly,
            &[("client.post", "201"), ("Q7", "201")],
        ),
        (
            |it| it.directory_post_answer = PostAnswer::Job,
            &[("Q8.post", "mute"), ("Q9.post", "none"), ("Q8.type", "other")],
        ),
        (
            |it| it.directory_ids = DirectoryIds::LocationOnly,
            &[("Q9.post", "address"), ("Q8.post", "201")],
        ),
        (
            |it| it.directory_ids = DirectoryIds::ListOnly,
            &[("Q9.post", "none")],
        ),
        (|it| it.directories_read_only = true, &[("Q8.post", "read-only")]),
        (
            |it| it.directory_name_read = NameRead::Upper,
            &[("Q11.spelling", "altered")],
        ),
        (
            |it| (it.directory_list_domains, it.directory_domains_read) = (true, DomainsRead::Upper),
            &[("Q11.spelling", "altered")],
        ),
        (|it| it.directory_update = true, &[("Q12", "taken")]),
        (
            |it| it.duplicate_directory_status = 500,
            &[("Q13.name", "500"), ("Q13.domain", "500")],
        ),
        (
            |it| (it.directory_delete_status, it.directory_delete_always_async) = (202, true),
            &[("Q8.delete", "202"), ("Q8.gone", "in-progress")],
        ),
        (
            |it| (it.lag_client_reads_ms, it.lag_token_ms) = (3_000, 6_000),
            &[
                ("lag.client", "late"),
                ("lag.token", "late"),
                ("Q3.absent", "kept"),
            ],
        ),
        (
            |it| it.lag_directory_list_ms = 5_000,
            &[("lag.directory", "late"), ("Q8.gone", "late")],
        ),
    ];
    for (number, (change, expected)) in cases.iter().enumerate() {
        let bench = bench(change).await;
        let before = bench.everything();
        let run = bench.probe(&["--write", "--json"]).await;
        assert_eq!(run.code, 0, "case {number}: {}", run.err);
        for (id, answer) in *expected {
            assert_eq!(
                run.answer(id).as_deref(),
                Some(*answer),
                "case {number}: {id}\n{}",
                run.out
            );
        }
        assert_eq!(bench.everything(), before, "case {number}");
    }
}

#[tokio::test]
async fn a_second_creation_that_makes_nothing_and_is_none_the_less_accepted_is_told() {
    let error = json!({"errors": [{"code": "taken", "message": "taken"}]});
    for (body, directory, client) in [(json!({}), "same", "accepted"), (error, "refused", "refused")] {
        let bench = bench(|_| {}).await;
        let before = bench.everything();
        for path in [DIRECTORIES, CLIENTS] {
            bench
                .tenant
                .push_fault(Fault::on("POST", path, Action::json(200, &body)).after(1));
        }
        let run = bench.probe(&["--write", "--json"]).await;
        assert_eq!(
            run.answer("Q27.directory").as_deref(),
            Some(directory),
            "{}",
            run.out
        );
        assert_eq!(run.answer("Q27.client").as_deref(), Some(client), "{}", run.out);
        assert_eq!(bench.everything(), before);
    }
}

#[tokio::test]
async fn what_fails_on_a_tenant_is_said_at_the_end() {
    let cases: &[(Change, &str, &str, &str)] = &[
        (
            |it| it.directory_media_types = MediaTypes::JsonOnly,
            "wsoa_other_directory",
            "does not work",
            "KB 6000953",
        ),
        (
            |it| it.put_secret = PutSecret::Ignored,
            "wsoa_oauth_client",
            "does not work",
            "Secrets cannot be rotated",
        ),
        (
            |it| it.ttl_unit = TtlUnit::Seconds,
            "wsoa_bearer_token",
            "does not work",
            "a sixtieth",
        ),
        (
            |it| it.rotation_revokes_tokens = true,
            "wsoa_bearer_token",
            "works, with something to know",
            "rotate_when_changed",
        ),
        (
            |it| it.api_clients_lack_role = true,
            "scim",
            "works, with something to know",
            "admin role",
        ),
    ];
    for (change, part, grade, sentence) in cases {
        let bench = bench(change).await;
        let run = bench.probe(&["--write", "--json"]).await;
        let (found, says) = run.forecast(part);
        assert_eq!(found, *grade, "{part}: {says}");
        assert!(says.contains(sentence), "{part}: {says}");
    }
}

#[tokio::test]
async fn a_tenant_below_a_path_is_one() {
    let bench = bench_of(|options| options.path_prefix = Some("/SAAS/t/acme".to_owned())).await;
    let run = bench.probe(&["--write", "--json"]).await;
    assert_eq!(run.answer("Q28.path").as_deref(), Some("prefix"), "{}", run.err);
    assert_eq!(run.forecast("wsoa_other_directory").0, "works");
}
