//! Reading the tenant's JSON with tolerance: names differ between endpoints, and unset fields are absent, null or
//! empty as the tenant likes (EVIDENCE 2.4, 3.2).

use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// The first of `names` that holds a text that is not empty.
pub(in crate::access) fn text(object: &Map<String, Value>, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| match object.get(*name)? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    })
}

/// An integer, also when it is written as a text or as a decimal without a fraction.
pub(in crate::access) fn integer(object: &Map<String, Value>, name: &str) -> Option<i64> {
    match object.get(name)? {
        Value::Number(number) => number
            .as_i64()
            .or_else(|| number.to_string().strip_suffix(".0")?.parse().ok()),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// A truth value, also when it is written as a text.
pub(in crate::access) fn boolean(object: &Map<String, Value>, name: &str) -> Option<bool> {
    match object.get(name)? {
        Value::Bool(value) => Some(*value),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// A set written as one text with spaces or commas, or as an array of texts (EVIDENCE Q23): the first of `names` that
/// is not null or empty.
pub(in crate::access) fn words(object: &Map<String, Value>, names: &[&str]) -> BTreeSet<String> {
    let split = |text: &str| -> Vec<String> {
        text.split(|c: char| c.is_whitespace() || c == ',')
            .filter(|w| !w.is_empty())
            .map(str::to_owned)
            .collect()
    };
    names
        .iter()
        .filter_map(|name| list(object.get(*name)?, split))
        .find(|words| !words.is_empty())
        .unwrap_or_default()
        .into_iter()
        .collect()
}

/// The words of a text, or of an array of texts, in their order.
fn list(value: &Value, split: impl Fn(&str) -> Vec<String>) -> Option<Vec<String>> {
    match value {
        Value::String(text) => Some(split(text)),
        Value::Array(items) => Some(items.iter().filter_map(Value::as_str).flat_map(split).collect()),
        _ => None,
    }
}

/// Like [`words`], in the tenant's order.
pub(in crate::access) fn ordered_words(object: &Map<String, Value>, name: &str) -> Vec<String> {
    let split = |text: &str| text.split_whitespace().map(str::to_owned).collect();
    object
        .get(name)
        .and_then(|value| list(value, split))
        .unwrap_or_default()
}

/// A count that is not negative.
pub(in crate::access) fn count(object: &Map<String, Value>, name: &str) -> Option<usize> {
    integer(object, name).and_then(|count| usize::try_from(count).ok())
}

/// `_links.self.href` (EVIDENCE 3.2).
pub(in crate::access) fn own_link(object: &Map<String, Value>) -> Option<&str> {
    object.get("_links")?.get("self")?.get("href")?.as_str()
}

/// The last path segment of a URL or path, without its query, if it is the one of an object in `collection`.
pub(in crate::access) fn member_of(url: &str, collection: &str) -> Option<String> {
    let path = url.split(['?', '#']).next()?;
    let (parent, segment) = path.trim_end_matches('/').rsplit_once('/')?;
    let is_in_it = parent.rsplit('/').next()?.eq_ignore_ascii_case(collection);
    (is_in_it && !segment.is_empty()).then(|| segment.to_owned())
}

/// Whether a list names a further page, by what it tells about itself.
pub(in crate::access) fn names_next(about: &Map<String, Value>) -> bool {
    next_pages(about).next().is_some()
}

/// What a list calls its next page, in its links or beside them.
pub(in crate::access) fn next_pages(about: &Map<String, Value>) -> impl Iterator<Item = &Value> {
    let links = ["_links", "links"].iter().filter_map(|name| about.get(*name));
    let nexts = links
        .filter_map(|links| links.get("next"))
        .chain(about.get("next"));
    nexts.filter(|next| !next.is_null() && next.as_str() != Some("") && next.as_bool() != Some(false))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_further_page_is_noticed() {
        for (list, named) in [
            (
                json!({"items": [], "_links": {"next": {"href": "/x?cursor=2"}}}),
                true,
            ),
            (json!({"items": [], "links": {"next": "/x"}}), true),
            (json!({"items": [], "next": "/x"}), true),
            (json!({"items": [], "_links": {"self": {"href": "/x"}}}), false),
            (json!({"items": [], "_links": {"next": null}, "next": ""}), false),
            (json!({"items": [], "next": false}), false),
            (json!({"items": [], "next": 2}), true),
        ] {
            let about = list.as_object().expect("an object");
            assert_eq!(names_next(about), named, "{list}");
        }
    }

    #[test]
    fn fields_are_read_in_every_form() {
        let value = json!({
            "empty": "", "null": null, "name": "n", "number": 7, "text_number": " 8 ", "float": 9.0,
            "yes": true, "no": "False", "scope": "b,a  c", "grants": ["x", "y z"],
            "_links": {"self": {"href": "/SAAS/jersey/manager/api/x/42?y=1"}},
        });
        let object = value.as_object().expect("an object");
        assert_eq!(
            text(object, &["missing", "null", "empty", "name"]).as_deref(),
            Some("n")
        );
        assert_eq!(text(object, &["empty"]), None);
        assert_eq!(
            ["number", "text_number", "float", "name", "null"].map(|name| integer(object, name)),
            [Some(7), Some(8), Some(9), None, None]
        );
        assert_eq!(
            ["yes", "no", "name"].map(|name| boolean(object, name)),
            [Some(true), Some(false), None]
        );
        assert_eq!(
            words(object, &["scope"]),
            ["a", "b", "c"].map(str::to_owned).into()
        );
        assert_eq!(
            words(object, &["missing", "grants"]),
            ["x", "y", "z"].map(str::to_owned).into()
        );
        assert_eq!(words(object, &["null", "empty", "scope"]).len(), 3);
        assert_eq!(ordered_words(object, "grants"), ["x", "y", "z"]);
        assert_eq!(ordered_words(object, "no"), ["False"]);
        assert_eq!(
            [count(object, "text_number"), count(object, "name")],
            [Some(8), None]
        );
        assert_eq!(own_link(object), Some("/SAAS/jersey/manager/api/x/42?y=1"));
        for (url, member) in [
            ("https://h/a/x/42", Some("42")),
            ("/a/X/42/?y=1", Some("42")),
            ("x/42#z", Some("42")),
            ("https://h/a/jobs/42", None),
            ("/a/x", None),
            ("/a/x/42/jobs", None),
            ("42", None),
            ("", None),
        ] {
            assert_eq!(member_of(url, "x").as_deref(), member, "{url}");
        }
    }
}
