//! Time as an argument.
//!
//! Nothing in this crate reads the system clock or sleeps except through a [`Clock`], so that a year of renewals
//! can be tested in a second.

use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use tokio::sync::watch;

/// Tells the time and waits.
#[async_trait]
pub trait Clock: Send + Sync {
    /// The current instant, UTC.
    fn now(&self) -> Timestamp;

    /// Returns when `duration` has passed on this clock, or at once when nobody wants to wait any more.
    async fn sleep(&self, duration: Duration);

    /// Ends all waiting, from now on: the user has interrupted the run. What is under way is still finished.
    fn hurry(&self) {}

    /// True after [`Clock::hurry`]: a loop that waits for something should end without it.
    fn is_hurried(&self) -> bool {
        false
    }
}

/// The machine's own clock.
#[derive(Debug, Default)]
pub struct SystemClock {
    hurried: watch::Sender<bool>,
}

#[async_trait]
impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        wall_clock()
    }

    async fn sleep(&self, duration: Duration) {
        let mut hurried = self.hurried.subscribe();
        tokio::select! {
            () = tokio::time::sleep(duration) => {}
            _ = hurried.wait_for(|hurried| *hurried) => {}
        }
    }

    fn hurry(&self) {
        self.hurried.send_replace(true);
    }

    fn is_hurried(&self) -> bool {
        *self.hurried.borrow()
    }
}

/// The time on the wall: for log lines, and for [`SystemClock`]. Everything else asks a [`Clock`].
pub fn wall_clock() -> Timestamp {
    Timestamp::now() // the one place where it is read
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn whoever_is_in_a_hurry_does_not_wait() {
        let clock = SystemClock::default();
        let waiting = clock.sleep(Duration::from_secs(3600));
        let started = tokio::time::Instant::now();
        clock.hurry();
        waiting.await;
        assert!(clock.is_hurried());
        assert_eq!(started.elapsed(), Duration::ZERO);
    }
}
