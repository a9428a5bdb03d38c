//! `EVIDENCE.md`: a comment that cites it leads somewhere.
//!
//! The form is one, so that `grep` finds every citation: `EVIDENCE 2.4`, `EVIDENCE Q8`, `EVIDENCE 2.1 to 2.4, Q8`. See
//! [`QUESTIONED`] for the exception.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use access_simulator::Switches;

use crate::{files, root};

/// Where the open questions are the subject, so that `Q8` and `F8` are citations as they stand. A part of a question may
/// have a name after a dot: `Q8.delete`.
const QUESTIONED: [&str; 3] = ["src/probe/", "tests/access-simulator/", "tests/probe/"];

/// What comments once cited.
const OLD_FORM: &str = "access-api";

/// A citation, or what is wrong with one.
type Citation<'a> = Result<&'a str, &'static str>;

fn page() -> String {
    fs::read_to_string(root().join("EVIDENCE.md")).expect("EVIDENCE.md")
}

/// `2`, `2.4`, `Q8`, `F8`.
fn is_label(word: &str) -> bool {
    let number =
        |digits: &str, most| (1..=most).contains(&digits.len()) && digits.bytes().all(|c| c.is_ascii_digit());
    match word.strip_prefix(['Q', 'F']) {
        Some(digits) => number(digits, 2),
        None => word.split('.').count() <= 2 && word.split('.').all(|digits| number(digits, 1)),
    }
}

/// The labels of the page, in its order: the first word of a heading, or bold at the beginning of a row.
fn labels(page: &str) -> Vec<&str> {
    page.lines()
        .filter_map(|line| {
            let heading = line.strip_prefix("## ").or_else(|| line.strip_prefix("### "));
            let word = match heading {
                Some(heading) => heading.split(' ').next(),
                None => line
                    .strip_prefix("| **")
                    .and_then(|row| Some(row.split_once("** |")?.0)),
            };
            word.filter(|word| is_label(word))
        })
        .collect()
}

/// The words of a line, each with what separates it from the one before.
fn words(line: &str) -> Vec<(&str, &str)> {
    let of_word = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    let mut rest = line;
    let mut words = Vec::new();
    while let Some(start) = rest.find(of_word) {
        let end = rest[start..]
            .find(|c| !of_word(c))
            .map_or(rest.len(), |length| start + length);
        let word = rest[start..end].trim_end_matches('.');
        words.push((&rest[..start], word));
        rest = &rest[start + word.len().max(1)..];
    }
    words
}

/// What a line cites. `bare`: labels of questions and exchanges stand alone there.
fn citations(line: &str, bare: bool) -> Vec<Citation<'_>> {
    let words = words(line);
    let mut found = Vec::new();
    let mut listed = false; // the words before are a citation, which may go on
    for (at, (before, word)) in words.iter().enumerate() {
        let word = match word.split_once('.') {
            Some((question, _)) if question.starts_with('Q') => question,
            _ => word,
        };
        let next = words
            .get(at + 1)
            .filter(|(before, word)| *before == " " && is_label(word));
        let goes_on = listed && matches!(*before, " " | ", ");
        listed = match word {
            "EVIDENCE" if next.is_none() => {
                found.push(Err("EVIDENCE without a label behind it"));
                false
            }
            "EVIDENCE" => true,
            "to" if goes_on && next.is_some() => true,
            word if goes_on && is_label(word) => {
                found.push(Ok(word));
                true
            }
            word if is_label(word) && (word.starts_with('Q') || bare && word.starts_with('F')) => {
                found.push(if bare {
                    Ok(word)
                } else {
                    Err("write EVIDENCE in front, on the same line")
                });
                false
            }
            word if word == OLD_FORM || word.starts_with("access-api-") => {
                found.push(Err("cite EVIDENCE.md"));
                false
            }
            _ => false,
        };
    }
    found
}

