//! When the list is read for the deletions of a run: one schedule for all of them.

use std::time::Duration;

use jiff::Timestamp;

/// From the answer to a DELETE to the first look. The pauses after it double, up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(100);
/// See [`FIRST_PAUSE`].
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// When the list is read next. A tenant is asked ten times a second at most, and then left alone for as long as it took
/// to answer, up to [`LONGEST_PAUSE`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::access) struct Schedule {
    due: Timestamp,
    /// From the end of that look to the next one.
    pause: Duration,
    /// When the last look began.
    begun: Timestamp,
}

impl Default for Schedule {
    fn default() -> Self {
        Self {
            due: Timestamp::MIN,
            pause: FIRST_PAUSE,
            begun: Timestamp::MIN,
        }
    }
}

impl Schedule {
    /// One more deletion is waited for: it may be over soon, however long the others take.
    pub fn join(&mut self, now: Timestamp) {
        let first = after(now, FIRST_PAUSE);
        let is_past = self.due < now;
        self.due = if is_past { first } else { self.due.min(first) };
        self.pause = FIRST_PAUSE;
    }

    /// How long to wait for the next look, for a deletion that needs one at `by`. It is never long, as the clock may have
    /// been put back.
    pub fn pause(&self, by: Timestamp, now: Timestamp) -> Duration {
        let due = self.due.min(by).max(after(self.begun, FIRST_PAUSE));
        let pause = Duration::try_from(due.duration_since(now)).unwrap_or_default();
        pause.min(LONGEST_PAUSE)
    }

    /// A look that began at `begun` is over.
    pub fn looked(&mut self, begun: Timestamp, now: Timestamp) {
        let took = Duration::try_from(now.duration_since(begun)).unwrap_or_default();
        self.due = after(now, self.pause.max(took).min(LONGEST_PAUSE));
        self.pause = (self.pause * 2).min(LONGEST_PAUSE);
        self.begun = begun;
    }
}

fn after(at: Timestamp, pause: Duration) -> Timestamp {
    at.checked_add(pause).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Milliseconds after the begin.
    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millisecond(1_767_247_200_000 + millis).expect("in range")
    }

    /// How long to wait for the next look if nobody needs one earlier, in milliseconds.
    fn pause(schedule: &Schedule, now: i64) -> i64 {
        let pause = schedule.pause(Timestamp::MAX, at(now));
        i64::try_from(pause.as_millis()).expect("not long")
    }

    /// With looks that take so long, the first ones begin then.
    fn looks(took: i64) -> Vec<i64> {
        let mut schedule = Schedule::default();
        schedule.join(at(0));
        let (mut looks, mut now) = (Vec::new(), 0);
        for _ in 0..9 {
            let next = now + pause(&schedule, now);
            looks.push(next);
            now = next + took;
            schedule.looked(at(next), at(now));
        }
        looks
    }

    #[test]
    fn pauses_grow_and_are_as_long_as_the_looks() {
        assert_eq!(looks(0), [100, 200, 400, 800, 1600, 3200, 6400, 11_400, 16_400]);
        assert_eq!(
            looks(1000),
            [100, 2100, 4100, 6100, 8100, 10_700, 14_900, 20_900, 26_900]
        );
    }

    #[test]
    fn a_new_deletion_hastens_the_next_look_and_never_delays_it() {
        for (joined, expected) in [
            (6450, 6550),
            (11_350, 11_400), // others have waited for that one
            (11_400, 11_400),
            (11_401, 11_501), // that one is under way, or nobody needed it any more
        ] {
            let mut schedule = Schedule::default();
            schedule.join(at(0));
            for look in looks(0).into_iter().take_while(|look| *look <= 6400) {
                schedule.looked(at(look), at(look));
            }
            assert_eq!(pause(&schedule, 6400), 5000);
            schedule.join(at(joined));
            assert_eq!(joined + pause(&schedule, joined), expected, "{joined}");
            schedule.looked(at(expected), at(expected));
            assert_eq!(pause(&schedule, expected), 100, "and the pauses grow anew");
        }
    }

    #[test]
    fn whoever_needs_a_look_at_once_gets_one_ten_times_a_second_at_most() {
        let mut schedule = Schedule::default();
        schedule.join(at(0));
        let millis = |schedule: &Schedule, by, now| schedule.pause(at(by), at(now)).as_millis();
        assert_eq!(millis(&schedule, 0, 0), 0);
        for (begun, by, expected) in [(0, 20, 100), (100, 3000, 200), (300, 350, 100), (400, 400, 100)] {
            schedule.looked(at(begun), at(begun));
            assert_eq!(millis(&schedule, by, begun), expected, "{by}");
        }
        assert_eq!(
            millis(&schedule, 9999, -3_600_000),
            5000,
            "the clock was put back"
        );
    }
}
