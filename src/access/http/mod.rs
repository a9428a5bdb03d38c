//! HTTP with a tenant: one call from its first attempt to a usable answer or an error that says what to do.

pub(in crate::access) mod authorization;
pub(in crate::access) mod body;
pub(in crate::access) mod bounded;
pub(in crate::access) mod call;
pub(in crate::access) mod encode;
pub(in crate::access) mod error;
pub(in crate::access) mod exchange;
pub(in crate::access) mod flight;
pub(in crate::access) mod media_type;
pub(in crate::access) mod redact;
pub(in crate::access) mod refusal;
pub(in crate::access) mod retry;
pub(in crate::access) mod transport;
pub(in crate::access) mod unescape;
