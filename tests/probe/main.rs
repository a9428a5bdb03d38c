//! `terraform-provider-wsoa probe` against simulated tenants, and against one that plants secrets everywhere.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod answers;
mod bench;
mod binary;
mod custody;
#[cfg(unix)] // elsewhere a process cannot be asked to end
mod interrupts;
mod planted;
mod profiles;