#[test]
fn every_citation_leads_to_a_label() {
    let page = page();
    let labels: BTreeSet<_> = labels(&page).into_iter().collect();
    let mut wrong = Vec::new();
    let (mut good, mut good_in_simulator) = (0, 0);
    for directory in ["src", "tests", "fuzz", "benches", "proto"] {
        for (file, text) in files(directory) {
            if Path::new(&file).extension() != Some("rs".as_ref()) || file == "tests/docs/evidence.rs" {
                continue;
            }
            let bare = QUESTIONED.iter().any(|place| file.starts_with(place));
            for (number, line) in text.lines().enumerate() {
                for citation in citations(line, bare) {
                    let problem = match citation {
                        Ok(label) if labels.contains(label) => {
                            *(if bare { &mut good_in_simulator } else { &mut good }) += 1;
                            continue;
                        }
                        Ok(label) => format!("{label} is not in EVIDENCE.md"),
                        Err(problem) => problem.to_owned(),
                    };
                    wrong.push(format!("{file}:{}: {problem}: {}", number + 1, line.trim()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n\n{}\n", wrong.join("\n"));
    assert!(
        good > 0 && good_in_simulator > 0,
        "{good} and {good_in_simulator} citations found"
    );
}

#[test]
fn a_label_stands_for_one_thing() {
    let page = page();
    let mut seen = BTreeSet::new();
    let twice: Vec<_> = labels(&page)
        .into_iter()
        .filter(|label| !seen.insert(*label))
        .collect();
    assert_eq!(twice, Vec::<&str>::new());
}

#[test]
fn citations_have_one_form() {
    const ALONE: Citation<'_> = Err("EVIDENCE without a label behind it");
    const BARE: Citation<'_> = Err("write EVIDENCE in front, on the same line");
    const OLD: Citation<'_> = Err("cite EVIDENCE.md");
    for (line, outside, in_simulator) in [
        ("/// A fact (EVIDENCE 2.4).", vec![Ok("2.4")], vec![Ok("2.4")]),
        (
            "//! EVIDENCE 1.3 to 1.7, Q17 to Q21.",
            vec![Ok("1.3"), Ok("1.7"), Ok("Q17"), Ok("Q21")],
            vec![],
        ),
        ("/// (EVIDENCE 2.2: 32 bits)", vec![Ok("2.2")], vec![]),
        (
            "/// (EVIDENCE 2, Q3); and EVIDENCE Q4",
            vec![Ok("2"), Ok("Q3"), Ok("Q4")],
            vec![],
        ),
        ("/// See EVIDENCE.md", vec![], vec![]),
        ("/// as known (EVIDENCE", vec![ALONE], vec![ALONE]),
        ("/// EVIDENCE says so", vec![ALONE], vec![ALONE]),
        (
            "/// EVIDENCE Q3 and Q4",
            vec![Ok("Q3"), BARE],
            vec![Ok("Q3"), Ok("Q4")],
        ),
        ("/// Q3, F8: how", vec![BARE], vec![Ok("Q3"), Ok("F8")]),
        ("assert_eq!(status, 201, \"Q7\");", vec![BARE], vec![Ok("Q7")]),
        ("ask(\"Q8.delete\")", vec![BARE], vec![Ok("Q8")]),
        ("Wire::F64(value)", vec![], vec![Ok("F64")]),
        ("/// (access-api 2.4)", vec![OLD], vec![OLD]),
        ("/// access-api-2, row 21", vec![OLD], vec![OLD]),
        (
            "use access_simulator::api; // access-simulator 2.4, ws1-access-apis",
            vec![],
            vec![],
        ),
    ] {
        assert_eq!(citations(line, false), outside, "{line}");
        if !in_simulator.is_empty() {
            assert_eq!(citations(line, true), in_simulator, "{line}");
        }
    }
}

/// The row of a question names switches in brackets.
#[test]
fn questions_name_switches_that_the_simulator_has() {
    let page = page();
    let switches = serde_json::to_value(Switches::default()).expect("JSON");
    let mut named = 0;
    for row in page.lines().filter(|line| line.starts_with("| **Q")) {
        let switches_of_row = row.rsplit_once(" [").map_or("", |(_, names)| names);
        for name in switches_of_row
            .split('`')
            .skip(1)
            .step_by(2)
            .filter(|name| name.contains('_'))
        {
            assert!(switches.get(name).is_some(), "there is no switch {name}: {row}");
            named += 1;
        }
    }
    assert!(named > 20, "{named} switches");
}
