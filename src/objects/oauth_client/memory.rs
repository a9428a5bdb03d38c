//! What is remembered of a client beside its state.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::State;

/// For how long after a write of ours a tenant may still say what was true before.
const RECENT: SignedDuration = SignedDuration::from_mins(1);

/// What is remembered beside state. No secret.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default)]
pub struct Memory {
    /// When an apply last wrote to the tenant, if that was no creation: of that, `created_at` in state tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wrote_at: Option<Timestamp>,
    /// When the tenant was first seen to refuse the secret that is in state.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused_at: Option<Timestamp>,
    /// A secret that was sent turned out not to be in force, and the one before is.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub rotation_due: bool,
    /// The pending secret is what the answer to the creation showed, and perhaps a mask: once it is dropped, nothing is
    /// left to do.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub pending_was_shown: bool,
    /// The tenant was sent a write-only secret that was not accepted in time, so what it shows may be that one.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub write_only_sent: bool,
    /// In a plan of a client that is made with a write-only secret: its `client_id`. The deletion of what it replaces finds
    /// it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub successor: Option<String>,
}

impl Memory {
    /// After an apply that wrote to the tenant.
    pub fn written(now: Timestamp) -> Self {
        Self {
            wrote_at: Some(now),
            ..Self::default()
        }
    }

    /// Whether an apply wrote to the tenant less than a minute ago, or created the client that `state` is of.
    pub fn wrote_recently(&self, state: &State, now: Timestamp) -> bool {
        let created_at = state.created_at.known().and_then(|at| at.parse().ok());
        let mut writes = [self.wrote_at, created_at].into_iter().flatten();
        writes.any(|at: Timestamp| now.duration_since(at).abs() < RECENT)
    }

    /// Notes a refusal; the first one counts.
    pub fn refused(&mut self, now: Timestamp) {
        let now = Timestamp::from_second(now.as_second()).unwrap_or(now); // people read it
        self.refused_at = self.refused_at.or(Some(now));
    }
}
