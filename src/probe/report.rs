//! The report: what a person pastes into an issue, as text or as JSON.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::findings::{Fact, Finding, Findings};
use super::questions::{Grade, Part, QUESTIONS, Question, Stage};

/// The form of the report, which grows when a key of the JSON form changes its meaning.
const FORM: u32 = 1;

/// How wide a line of the text form is, in characters.
const WIDTH: usize = 100;

/// What the provider will do with a part of the API.
pub struct Forecast {
    /// Which part.
    pub part: Part,
    /// How well it goes; `None` when nothing says so.
    pub grade: Option<Grade>,
    /// The sentences, the worst first.
    pub says: Vec<&'static str>,
}

/// What the provider will do on this tenant.
pub fn forecast(findings: &Findings) -> Vec<Forecast> {
    let effects = || {
        let found = QUESTIONS.iter().filter_map(|question| findings.get(question.id));
        found.filter_map(|finding| finding.answer?.effect.as_ref())
    };
    let parts = [
        Part::SignIn,
        Part::Clients,
        Part::Tokens,
        Part::Directories,
        Part::Scim,
    ];
    parts
        .into_iter()
        .map(|part| {
            let mut of_part: Vec<_> = effects().filter(|effect| effect.part == part).collect();
            of_part.sort_by_key(|effect| std::cmp::Reverse(effect.grade));
            let grade = of_part.first().map(|effect| effect.grade);
            let mut says: Vec<_> = of_part.into_iter().map(|effect| effect.says).collect();
            let mut seen = std::collections::HashSet::new();
            says.retain(|sentence| seen.insert(*sentence));
            Forecast { part, grade, says }
        })
        .collect()
}

/// The report as text.
pub fn text(findings: &Findings, wrote: bool) -> String {
    let mut text = format!(
        "{} {}, probe report {FORM}, {}\nNames, ids, domains, hosts and secrets are left out: it can be pasted into an issue.\n\n",
        env!("CARGO_PKG_NAME"),
        env!("CARGO_PKG_VERSION"),
        mode(wrote)
    );
    let needs_write = |question: &&Question| {
        !wrote && question.stage == Stage::Write && findings.get(question.id).is_none()
    };
    for question in QUESTIONS.iter().filter(|question| !needs_write(question)) {
        let line = format!("{}: {}", question.asks, said(question, findings, wrote));
        paragraph(&mut text, &format!("{:<16}", question.id), &line);
        for (name, fact) in findings
            .get(question.id)
            .into_iter()
            .flat_map(|finding| &finding.facts)
        {
            paragraph(&mut text, &" ".repeat(18), &format!("{name}: {}", shown(fact)));
        }
    }
    text.push_str("\nWhat the provider will do on this tenant\n\n");
    for forecast in forecast(findings) {
        let line = format!("{}: {}", title(forecast.part), graded(forecast.grade));
        text.push_str(&line);
        text.push('\n');
        for sentence in forecast.says {
            paragraph(&mut text, "  - ", sentence);
        }
    }
    let left: Vec<_> = QUESTIONS
        .iter()
        .filter(needs_write)
        .map(|question| question.id)
        .collect();
    if !left.is_empty() {
        text.push('\n');
        paragraph(&mut text, "Only --write can tell: ", &left.join(", "));
    }
    text
}

/// The report as JSON, one object.
pub fn json(findings: &Findings, wrote: bool) -> String {
    let answers: Vec<_> = QUESTIONS
        .iter()
        .map(|question| {
            let finding = findings.get(question.id);
            let answer = finding.and_then(|finding| finding.answer);
            json!({
                "id": question.id,
                "question": question.asks,
                "answer": answer.map(|known| known.key),
                "says": said(question, findings, wrote),
                "new": finding.is_some_and(|finding| finding.is_new),
                "facts": facts(finding),
            })
        })
        .collect();
    let provider: Vec<_> = forecast(findings)
        .into_iter()
        .map(|it| json!({"part": name(it.part), "grade": graded(it.grade), "says": it.says}))
        .collect();
    let report = json!({
        "report": FORM,
        "version": env!("CARGO_PKG_VERSION"),
        "wrote": wrote,
        "answers": answers,
        "provider": provider,
    });
    format!("{report:#}\n")
}

fn facts(finding: Option<&Finding>) -> Vec<Value> {
    let facts = finding.into_iter().flat_map(|finding| &finding.facts);
    facts
        .map(|(name, fact)| {
            let value = match fact {
                Fact::Number(number) => Value::from(*number),
                Fact::Words(words) => Value::from(words.join(" ")),
                Fact::Fields(names) => Value::from(names.clone()),
            };
            Value::Object(Map::from_iter([((*name).to_owned(), value)]))
        })
        .collect()
}

