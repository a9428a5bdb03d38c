//! Access tokens as the product signs them: RS256, no `kid`.

use std::io;

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::rsa::{KeyPair, PublicKeyComponents};
use ring::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use serde::Serialize;
use serde_json::{Value, json};

/// A fixed key: making an RSA key takes seconds, and nothing of value is signed with it.
const TEST_KEY_PEM: &str = include_str!("../keys/test-only-token-signing-key.pem");

/// `SubjectPublicKeyInfo` up to the key itself, for an RSA key of 2048 bits with the exponent 65537.
const SPKI_HEADER: [u8; 24] = [
    0x30, 0x82, 0x01, 0x22, 0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01,
    0x05, 0x00, 0x03, 0x82, 0x01, 0x0f, 0x00,
];

const KEY_ID: &str = "1599640573";

/// Signs tokens.
pub(crate) struct SigningKey {
    pair: KeyPair,
    random: SystemRandom,
}

/// The claims in the order in which the product issues them (F1).
#[derive(Debug, Serialize)]
pub(crate) struct Claims {
    pub(crate) jti: String,
    pub(crate) prn: String,
    pub(crate) domain: &'static str,
    pub(crate) user_id: String,
    pub(crate) auth_time: i64,
    pub(crate) iss: String,
    pub(crate) aud: String,
    pub(crate) ctx: String,
    pub(crate) scp: String,
    pub(crate) idp: &'static str,
    pub(crate) eml: String,
    pub(crate) cid: String,
    pub(crate) did: &'static str,
    pub(crate) wid: &'static str,
    pub(crate) exp: i64,
    pub(crate) iat: i64,
    pub(crate) sub: String,
    pub(crate) prn_type: &'static str,
}

impl SigningKey {
    pub(crate) fn load() -> io::Result<Self> {
        let base64: String = TEST_KEY_PEM
            .lines()
            .filter(|line| !line.starts_with('-'))
            .collect();
        let der = BASE64_STANDARD.decode(base64).map_err(io::Error::other)?;
        let pair = KeyPair::from_pkcs8(&der).map_err(|error| io::Error::other(error.to_string()))?;
        Ok(Self {
            pair,
            random: SystemRandom::new(),
        })
    }

    /// The compact form of a token.
    pub(crate) fn sign(&self, claims: &Claims) -> String {
        let payload = serde_json::to_vec(claims).unwrap_or_default(); // strings and numbers only: cannot fail
        let header = BASE64_URL_SAFE_NO_PAD.encode(r#"{"typ":"JWT","alg":"RS256"}"#);
        let message = format!("{header}.{}", BASE64_URL_SAFE_NO_PAD.encode(payload));
        let mut signature = vec![0; self.pair.public().modulus_len()];
        // Fails only for a buffer of the wrong length; an all-zero signature would be noticed by any check.
        let _ = self.pair.sign(
            &RSA_PKCS1_SHA256,
            &self.random,
            message.as_bytes(),
            &mut signature,
        );
        format!("{message}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))
    }

    /// The product's own form of a key (F4), which is not RFC 7517.
    pub(crate) fn decimal_jwk(&self) -> Value {
        json!({"alg": "RSA", "mod": decimal(&self.components().n), "exp": "65537", "kid": KEY_ID})
    }

    pub(crate) fn jwks(&self) -> Value {
        let key = self.components();
        json!({"keys": [{
            "kty": "RSA", "use": "sig", "alg": "RS256", "kid": KEY_ID,
            "n": BASE64_URL_SAFE_NO_PAD.encode(key.n), "e": BASE64_URL_SAFE_NO_PAD.encode(key.e),
        }]})
    }

    pub(crate) fn pem(&self) -> String {
        let der = [&SPKI_HEADER, self.pair.public_key().as_ref()].concat();
        let base64 = BASE64_STANDARD.encode(der);
        let mut pem = String::from("-----BEGIN PUBLIC KEY-----\n");
        for (index, character) in base64.chars().enumerate() {
            if index > 0 && index % 64 == 0 {
                pem.push('\n');
            }
            pem.push(character);
        }
        pem + "\n-----END PUBLIC KEY-----\n"
    }

    fn components(&self) -> PublicKeyComponents<Vec<u8>> {
        PublicKeyComponents::from(self.pair.public())
    }
}

/// A big-endian number in decimal.
fn decimal(bytes: &[u8]) -> String {
    let mut digits = vec![0_u8]; // least significant first
    for &byte in bytes {
        let mut carry = u32::from(byte);
        for digit in &mut digits {
            let value = u32::from(*digit) * 256 + carry;
            *digit = (value % 10) as u8;
            carry = value / 10;
        }
        while carry > 0 {
            digits.push((carry % 10) as u8);
            carry /= 10;
        }
    }
    digits
        .iter()
        .rev()
        .map(|digit| char::from(b'0' + digit))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::decimal;

    #[test]
    fn writes_big_numbers_in_decimal() {
        assert_eq!(decimal(&[]), "0");
        assert_eq!(decimal(&[1, 0]), "256");
        assert_eq!(decimal(&u128::MAX.to_be_bytes()), u128::MAX.to_string());
    }
}
