//! The tenant's own clock, so that a test can let a year pass, or let the tenant disagree with its caller.

use jiff::{SignedDuration, Timestamp};

/// Real time plus an offset, or an instant that stands still.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Clock {
    frozen: Option<Timestamp>,
    offset: SignedDuration,
}

impl Clock {
    /// What the tenant believes the time to be.
    pub(crate) fn now(&self) -> Timestamp {
        let base = self.frozen.unwrap_or_else(Timestamp::now);
        base.saturating_add(self.offset).unwrap_or(base)
    }

    /// The instant that many milliseconds before, or the beginning of time.
    pub(crate) fn ago(&self, millis: u64) -> Timestamp {
        let by = i64::try_from(millis).map_or(SignedDuration::MAX, SignedDuration::from_millis);
        self.now().checked_sub(by).unwrap_or(Timestamp::MIN)
    }

    /// Moves the clock forward; it keeps running or standing as before.
    pub(crate) fn advance(&mut self, by: SignedDuration) {
        self.offset = self.offset.saturating_add(by);
    }

    /// Sets the difference from real time and lets the clock run.
    pub(crate) fn skew(&mut self, seconds: i64) {
        *self = Self {
            frozen: None,
            offset: SignedDuration::from_secs(seconds),
        };
    }

    /// Stops the clock at an instant.
    pub(crate) fn freeze(&mut self, at: Timestamp) {
        *self = Self {
            frozen: Some(at),
            offset: SignedDuration::ZERO,
        };
    }
}
