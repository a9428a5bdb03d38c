//! Tokens: signing in, minting, checking and revoking (EVIDENCE 1).

pub mod client_secret;
pub mod jwt;
pub(in crate::access) mod mint;
pub(in crate::access) mod secret_check;
pub(in crate::access) mod sign_in;
