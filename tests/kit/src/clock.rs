//! A clock that a test turns: nobody waits, and time passes for whoever sleeps.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use terraform_plugin::clock::Clock;
use terraform_provider_wsoa::access::Interrupt;
use tokio::sync::watch;

/// Stands still until it is turned, or until somebody sleeps: that moves it forward, at once.
pub struct ManualClock(Mutex<Hands>);

struct Hands {
    /// Where it stands, told to those who sleep until it is turned.
    standing: Option<watch::Sender<Timestamp>>,
    /// Until when each of them sleeps.
    sleepers: Vec<Timestamp>,
    now: Timestamp,
    slept: Vec<Duration>,
    /// After so many more sleeps the user interrupts the run, and every one after it.
    patience: Option<usize>,
    interrupt: Interrupt,
    followers: Vec<Box<dyn Fn(Duration) + Send>>,
}

impl Hands {
    fn advance(&mut self, by: Duration) {
        self.now = self.now.checked_add(by).unwrap();
        for follower in &self.followers {
            follower(by);
        }
        if let Some(standing) = &self.standing {
            standing.send_replace(self.now);
        }
    }

    /// Interrupts the run if it is time to; true if it is interrupted.
    fn is_interrupted(&self) -> bool {
        if self.patience == Some(0) {
            self.interrupt.request();
        }
        self.interrupt.is_requested()
    }
}

impl ManualClock {
    /// A clock that shows this instant.
    pub fn new(now: Timestamp) -> Self {
        Self(Mutex::new(Hands {
            now,
            slept: Vec::new(),
            patience: None,
            interrupt: Interrupt::default(),
            standing: None,
            sleepers: Vec::new(),
            followers: Vec::new(),
        }))
    }

    /// Calls `follower` with every step from now on: another clock that is to go along.
    pub fn followed_by(&self, follower: impl Fn(Duration) + Send + 'static) {
        self.hands().followers.push(Box::new(follower));
    }

    /// From now on nobody's sleep moves it forward: whoever sleeps does so until it is turned.
    pub fn stand(&self) {
        let mut hands = self.hands();
        hands.standing = Some(watch::Sender::new(hands.now));
    }

    /// How many sleep until it is turned.
    pub fn sleepers(&self) -> usize {
        let hands = self.hands();
        hands.sleepers.iter().filter(|until| **until > hands.now).count()
    }

    /// Moves it forward.
    pub fn advance(&self, by: Duration) {
        self.hands().advance(by);
    }

    /// Moves it forward to an instant.
    pub fn turn_to(&self, at: Timestamp) {
        let mut hands = self.hands();
        let by = at.duration_since(hands.now);
        assert!(!by.is_negative(), "a clock is only turned forward");
        hands.advance(by.unsigned_abs());
    }

    /// How long everybody has slept so far, one after another.
    pub fn slept(&self) -> Vec<Duration> {
        self.hands().slept.clone()
    }

    /// The same, which is then forgotten.
    pub fn take_slept(&self) -> Vec<Duration> {
        std::mem::take(&mut self.hands().slept)
    }

    /// The user interrupts the run when somebody has slept so many times from now.
    pub fn hurry_after(&self, sleeps: usize) {
        let mut hands = self.hands();
        hands.patience = Some(sleeps);
        hands.is_interrupted();
    }

    /// Nobody interrupts the next run.
    pub fn no_hurry(&self) {
        let mut hands = self.hands();
        hands.patience = None;
        hands.interrupt.withdraw();
    }

    /// What interrupts the runs of those who go by this clock.
    pub fn interrupt(&self) -> Interrupt {
        self.hands().interrupt.clone()
    }

    fn hands(&self) -> MutexGuard<'_, Hands> {
        self.0.lock().unwrap()
    }
}

#[async_trait]
impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        let hands = self.hands();
        hands.is_interrupted();
        hands.now
    }

    /// Those who sleep at the same time sleep through the same time.
    async fn sleep(&self, duration: Duration) {
        let (until, turned) = {
            let mut hands = self.hands();
            if hands.is_interrupted() {
                return;
            }
            hands.slept.push(duration);
            hands.patience = hands.patience.map(|sleeps| sleeps - 1);
            let turned = hands.standing.as_ref().map(watch::Sender::subscribe);
            (hands.now.checked_add(duration).unwrap(), turned)
        };
        if let Some(mut turned) = turned {
            let _sleeper = Sleeper::new(self, until);
            let _ = turned.wait_for(|now| *now >= until).await; // fails without a clock, and there is one
            return;
        }
        tokio::task::yield_now().await;
        let mut hands = self.hands();
        if let Ok(left) = Duration::try_from(until.duration_since(hands.now)) {
            hands.advance(left);
        }
        hands.is_interrupted();
    }
}

/// Somebody who sleeps while the clock stands, or gives up.
struct Sleeper<'a> {
    clock: &'a ManualClock,
    until: Timestamp,
}

impl<'a> Sleeper<'a> {
    fn new(clock: &'a ManualClock, until: Timestamp) -> Self {
        clock.hands().sleepers.push(until);
        Self { clock, until }
    }
}

impl Drop for Sleeper<'_> {
    fn drop(&mut self) {
        let sleepers = &mut self.clock.hands().sleepers;
        let own = sleepers.iter().position(|until| *until == self.until);
        sleepers.swap_remove(own.unwrap());
    }
}
