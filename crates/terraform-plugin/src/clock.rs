//! Time as an argument.
//!
//! Nothing in this crate reads the system clock or sleeps except through a [`Clock`], so that a year of renewals
//! can be tested in a second.

use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;

/// Tells the time and waits.
#[async_trait]
pub trait Clock: Send + Sync {
    /// The current instant, UTC.
    fn now(&self) -> Timestamp;

    /// Returns when `duration` has passed on this clock.
    async fn sleep(&self, duration: Duration);
}

/// The machine's own clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

#[async_trait]
impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        wall_clock()
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

/// The time on the wall: for log lines, and for [`SystemClock`]. Everything else asks a [`Clock`].
pub(crate) fn wall_clock() -> Timestamp {
    Timestamp::now() // the one place where it is read
}
