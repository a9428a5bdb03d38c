//! What this process knows of tokens.

use std::sync::atomic::AtomicU64;

use tokio::sync::OnceCell;

use super::discovery::Discovery;
use crate::access::http::authorization::AdminToken;
use crate::access::http::flight::Flight;

/// See the module.
#[derive(Default)]
pub(in crate::access) struct Memory {
    pub admin: Admin,
    /// Asked for once.
    pub discovery: OnceCell<Discovery>,
}

/// The admin's one token.
#[derive(Default)]
pub(in crate::access) struct Admin {
    pub token: Flight<AdminToken>,
    /// Tokens up to this number were rejected.
    pub rejected: AtomicU64,
    pub issued: AtomicU64,
}
