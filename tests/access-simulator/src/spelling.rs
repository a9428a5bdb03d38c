//! How reads show the names and domains of directories.

use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};
use serde_json::{Value, json};

use crate::choices::{DomainsRead, NameRead};

/// What a read carries as `name`; nothing when it leaves the field out.
pub(crate) fn name(name: &str, how: NameRead) -> Option<Value> {
    let text = match how {
        NameRead::Missing => return None,
        NameRead::Null => return Some(Value::Null),
        NameRead::AsSent => name.to_owned(),
        NameRead::Upper => name.to_uppercase(),
        NameRead::Lower => name.to_lowercase(),
        NameRead::Nfc => ComposingNormalizerBorrowed::new_nfc()
            .normalize(name)
            .into_owned(),
        NameRead::Nfd => DecomposingNormalizerBorrowed::new_nfd()
            .normalize(name)
            .into_owned(),
    };
    Some(json!(text))
}

/// What a read carries as `domains`; nothing when it leaves the field out.
pub(crate) fn domains(domains: &[String], how: DomainsRead) -> Option<Value> {
    let spelled: fn(&str) -> String = match how {
        DomainsRead::Missing => return None,
        DomainsRead::Null => return Some(Value::Null),
        DomainsRead::Empty => return Some(json!([])),
        DomainsRead::AsSent | DomainsRead::OneMore => str::to_owned,
        DomainsRead::Upper => str::to_uppercase,
        DomainsRead::Lower => str::to_lowercase,
        DomainsRead::Unicode => |domain| idna::domain_to_unicode(domain).0,
        DomainsRead::Ascii => |domain| idna::domain_to_ascii(domain).unwrap_or_else(|_| domain.to_owned()),
    };
    let mut list: Vec<_> = domains.iter().map(|domain| spelled(domain)).collect();
    if how == DomainsRead::OneMore {
        list.push("one-more.example".to_owned());
    }
    Some(json!(list))
}
