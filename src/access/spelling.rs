//! When two spellings are of the same name or domain.

use std::collections::BTreeSet;

use icu_normalizer::ComposingNormalizer;

/// `name` in Unicode's composed form (NFC).
pub fn composed(name: &str) -> String {
    ComposingNormalizer::new_nfc().normalize(name).into_owned()
}

/// What names have in common that differ in case and Unicode form alone.
pub fn folded_name(name: &str) -> String {
    composed(&composed(name).to_lowercase())
}

/// Whether two names are letter for letter the same, whatever their Unicode form.
pub fn same_name(one: &str, other: &str) -> bool {
    one == other || (!(one.is_ascii() && other.is_ascii()) && composed(one) == composed(other))
}

/// What all spellings of a domain have in common: its ASCII form in small letters (UTS 46).
pub fn domain_key(domain: &str) -> String {
    idna::domain_to_ascii(domain).unwrap_or_else(|_| domain.to_lowercase())
}

/// Whether two spellings are of one domain.
pub fn same_domain(one: &str, other: &str) -> bool {
    // what has no other form than case is by far the most frequent, and thousands of pairs are compared
    let is_plain = |domain: &str| domain.is_ascii() && !domain.contains("--");
    one.eq_ignore_ascii_case(other)
        || (!(is_plain(one) && is_plain(other)) && domain_key(one) == domain_key(other))
}

/// The [`domain_key`]s of some domains.
pub fn domain_keys<'a>(domains: impl IntoIterator<Item = &'a String>) -> BTreeSet<String> {
    domains.into_iter().map(|domain| domain_key(domain)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_a_name() {
        for (one, other, same, folded) in [
            ("Okta", "Okta", true, true),
            ("Ökta", "O\u{308}kta", true, true),
            ("Ökta", "o\u{308}KTA", false, true),
            ("Okta", "OKTA", false, true),
            ("Okta", "Okta ", false, false),
        ] {
            assert_eq!(same_name(one, other), same, "{one} {other}");
            assert_eq!(folded_name(one) == folded_name(other), folded, "{one} {other}");
        }
    }

    #[test]
    fn spellings_of_a_domain() {
        for (one, other, same) in [
            ("example.com", "EXAMPLE.com", true),
            ("xn--bcher-kva.example", "bücher.example", true),
            ("XN--BCHER-KVA.example", "BÜCHER.example", true),
            ("bu\u{308}cher.example", "bücher.example", true),
            ("_x.example", "_X.example", true),
            ("System Domain", "system domain", true),
            ("a.example", "b.example", false),
            ("xn--a", "xn--a", true), // not what it seems
        ] {
            assert_eq!(domain_key(one) == domain_key(other), same, "{one} {other}");
            assert_eq!(same_domain(one, other), same, "{one} {other}");
        }
    }
}
