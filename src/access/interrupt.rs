//! The user's wish to end a run early.

use std::time::Duration;

use tokio::sync::watch;

/// How long after the user's wish an answer is still waited for that may be done without.
const PATIENCE: Duration = Duration::from_secs(2);

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

    /// What `answer` comes to, unless it lets the user wait for [`PATIENCE`] after this is requested: `None` then.
    pub(super) async fn or_soon<T>(&self, answer: impl Future<Output = T>) -> Option<T> {
        let mut receiver = self.0.subscribe();
        let late = async {
            let _ = receiver.wait_for(|requested| *requested).await; // fails without a sender, which this is
            tokio::time::sleep(PATIENCE).await; // as real as the answer
        };
        tokio::select! {
            biased;
            answer = answer => Some(answer),
            () = late => None,
        }
    }

    /// Waits for `sleep`, but not once this is requested.
    pub(in crate::access) async fn or(&self, sleep: impl Future<Output = ()>) {
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

    use terraform_plugin::clock::{Clock as _, SystemClock};

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

    #[tokio::test(start_paused = true)]
    async fn an_answer_is_waited_for_a_little_longer() {
        let interrupt = Interrupt::default();
        let asked = async |seconds| {
            let started = tokio::time::Instant::now();
            let answer = tokio::time::sleep(Duration::from_secs(seconds));
            let came = interrupt.or_soon(answer).await.is_some();
            (came, started.elapsed().as_secs())
        };
        assert_eq!(asked(60).await, (true, 60));
        let soon = async {
            tokio::time::sleep(Duration::from_secs(5)).await;
            interrupt.request();
        };
        let (came, ()) = tokio::join!(asked(60), soon);
        assert_eq!(came, (false, 7));
        assert_eq!((asked(1).await, asked(60).await), ((true, 1), (false, 2)));
    }
}
