//! What a release says of itself: its section of CHANGELOG.md.

use super::Failure;

/// The section of a version, without its heading: `## VERSION`, or `## VERSION (DATE)`. One that still says
/// "Unreleased" is an error, as is one without a word.
pub fn section(changelog: &str, version: &str) -> Result<String, Failure> {
    let is_heading = |line: &&str| line.starts_with("## ");
    let is_wanted = |line: &str| {
        let words: Vec<_> = line.split_whitespace().collect();
        words.get(1) == Some(&version)
    };
    let mut lines = changelog.lines();
    if !lines.by_ref().filter(is_heading).any(is_wanted) {
        return Err(format!(
            "CHANGELOG.md has no heading \"## {version}\". A release begins with a commit that puts the version where \
             \"Unreleased\" is."
        )
        .into());
    }
    let section: Vec<_> = lines.take_while(|line| !is_heading(line)).collect();
    let section = section.join("\n").trim().to_owned();
    if section.is_empty() {
        return Err(format!("CHANGELOG.md says nothing of {version}").into());
    }
    Ok(section + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# Changelog\n\nWords.\n\n## Unreleased\n\n- New.\n\n## 0.10.0 (2027-01-02)\n\nTen.\n\n### Part\n\n- Eleven\n  lines.\n\n## 0.1.0\n\n- First.\n";

    #[test]
    fn a_version_gets_its_own_section_and_no_other() {
        for (version, section) in [
            ("0.10.0", "Ten.\n\n### Part\n\n- Eleven\n  lines.\n"),
            ("0.1.0", "- First.\n"),
        ] {
            assert_eq!(super::section(TEXT, version).unwrap(), section);
            assert_eq!(
                super::section(&TEXT.replace('\n', "\r\n"), version).unwrap(),
                section
            );
        }
        for version in ["0.1", "1.0", "0.2.0", "", "Changelog"] {
            assert!(section(TEXT, version).is_err(), "{version}");
        }
        assert!(
            section("## 0.1.0\n\n## 0.0.9\n\n- First.\n", "0.1.0").is_err(),
            "nothing to say"
        );
    }

    /// With what MAINTAINING.md says to do first, if it was not done yet.
    #[test]
    fn this_version_has_notes() {
        let changelog = include_str!("../../../CHANGELOG.md");
        let version = crate::VERSION;
        let unreleased = format!("## Unreleased ({version})");
        if changelog.contains(&unreleased) {
            assert!(section(changelog, version).is_err(), "it is not released yet");
        }
        let released = changelog.replace(&unreleased, &format!("## {version} (2027-01-02)"));
        let notes = section(&released, version).unwrap();
        assert!(
            notes.lines().filter(|line| line.starts_with("- ")).count() > 3,
            "{notes}"
        );
        assert!(!notes.lines().any(|line| line.starts_with("## ")), "{notes}");
    }
}