/// The answer in words, or why there is none.
fn said(question: &Question, findings: &Findings, wrote: bool) -> String {
    let finding = findings.get(question.id);
    if let Some(known) = finding.and_then(|finding| finding.answer) {
        return known.says.to_owned();
    }
    if finding.is_some_and(|finding| finding.is_new) {
        return "in a way that is not known yet".to_owned();
    }
    let why = match (finding.and_then(|finding| finding.why_not), question.stage) {
        (Some(why), _) | (None, Stage::Never(why)) => why,
        (None, Stage::Write) if !wrote => "it needs --write",
        (None, _) => "nothing led to it",
    };
    format!("(not asked: {why})")
}

fn shown(fact: &Fact) -> String {
    match fact {
        Fact::Number(number) => number.to_string(),
        Fact::Words(words) => words.join(" "),
        Fact::Fields(names) => names.join(", "),
    }
}

fn mode(wrote: bool) -> &'static str {
    if wrote { "with --write" } else { "read-only" }
}

fn title(part: Part) -> &'static str {
    match part {
        Part::SignIn => "Signing in",
        Part::Clients => "wsoa_oauth_client",
        Part::Tokens => "wsoa_bearer_token",
        Part::Directories => "wsoa_other_directory",
        Part::Scim => "SCIM, for Okta",
    }
}

fn name(part: Part) -> &'static str {
    match part {
        Part::SignIn => "sign-in",
        Part::Clients => "wsoa_oauth_client",
        Part::Tokens => "wsoa_bearer_token",
        Part::Directories => "wsoa_other_directory",
        Part::Scim => "scim",
    }
}

fn graded(grade: Option<Grade>) -> &'static str {
    match grade {
        Some(Grade::Works) => "works",
        Some(Grade::Care) => "works, with something to know",
        Some(Grade::Fails) => "does not work",
        None => "not known",
    }
}

/// Adds `line`, broken at [`WIDTH`]; `lead` stands before its first line and as much space before the others.
fn paragraph(text: &mut String, lead: &str, line: &str) {
    let indent = lead.chars().count();
    let mut column = indent;
    text.push_str(lead);
    for (number, word) in line.split(' ').enumerate() {
        let length = word.chars().count();
        if number > 0 && column + 1 + length > WIDTH {
            let _ = write!(text, "\n{:indent$}", ""); // writing to a String cannot fail
            column = indent;
        } else if number > 0 {
            text.push(' ');
            column += 1;
        }
        text.push_str(word);
        column += length;
    }
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_become_a_report() {
        let mut findings = Findings::default();
        findings.answer("Q2.own", "blank").number("Q2.own", "status", 200);
        findings.answer("Q14", "418").number("Q14", "status", 418);
        findings.unanswered("Q10", "there is no directory");
        findings.answer("Q5.clients", "allowed");
        findings.answer("revocation", "absent");
        findings.answer("scim", "forbidden");
        let text = text(&findings, false);
        for part in [
            "Q2.own          How a read shows the secret of the client that signs in: as an empty text\n",
            "                  status: 200\n",
            "What a token that is none gets: in a way that is not known yet\n",
            "Whether one directory can be read by its id: (not asked: there is no directory)\n",
            "Q26             Whether the users of a directory go with it: (not asked: it takes users to lose,",
            "Only --write can tell: client.post, ",
            "wsoa_oauth_client: works\n  - Clients can be read and imported.\n",
            "wsoa_bearer_token: works, with something to know\n",
            "wsoa_other_directory: not known\n",
            "SCIM, for Okta: does not work\n",
        ] {
            assert!(text.contains(part), "{part:?} is not in:\n{text}");
        }
        assert!(text.lines().all(|line| line.chars().count() <= WIDTH), "{text}");
        let json: Value = serde_json::from_str(&json(&findings, true)).expect("JSON");
        let answer = |id: &str| {
            let answers = json["answers"].as_array().expect("answers");
            answers.iter().find(|it| it["id"] == id).expect("asked").clone()
        };
        assert_eq!(answer("Q2.own")["answer"], "blank");
        assert_eq!(answer("Q2.own")["facts"], json!([{"status": 200}]));
        assert_eq!(
            (&answer("Q14")["answer"], &answer("Q14")["new"]),
            (&json!(null), &json!(true))
        );
        assert_eq!((&json["wrote"], &json["report"]), (&json!(true), &json!(1)));
    }

    #[test]
    fn the_worst_decides_and_comes_first() {
        let mut findings = Findings::default();
        findings.answer("Q5.clients", "allowed");
        findings.answer("Q3.absent", "lost");
        findings.answer("client.post", "refused");
        let clients = forecast(&findings).swap_remove(1);
        assert_eq!(clients.grade, Some(Grade::Fails));
        assert_eq!(clients.says.len(), 3);
        assert_eq!(clients.says[0], "Clients cannot be created.");
    }
}
