//! Ephemeral resources, one file each: results that never reach plan or state.
pub mod bearer_token;
