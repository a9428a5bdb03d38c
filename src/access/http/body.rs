//! What a request brings along.

use bytes::Bytes;
use percent_encoding::utf8_percent_encode;
use serde_json::Value;
use zeroize::{Zeroize as _, Zeroizing};

use super::encode::PLAIN;
use super::error::Error;

/// A request body. Its bytes are zeroised when the last attempt is over: best effort, because the connection and TLS
/// buffer what they send without doing so.
#[derive(Clone)]
pub(in crate::access) struct Body {
    pub(in crate::access) bytes: Bytes,
    pub(in crate::access) form: bool,
}

impl Body {
    pub fn json(value: impl Into<Value>) -> Result<Self, Error> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(4 << 10)); // roomy, so that growing leaves no copies behind
        let mut value = value.into();
        let written = serde_json::to_writer(&mut *bytes, &value);
        zeroise(&mut value);
        written
            .map_err(|error| Error::configuration(format!("the request body cannot be written: {error}")))?;
        Ok(Self {
            bytes: Bytes::from_owner(bytes),
            form: false,
        })
    }

    pub fn form(pairs: &[(&str, &str)]) -> Self {
        let mut text = Zeroizing::new(String::with_capacity(256)); // roomy, so that growing leaves no copies behind
        for (key, value) in pairs {
            let separator = if text.is_empty() { "" } else { "&" };
            text.push_str(separator);
            text.push_str(key);
            text.push('=');
            text.extend(utf8_percent_encode(value, PLAIN));
        }
        Self {
            bytes: Bytes::from_owner(Zeroizing::new(text.as_bytes().to_vec())),
            form: true,
        }
    }
}

/// Overwrites every text in `value`: one of them may be a secret.
pub(in crate::access) fn zeroise(value: &mut Value) {
    match value {
        Value::String(text) => text.zeroize(),
        Value::Array(items) => items.iter_mut().for_each(zeroise),
        Value::Object(object) => object.values_mut().for_each(zeroise),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
