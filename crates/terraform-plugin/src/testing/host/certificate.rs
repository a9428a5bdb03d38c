//! The client certificate go-plugin makes for `AutoMTLS`: self-signed, ECDSA on P-521, and a CA although it is used as
//! an end entity's. No library at hand writes such a one, so its few fields are written here.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use p521::ecdsa::signature::Signer as _;
use p521::ecdsa::{DerSignature, SigningKey, VerifyingKey};
use rand::Rng as _;

const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OCTET_STRING: u8 = 0x04;
const OBJECT_ID: u8 = 0x06;
const UTF8: u8 = 0x0c;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

const EC_PUBLIC_KEY: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1];
const SECP521R1: &[u8] = &[0x2b, 0x81, 4, 0, 0x23];
const ECDSA_WITH_SHA512: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 4];
const ORGANIZATION: &[u8] = &[0x55, 4, 10];
const COMMON_NAME: &[u8] = &[0x55, 4, 3];
const KEY_USAGE: &[u8] = &[0x55, 0x1d, 15];
const SUBJECT_ALT_NAME: &[u8] = &[0x55, 0x1d, 17];
const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 19];
const EXTENDED_KEY_USAGE: &[u8] = &[0x55, 0x1d, 37];
const CLIENT_AUTH: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 3, 2];
const SERVER_AUTH: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 3, 1];
const TRUE: &[u8] = &[1, 1, 0xff];

/// A fresh certificate with its key.
#[derive(Clone)]
pub struct Certificate {
    /// The certificate.
    pub der: Vec<u8>,
    /// Its key.
    pub key: SigningKey,
}

impl Certificate {
    /// Makes one.
    pub fn generate() -> Self {
        let mut scalar = [0; 66];
        rand::rng().fill_bytes(&mut scalar[1..]); // 520 of 521 bits: always below the order
        let key = SigningKey::from_slice(&scalar).expect("a scalar in range");
        let tbs = to_be_signed(&key);
        let signature: DerSignature = key.sign(&tbs);
        let der = der(SEQUENCE, &[&tbs, &algorithm(), &bit_string(signature.as_bytes())]);
        Self { der, key }
    }

    /// The form in which it is handed over.
    pub fn pem(&self) -> String {
        let text = STANDARD.encode(&self.der);
        let lines: Vec<_> = text
            .as_bytes()
            .chunks(64)
            .map(|line| str::from_utf8(line).expect("base64 is ASCII"))
            .collect();
        format!(
            "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n",
            lines.join("\n")
        )
    }
}

fn to_be_signed(key: &SigningKey) -> Vec<u8> {
    let point = VerifyingKey::from(key).to_sec1_point(false);
    let key_algorithm = der(
        SEQUENCE,
        &[&der(OBJECT_ID, &[EC_PUBLIC_KEY]), &der(OBJECT_ID, &[SECP521R1])],
    );
    let public_key = der(SEQUENCE, &[&key_algorithm, &bit_string(point.as_bytes())]);
    let mut serial: [u8; 16] = rand::random();
    serial[0] = serial[0] & 0x3f | 0x40; // positive, and no leading zero
    let name = der(
        SEQUENCE,
        &[
            &name_part(ORGANIZATION, b"HashiCorp"),
            &name_part(COMMON_NAME, b"localhost"),
        ],
    );
    let validity = der(
        SEQUENCE,
        &[
            &der(UTC_TIME, &[b"200101000000Z"]),
            &der(GENERALIZED_TIME, &[b"20560101000000Z"]),
        ],
    );
    let ca = der(SEQUENCE, &[TRUE]);
    let usage = der(BIT_STRING, &[&[2, 0b1010_1100]]); // sign, encipher keys, agree on keys, sign certificates
    let purposes = der(
        SEQUENCE,
        &[&der(OBJECT_ID, &[CLIENT_AUTH]), &der(OBJECT_ID, &[SERVER_AUTH])],
    );
    let names = der(SEQUENCE, &[&der(0x82, &[b"localhost"])]);
    let extensions = der(
        SEQUENCE,
        &[
            &extension(KEY_USAGE, TRUE, &usage),
            &extension(EXTENDED_KEY_USAGE, &[], &purposes),
            &extension(BASIC_CONSTRAINTS, TRUE, &ca),
            &extension(SUBJECT_ALT_NAME, &[], &names),
        ],
    );
    let version_3 = der(0xa0, &[&der(INTEGER, &[&[2]])]);
    der(
        SEQUENCE,
        &[
            &version_3,
            &der(INTEGER, &[&serial]),
            &algorithm(),
            &name,
            &validity,
            &name,
            &public_key,
            &der(0xa3, &[&extensions]),
        ],
    )
}

fn algorithm() -> Vec<u8> {
    der(SEQUENCE, &[&der(OBJECT_ID, &[ECDSA_WITH_SHA512])])
}

fn name_part(kind: &[u8], text: &[u8]) -> Vec<u8> {
    der(
        SET,
        &[&der(SEQUENCE, &[&der(OBJECT_ID, &[kind]), &der(UTF8, &[text])])],
    )
}

fn extension(id: &[u8], critical: &[u8], value: &[u8]) -> Vec<u8> {
    der(
        SEQUENCE,
        &[&der(OBJECT_ID, &[id]), critical, &der(OCTET_STRING, &[value])],
    )
}

fn bit_string(bytes: &[u8]) -> Vec<u8> {
    der(BIT_STRING, &[&[0], bytes])
}

/// One element: tag, length, content.
fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let length = u16::try_from(content.len())
        .expect("a small certificate")
        .to_be_bytes();
    let mut element = vec![tag];
    match length {
        [0, short @ ..=0x7f] => element.push(short),
        [0, long] => element.extend([0x81, long]),
        long => element.extend([0x82, long[0], long[1]]),
    }
    element.extend(content);
    element
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_take_the_shortest_form() {
        assert_eq!(der(4, &[&[0; 0x7f]])[..2], [4, 0x7f]);
        assert_eq!(der(4, &[&[0; 0x80]])[..3], [4, 0x81, 0x80]);
        assert_eq!(der(4, &[&[0; 0x100]])[..4], [4, 0x82, 1, 0]);
    }
}
