//! When objects were made that may not be everywhere yet: a tenant of several nodes lags behind its own writes, so that
//! a look within a minute of a creation proves no absence.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

/// How long a tenant may take until all of its nodes know of a write. Until then nothing is absent.
pub(in crate::access) const SPREADING: Duration = Duration::from_secs(60);

/// When objects of one kind were made, by this run or an earlier one. Ids are compared without regard to case.
#[derive(Default)]
pub(in crate::access) struct CreationTimes(Mutex<HashMap<String, Timestamp>>);

impl CreationTimes {
    /// Notes that `id` was made at `at`; the latest creation counts.
    pub fn note(&self, id: &str, at: Timestamp) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let noted = all.entry(id.to_ascii_lowercase()).or_insert(at);
        *noted = at.max(*noted);
    }

    /// Notes that `id` is proved to be gone.
    pub fn forget(&self, id: &str) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.remove(&id.to_ascii_lowercase());
    }

    /// How long after `now` the absence of `id` still proves nothing; zero for what nobody made lately. Clocks of two
    /// machines may differ, so a creation to come counts as well, if it is as near.
    pub fn still_spreading(&self, id: &str, now: Timestamp) -> Duration {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(made) = all.get(&id.to_ascii_lowercase()) else {
            return Duration::ZERO;
        };
        let apart = now.duration_since(*made);
        if apart.unsigned_abs() >= SPREADING {
            return Duration::ZERO;
        }
        Duration::try_from(jiff::SignedDuration::try_from(SPREADING).unwrap_or_default() - apart)
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_made_less_than_a_minute_ago_may_not_be_everywhere() {
        let at = |seconds: i64| Timestamp::from_second(1_000_000 + seconds).expect("a time");
        let times = CreationTimes::default();
        times.note("Okta", at(0));
        times.note("okta", at(-30)); // an earlier one
        for (now, left) in [
            (0_i64, 60),
            (1, 59),
            (59, 1),
            (60, 0),
            (90, 0),
            (-10, 70),
            (-60, 0),
        ] {
            assert_eq!(times.still_spreading("OKTA", at(now)).as_secs(), left, "{now}");
        }
        assert_eq!(times.still_spreading("another", at(0)), Duration::ZERO);
        times.forget("okta");
        assert_eq!(times.still_spreading("Okta", at(0)), Duration::ZERO);
    }
}
