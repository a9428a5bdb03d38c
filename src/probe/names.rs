//! What probe calls that which it makes. The name of a run is random, so that whatever has it is of that run, and what
//! has another name is never touched.

use rand::RngExt as _;

/// What every name begins with.
const PREFIX: &str = "wsoa-probe-";

/// So many hexadecimal digits follow: nobody else comes upon them.
const DIGITS: usize = 16;

/// What the name of a directory ends with that may be of any type.
const OF_ANY_TYPE: &str = "-4";

/// A name, to show what they look like.
pub const EXAMPLE: &str = "wsoa-probe-0123456789abcdef";

/// A new name.
pub fn new_run() -> String {
    let mut rng = rand::rng();
    let digits: String = (0..DIGITS)
        .filter_map(|_| char::from_digit(rng.random_range(0..16), 16))
        .collect();
    format!("{PREFIX}{digits}")
}

/// Whether `name` is one that [`new_run`] makes.
pub fn is_of_a_run(name: &str) -> bool {
    let is_digit = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
    name.strip_prefix(PREFIX)
        .is_some_and(|digits| digits.len() == DIGITS && digits.chars().all(is_digit))
}

/// The ids of the clients of a run: one for most questions, one with the signs that an id may have beside letters.
pub fn clients(run: &str) -> [String; 2] {
    [run.to_owned(), format!("{run}.no_secret@probe")]
}

/// The names of the directories of a run. The last one may be of any type: see [`may_be_of_any_type`].
pub fn directories(run: &str) -> [String; 4] {
    [
        run.to_owned(),
        format!("{run}-2"),
        format!("{run}-3"),
        format!("{run}{OF_ANY_TYPE}"),
    ]
}

/// Whether a directory with this name of a run may be of any type: it is asked for in `application/json`, which need not
/// make one of type Other (EVIDENCE 0.2).
pub fn may_be_of_any_type(directory: &str) -> bool {
    directory.ends_with(OF_ANY_TYPE)
}

/// The domain of the directory with this name, below one that is reserved for examples (RFC 2606).
pub fn domain(directory: &str) -> String {
    format!("{directory}.example.com")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_recognized_and_no_others() {
        let run = new_run();
        assert!(is_of_a_run(&run) && is_of_a_run(EXAMPLE) && run != new_run());
        for other in [
            "",
            "wsoa-probe-",
            "wsoa-probe-0123456789abcde",
            "wsoa-probe-0123456789abcdeg",
            "okta",
        ] {
            assert!(!is_of_a_run(other), "{other}");
        }
        for part in clients(&run).iter().chain(&directories(&run)) {
            assert!(part.starts_with(&run) && part.len() <= 256, "{part}");
        }
        // a console caps names and domains at 40 characters (EVIDENCE 3.1)
        let longest = directories(&run).map(|name| domain(&name).len());
        assert!(longest.iter().all(|length| *length <= 41), "{longest:?}");
    }
}
