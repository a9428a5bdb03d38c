//! The targets. Each takes whatever bytes come and panics at what must not be.

use std::sync::{Arc, LazyLock};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::Value as Json;
use terraform_plugin::clock::SystemClock;
use terraform_plugin::fuzzing::tfplugin6::{RawState, upgrade_resource_state};
use terraform_plugin::fuzzing::{Server, codec, from_json, upgrade};
use terraform_plugin::provider::{Offers, Provider as _};
use terraform_plugin::secret::Secret;
use terraform_plugin::text;
use terraform_plugin::value::{Dynamic, Model as _, Path, Type};
use terraform_provider_wsoa::access::{Tenant, TenantUrl, fuzz, jwt};
use terraform_provider_wsoa::diagnose::hint;
use terraform_provider_wsoa::provider::{Settings, Wsoa};
use tokio::runtime::Runtime;

/// So many characters of a secret, one after the other, must not be shown.
const TELLING: usize = 8;

fn provider() -> Wsoa {
    Wsoa::new(Arc::new(SystemClock), Arc::new(|_| None))
}

fn now() -> Timestamp {
    Timestamp::from_second(1_700_000_000).expect("in range")
}

static OFFERS: LazyLock<Offers<Tenant>> = LazyLock::new(|| provider().offers());

/// The types of the provider block and of all resources.
static TYPES: LazyLock<Vec<Type>> = LazyLock::new(|| {
    let resources = OFFERS
        .resource_schemas()
        .into_iter()
        .map(|(_, it)| it.ty().clone());
    let ephemeral = OFFERS
        .ephemeral_schemas()
        .into_iter()
        .map(|(_, it)| it.ty().clone());
    let loose = [Type::strings(), Type::Map(Box::new(Type::Number))];
    [Settings::schema().ty().clone()]
        .into_iter()
        .chain(resources)
        .chain(ephemeral)
        .chain(loose)
        .collect()
});

/// `MessagePack` as a value of every type: what can be read can be written, and says the same.
pub fn msgpack(input: &[u8]) {
    for ty in TYPES.iter() {
        if let Ok(value) = codec::decode(input.to_vec(), ty) {
            assert_same_after_a_round(&value, ty);
        }
    }
}

/// JSON as a value of every type.
pub fn json(input: &[u8]) {
    let Ok(json) = serde_json::from_slice::<Json>(input) else {
        return;
    };
    for ty in TYPES.iter() {
        match from_json(json.clone(), ty, &Path::root()) {
            Ok(value) => assert_same_after_a_round(&value, ty),
            Err(error) => drop(error.to_string()),
        }
    }
}

fn assert_same_after_a_round(value: &Dynamic, ty: &Type) {
    let once =
        codec::encode(value, ty).unwrap_or_else(|error| panic!("what was read is not written: {error}"));
    let again = codec::decode(once.clone(), ty)
        .unwrap_or_else(|error| panic!("what was written is not read: {error}"));
    let again = codec::encode(&again, ty)
        .unwrap_or_else(|error| panic!("the second time it is not written: {error}"));
    assert!(once == again, "a value changes on its way"); // not the values: one that is not a number is not itself
}

/// The state of a resource, as it is stored, through the RPC. The first byte chooses the resource and the version.
pub fn state_upgrade(input: &[u8]) {
    static SERVER: LazyLock<Server<Wsoa>> = LazyLock::new(|| Server::new(provider(), Arc::new(SystemClock)));
    thread_local! {
        static RUNTIME: Runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    }
    let [choice, state @ ..] = input else { return };
    let resources = OFFERS.resource_schemas();
    let (name, schema) = resources[usize::from(choice & 0x0f) % resources.len()];
    let request = upgrade_resource_state::Request {
        type_name: name.to_owned(),
        version: i64::from(choice >> 4) - 1,
        raw_state: Some(RawState {
            json: state.to_vec(),
            ..RawState::default()
        }),
    };
    let answer = RUNTIME.with(|runtime| runtime.block_on(upgrade(&SERVER, request)));
    match answer.upgraded_state {
        Some(state) => {
            let read = codec::decode(state.msgpack, schema.ty());
            assert!(read.is_ok(), "the state cannot be read: {:?}", read.err());
        }
        None => assert!(!answer.diagnostics.is_empty(), "neither a state nor a word"),
    }
}

/// Tokens, most of which are no JWT.
pub fn jwt(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    for token in [
        text.to_string(),
        format!(
            "e30.{}.x",
            base64::engine::general_purpose::URL_SAFE.encode(input)
        ),
    ] {
        let _ = jwt::claims(&Secret::new(token.clone()));
        let answer = serde_json::json!({ "access_token": token, "expires_in": 60 });
        fuzz::objects(answer.to_string().as_bytes(), now());
    }
}

