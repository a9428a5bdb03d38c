//! Tokens: signing in, minting, checking and revoking (EVIDENCE 1).

pub(in crate::access) mod discovery;
pub mod jwt;
pub(in crate::access) mod memory;
pub(in crate::access) mod mint;
pub(in crate::access) mod secret_check;
pub(in crate::access) mod sign_in;
