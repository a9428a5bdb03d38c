//! OAuth 2.0 clients (EVIDENCE 2).

pub(in crate::access) mod absence;
pub(in crate::access) mod calls;
pub(in crate::access) mod deletion;
pub(in crate::access) mod error;
pub(in crate::access) mod fields;
pub(in crate::access) mod kinds;
pub(in crate::access) mod memory;
pub(in crate::access) mod settle;