/// An answer of the tenant: as an error that shows no secret, and as all that it can mean. The first two bytes choose the
/// status and the headers.
pub fn api_answers(input: &[u8]) {
    const SECRET: &str = "S3cr&t/<value>+%x=42";
    const STATUSES: [u16; 12] = [200, 202, 302, 400, 401, 403, 404, 409, 415, 429, 500, 503];
    const TYPES: [&[u8]; 4] = [
        b"application/json",
        b"text/html; charset=utf-8",
        b"text/plain",
        b"",
    ];
    let [status, choice, body @ ..] = input else {
        return;
    };
    let status = STATUSES[usize::from(*status) % STATUSES.len()];
    let first_line = body.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let repeating = [body, SECRET.as_bytes(), body].concat();
    let body = if choice & 0x80 == 0 { body } else { &repeating };
    let headers = [
        ("content-type", TYPES[usize::from(choice & 3)]),
        ("location", first_line),
        ("retry-after", first_line),
        ("date", first_line),
    ];
    let secrets = [Secret::new(SECRET)];
    let error = fuzz::refusal(status, &headers, body, &secrets, now());
    for shown in [
        error.to_string(),
        format!("{error:?}"),
        hint(&error).unwrap_or_default().clone(),
    ] {
        assert!(!tells(&shown, SECRET), "{shown}");
        assert!(
            shown.chars().all(|c| text::is_printable(c) || c == '\n'),
            "{shown:?}"
        );
    }
    fuzz::objects(body, now());
}

/// Addresses of tenants, and addresses that a tenant tells.
pub fn tenant_url(input: &[u8]) {
    const PASSWORD: &str = "hunter2hunter2";
    let text = String::from_utf8_lossy(input);
    match TenantUrl::parse(&text) {
        Ok(url) => {
            let shown = url.as_str();
            let rest = shown.strip_prefix("https://").or(shown.strip_prefix("http://"));
            let host = rest.and_then(|rest| rest.split('/').next()).unwrap_or_default();
            assert!(!host.is_empty() && !host.contains('@'), "{shown}");
            assert!(!shown.contains(['?', '#']) && !shown.ends_with('/'), "{shown}");
            assert!(
                TenantUrl::parse(shown).as_ref() == Ok(&url),
                "{shown} is read as another one"
            );
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
    let _ = fuzz::without_secrets(&text);
    if text.contains("hunter2") {
        return;
    }
    for before in ["https://user:", "//user:", r"\\", "ftp://", "blob:https://user:"] {
        let shown = fuzz::without_secrets(&format!("{before}{PASSWORD}@{text}"));
        assert!(!shown.contains(PASSWORD), "{shown}");
    }
    let shown = fuzz::without_secrets(&format!("{text}?{PASSWORD}#{PASSWORD}"));
    assert!(!shown.contains(PASSWORD), "{shown}");
}

/// How long a tenant wants to be left alone.
pub fn retry_after(input: &[u8]) {
    let error = fuzz::refusal(429, &[("retry-after", input), ("date", input)], b"", &[], now());
    let text = String::from_utf8_lossy(input);
    let text = text.trim_matches([' ', '\t']);
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        let seconds = text.parse().unwrap_or(u64::MAX);
        assert_eq!(
            error.retry_after().map(|pause| pause.as_secs()),
            Some(seconds),
            "{text}"
        );
    }
    let _ = (error.to_string(), hint(&error));
}

/// A secret, which the tenant repeats in one spelling or another. The first byte chooses how, the second how long the
/// secret is.
pub fn redaction(input: &[u8]) {
    let [choice, length, rest @ ..] = input else {
        return;
    };
    let (secret, text) = rest.split_at(usize::from(*length).min(rest.len()));
    let (secret, text) = (String::from_utf8_lossy(secret), String::from_utf8_lossy(text));
    let shown = fuzz::clean(&text, &[Secret::new(&*secret)]);
    assert!(
        shown.chars().all(text::is_printable) && shown.chars().count() <= text::LONGEST_ITEM + 1,
        "{shown:?}"
    );
    assert!(!tells(&shown, &secret), "{secret:?} in {shown:?}");

    if secret.trim_matches([' ', '+']).len() < TELLING
        || !secret.chars().all(text::is_printable)
        || secret.contains("redact")
    {
        return;
    }
    let each = |write: fn(u8) -> String| secret.bytes().map(write).collect::<String>();
    let each_char = |write: fn(char) -> String| secret.chars().map(write).collect::<String>();
    let spelled = match choice % 8 {
        0 => each(|byte| format!("%{byte:02x}")),
        1 => each(|byte| format!("%25{byte:02X}")),
        2 => each(|byte| format!("{byte:02x}")),
        3 => STANDARD.encode(&*secret),
        4 => STANDARD.encode(format!("{text}:{secret}")),
        5 => each_char(|c| format!("&#{};", u32::from(c))),
        6 => each_char(|c| {
            c.encode_utf16(&mut [0; 2])
                .iter()
                .fold(String::new(), |text, unit| format!("{text}\\u{unit:04X}"))
        }),
        _ => secret
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('"', "&quot;"),
    };
    if spelled.len() > 1000 {
        return;
    }
    let shown = fuzz::clean(&format!("a {spelled} z"), &[Secret::new(&*secret)]);
    assert!(!shown.contains(&spelled), "{secret:?} in {shown:?}");
}

/// Whether `text` has eight characters of `secret` one after the other, other than blanks, which a form writes as plus signs.
fn tells(text: &str, secret: &str) -> bool {
    let [text, secret] = [text, secret].map(|it| it.chars().collect::<Vec<_>>());
    let stars: Vec<_> = "[redacted] [a text that repeats a secret]".chars().collect();
    let own = |part: &[char]| stars.windows(TELLING).any(|it| it == part); // a secret that reads like what takes its place
    let parts = secret.windows(TELLING);
    let mut telling = parts.filter(|part| !part.iter().all(|c| c.is_whitespace() || *c == '+') && !own(part));
    telling.any(|part| text.windows(TELLING).any(|it| it == part))
}
