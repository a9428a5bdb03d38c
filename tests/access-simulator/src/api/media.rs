//! Q1: which media types are taken, and which one answers.

use axum::http::header;

use crate::choices::MediaTypes;
use crate::http::{Call, Reply};

pub(crate) const JSON: &str = "application/json";

/// Checks `Content-Type`. `json_too` says whether the usual behaviour takes `application/json` as well.
pub(crate) fn check_content(
    call: &Call,
    vendor: &str,
    mode: MediaTypes,
    json_too: bool,
) -> Result<(), Reply> {
    let sent = essence(call.header(header::CONTENT_TYPE).unwrap_or_default());
    let taken = match mode {
        MediaTypes::Usual => sent == vendor || (json_too && sent == JSON),
        MediaTypes::StrictVendor => sent == vendor,
        MediaTypes::JsonOnly => sent == JSON,
    };
    if taken {
        return Ok(());
    }
    Err(unsupported(&sent))
}

pub(crate) fn unsupported(sent: &str) -> Reply {
    Reply::error(
        415,
        "unsupported.media.type",
        &format!("The media type {sent:?} is not supported here."),
    )
}

/// Picks the type of the answer, or refuses with 406.
pub(crate) fn negotiate<'a>(call: &Call, vendor: &'a str, mode: MediaTypes) -> Result<&'a str, Reply> {
    let accept = call.header(header::ACCEPT).unwrap_or("*/*");
    let wants = |media_type: &str| {
        accept.split(',').map(essence).any(|range| {
            range == "*/*"
                || range == "application/*"
                || range == media_type
                || (range == "application/*+json" && media_type.ends_with("+json"))
        })
    };
    match mode {
        MediaTypes::Usual | MediaTypes::StrictVendor if wants(vendor) => Ok(vendor),
        MediaTypes::Usual | MediaTypes::JsonOnly if wants(JSON) => Ok(JSON),
        _ => Err(Reply::error(
            406,
            "not.acceptable",
            "None of the accepted media types can be produced.",
        )),
    }
}

/// A media type without its parameters.
pub(crate) fn essence(value: &str) -> String {
    value
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase()
}
