//! Directories (EVIDENCE 3).

pub(in crate::access) mod calls;
pub(in crate::access) mod deletion;
pub(in crate::access) mod directory;
pub(in crate::access) mod domains;
pub(in crate::access) mod error;
pub(in crate::access) mod list;
pub(in crate::access) mod memory;
pub(in crate::access) mod preflight;
pub(in crate::access) mod presence;
pub(in crate::access) mod run;
pub(in crate::access) mod schedule;
pub(in crate::access) mod search;
pub(in crate::access) mod settle;
