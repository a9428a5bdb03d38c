//! The claims of an access token, without a look at its signature (EVIDENCE 1.5).
//!
//! The tenant is who issued it and who will judge it; all that is wanted here is what it says of its own life time.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};
use terraform_plugin::secret::Secret;
use zeroize::Zeroizing;

use crate::access::decode;

/// Some issuers pad, although RFC 7515 says not to.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// All claims of a JWT; `None` when `token` is none, as tokens need not be. The signature is **not** checked.
pub fn claims(token: &Secret) -> Option<Map<String, Value>> {
    serde_json::from_slice(&payload(token)?).ok()
}

/// The claims as they are written.
fn payload(token: &Secret) -> Option<Zeroizing<Vec<u8>>> {
    let mut parts = token.expose().split('.');
    let (Some(_header), Some(payload), Some(_signature), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return None;
    };
    Some(Zeroizing::new(BASE64.decode(payload).ok()?))
}

/// What a token says of itself; `None` for what it does not say.
#[derive(Debug)]
pub struct Claims {
    /// `iss`.
    pub issuer: Option<String>,
    /// `sub`.
    pub subject: Option<String>,
    /// `aud`; several are joined by blanks.
    pub audience: Option<String>,
    /// `cid`, the id of the OAuth client.
    pub client_id: Option<String>,
    /// `scp`.
    pub scopes: Option<BTreeSet<String>>,
    /// `iat`, `exp` and `jti`.
    pub life_time: LifeTime,
    /// All claims, as they are written.
    pub json: String,
}

impl Claims {
    /// The claims of a JWT; `None` when `token` is none. The signature is **not** checked.
    pub fn of(token: &Secret) -> Option<Self> {
        let json = String::from_utf8(payload(token)?.to_vec()).ok()?;
        let claims: Map<String, Value> = serde_json::from_str(&json).ok()?;
        let text = |name| decode::text(&claims, &[name]);
        Some(Self {
            issuer: text("iss"),
            subject: text("sub"),
            audience: Some(decode::ordered_words(&claims, "aud").join(" ")).filter(|it| !it.is_empty()),
            client_id: text("cid"),
            scopes: claims
                .get("scp")
                .filter(|scopes| !scopes.is_null())
                .map(|_| decode::words(&claims, &["scp"])),
            life_time: LifeTime::in_claims(&claims),
            json,
        })
    }
}

/// What a token says of its own life time.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct LifeTime {
    /// `iat`.
    pub issued_at: Option<Timestamp>,
    /// `exp`.
    pub expires_at: Option<Timestamp>,
    /// `jti`.
    pub id: Option<String>,
}

impl LifeTime {
    pub(super) fn of(token: &Secret) -> Self {
        Self::in_claims(&claims(token).unwrap_or_default())
    }

    fn in_claims(claims: &Map<String, Value>) -> Self {
        let instant = |name| decode::integer(claims, name).and_then(|s| Timestamp::from_second(s).ok());
        Self {
            issued_at: instant("iat"),
            expires_at: instant("exp"),
            id: decode::text(claims, &["jti"]),
        }
    }

    /// From `iat` to `exp`: both are the tenant's, so that a clock that is wrong does not matter.
    pub(super) fn length(&self) -> Option<SignedDuration> {
        Some(self.expires_at?.duration_since(self.issued_at?))
    }
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;

    fn token(payload: &str) -> Secret {
        Secret::new(format!("e30.{}.sig", URL_SAFE_NO_PAD.encode(payload)))
    }

    #[test]
    fn the_recorded_claims_are_read() {
        // EVIDENCE F1
        let token = token(r#"{"jti":"0bee91e2","exp":1479259398,"iat":1479237798,"prn_type":"SERVICE"}"#);
        assert_eq!(
            LifeTime::of(&token),
            LifeTime {
                issued_at: Timestamp::from_second(1_479_237_798).ok(),
                expires_at: Timestamp::from_second(1_479_259_398).ok(),
                id: Some("0bee91e2".into()),
            }
        );
        assert_eq!(LifeTime::of(&token).length(), Some(SignedDuration::from_hours(6)));
        assert_eq!(claims(&token).expect("a JWT")["prn_type"], "SERVICE");
    }

    #[test]
    fn odd_tokens_say_nothing() {
        for text in ["", "opaque", "a.b", "a.!!.c", "a.e30.c.d.e", "e30.W10.sig"] {
            assert_eq!(LifeTime::of(&Secret::new(text)), LifeTime::default(), "{text}");
        }
        let odd = token(r#"{"exp":99999999999999999,"iat":"1479237798","jti":7}"#);
        assert_eq!(
            LifeTime::of(&odd).issued_at,
            Timestamp::from_second(1_479_237_798).ok()
        );
        assert_eq!(LifeTime::of(&odd).expires_at, None);
    }
}
