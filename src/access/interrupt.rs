//! The user's wish to end a run early.

use tokio::sync::watch;

/// Says that nobody wants to wait any more. What is under way is still finished. Clones are one.
#[derive(Clone, Debug, Default)]
pub struct Interrupt(watch::Sender<bool>);

impl Interrupt {
    /// Ends all waiting, from now on: the user has interrupted the run.
    pub fn request(&self) {
        self.0.send_replace(true);
    }

    /// Takes [`Interrupt::request`] back: another run begins.
    pub fn withdraw(&self) {
        self.0.send_replace(false);
    }

    /// True after [`Interrupt::request`]: a loop that waits for something should end without it.
    pub fn is_requested(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits for `sleep`, but not once this is requested.
    pub(super) async fn or(&self, sleep: impl Future<Output = ()>) {
        let mut receiver = self.0.subscribe();
        tokio::select! {
            biased;
            _ = receiver.wait_for(|requested| *requested) => {}
            () = sleep => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use terraform_plugin::clock::Clock as _;
    use terraform_plugin::clock::SystemClock;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn whoever_is_in_a_hurry_does_not_wait() {
        let interrupt = Interrupt::default();
        let slept = async |hour| {
            let started = tokio::time::Instant::now();
            interrupt.or(SystemClock.sleep(hour)).await;
            started.elapsed()
        };
        let hour = Duration::from_secs(3600);
        assert_eq!(slept(hour).await, hour);
        let soon = async {
            tokio::task::yield_now().await;
            interrupt.request();
        };
        let (waited, ()) = tokio::join!(slept(hour), soon);
        assert_eq!((waited, interrupt.is_requested()), (Duration::ZERO, true));
        assert_eq!(slept(hour).await, Duration::ZERO);
        interrupt.withdraw();
        assert_eq!(slept(hour).await, hour);
    }
}
