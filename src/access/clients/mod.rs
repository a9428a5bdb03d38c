//! OAuth 2.0 clients (EVIDENCE 2).

pub(in crate::access) mod absence;
pub(in crate::access) mod calls;
pub(in crate::access) mod fields;
pub(in crate::access) mod run;
pub(in crate::access) mod settle;
