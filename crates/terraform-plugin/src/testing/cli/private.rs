//! What a state file says of the provider's past, moved in time.

use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;
use serde_json::Value as Json;

/// The state file with every instant moved back in the private data and in the attributes of these names, and how many
/// there were.
pub(super) fn aged_state(state: &str, by: Duration, attributes: &[&str]) -> (String, usize) {
    let mut state: Json = serde_json::from_str(state).expect("a state file");
    let mut moved = 0;
    for resource in state["resources"].as_array_mut().into_iter().flatten() {
        for instance in resource["instances"].as_array_mut().into_iter().flatten() {
            for name in attributes {
                if let Some(value) = instance["attributes"].get_mut(name) {
                    age(value, by, &mut moved);
                }
            }
            let Some(Json::String(private)) = instance.get_mut("private") else {
                continue;
            };
            let bytes = BASE64_STANDARD
                .decode(&*private)
                .expect("private data are base64");
            if let Ok(mut json) = serde_json::from_slice(&bytes) {
                let before = moved;
                age(&mut json, by, &mut moved);
                if moved > before {
                    *private = BASE64_STANDARD.encode(json.to_string());
                }
            }
        }
    }
    (serde_json::to_string_pretty(&state).expect("JSON"), moved)
}

fn age(value: &mut Json, by: Duration, moved: &mut usize) {
    match value {
        Json::String(text) => {
            if let Ok(at) = text.parse::<Timestamp>() {
                *text = at.checked_sub(by).expect("an instant in range").to_string();
                *moved += 1;
            }
        }
        Json::Array(items) => items.iter_mut().for_each(|item| age(item, by, moved)),
        Json::Object(fields) => fields.values_mut().for_each(|field| age(field, by, moved)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const BY: Duration = Duration::from_secs(90);

    fn aged(private: &[u8]) -> (Vec<u8>, usize) {
        let instance = json!({
            "attributes": { "created_at": "2026-01-01T00:00:00Z" },
            "private": BASE64_STANDARD.encode(private),
        });
        let state = json!({ "serial": 3, "resources": [{ "instances": [{ "attributes": {} }, instance] }] });
        let (text, moved) = aged_state(&state.to_string(), BY, &[]);
        let mut after: Json = serde_json::from_str(&text).unwrap();
        let private = after["resources"][0]["instances"][1]["private"].take();
        let private = BASE64_STANDARD.decode(private.as_str().unwrap()).unwrap();
        after["resources"][0]["instances"][1]["private"] =
            state["resources"][0]["instances"][1]["private"].clone();
        assert_eq!(after, state, "something else was changed");
        (private, moved)
    }

    #[test]
    fn instants_become_older_wherever_they_stand_and_nothing_else_changes() {
        for (before, after, moved) in [
            (
                json!({ "written_at": "2026-01-01T00:00:30Z", "generated": true, "n": 7 }),
                json!({ "written_at": "2025-12-31T23:59:00Z", "generated": true, "n": 7 }),
                1,
            ),
            (
                json!({ "a": [{ "b": "2026-01-01T00:01:30.5Z" }, "2026-01-01T02:01:30+02:00"] }),
                json!({ "a": [{ "b": "2026-01-01T00:00:00.5Z" }, "2026-01-01T00:00:00Z"] }),
                2,
            ),
            (
                json!({ "schema_version": "1", "timeouts": { "create": 60 }, "day": "2026-01-01", "x": null }),
                json!({ "schema_version": "1", "timeouts": { "create": 60 }, "day": "2026-01-01", "x": null }),
                0,
            ),
        ] {
            let (private, count) = aged(before.to_string().as_bytes());
            assert_eq!(serde_json::from_slice::<Json>(&private).unwrap(), after);
            assert_eq!(count, moved);
        }
        for other in [&b""[..], b"\xff\xfe", b"no JSON"] {
            assert_eq!(aged(other), (other.to_vec(), 0));
        }
    }

    #[test]
    fn attributes_become_older_where_they_are_named() {
        let attributes = json!({ "made_at": "2026-01-01T00:01:30Z", "read_at": "2026-01-01T00:01:30Z" });
        let state = json!({ "resources": [
            { "instances": [{ "attributes": attributes }, { "attributes": { "made_at": null } }] },
            { "instances": [{ "attributes": { "name": "it" } }] },
        ] });
        let (text, moved) = aged_state(&state.to_string(), BY, &["made_at"]);
        let mut expected = state.clone();
        expected["resources"][0]["instances"][0]["attributes"]["made_at"] = json!("2026-01-01T00:00:00Z");
        let after: Json = serde_json::from_str(&text).unwrap();
        assert_eq!((after, moved), (expected, 1));
    }
}
