//! When a request is repeated, and after how long.
//!
//! * 429 says that nothing was done: every request may be repeated.
//! * No connection means that nothing was sent: every request may be repeated. A name that does not resolve is most
//!   likely a typing error, so once must do.
//! * 502, 503, 504, a timeout, a lost connection and an answer without the token that was asked for say nothing: only
//!   what may happen twice is repeated (EVIDENCE Q27).
//! * A 500 from the token endpoint can be its way of refusing a grant (EVIDENCE Q15): repeated once.
//! * Everything else is an answer.
//!
//! The pause is random up to a bound that doubles ("full jitter"), so that parallel requests do not come back in step.
//! What the tenant asks for with `Retry-After` comes on top. If that is more than a run waits, there is no pause at all:
//! to come back early would be refused again, and lock out whoever insists.

use std::time::Duration;

use rand::RngExt as _;

use super::error::{Error, ErrorKind};

/// The bound of the first pause.
const FIRST: Duration = Duration::from_millis(500);
/// The bound of every later pause.
const LONGEST: Duration = Duration::from_secs(30);
/// All pauses of one request together.
const BUDGET: Duration = Duration::from_secs(300);

/// What may be done twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::access) enum Repeat {
    /// GET, DELETE, a PUT of the same body, a revocation.
    Safe,
    /// The token endpoint: harmless to repeat, but its 500 may be an answer.
    Token,
    /// A POST that creates something.
    Never,
}

/// What follows on a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::access) enum Next {
    /// Another attempt after this pause.
    After(Duration),
    /// Nothing: the failure is final.
    Never,
    /// Nothing, because the tenant asks for a longer pause than a run makes.
    TooLong,
}

/// The repetitions of one request.
pub(in crate::access) struct Retry {
    repeat: Repeat,
    left: u32,
    made: u32,
    paused: Duration,
}

impl Retry {
    pub fn new(repeat: Repeat, max_retries: u32) -> Self {
        Self {
            repeat,
            left: max_retries,
            made: 0,
            paused: Duration::ZERO,
        }
    }

    /// How many times the request was sent before this one.
    pub fn made(&self) -> u32 {
        self.made
    }

    /// What to do after `error`.
    pub fn next(&mut self, error: &Error) -> Next {
        if self.left == 0 || !self.is_worth_it(error) {
            return Next::Never;
        }
        let left = BUDGET.saturating_sub(self.paused);
        let asked = error.retry_after().unwrap_or_default();
        if asked > left {
            return Next::TooLong;
        }
        let jitter = bound(self.made).mul_f64(rand::rng().random_range(0.0..=1.0));
        let pause = asked + jitter;
        if asked.is_zero() && jitter > left {
            return Next::Never;
        }
        self.paused += pause;
        self.left -= 1;
        self.made += 1;
        Next::After(pause)
    }

    fn is_worth_it(&self, error: &Error) -> bool {
        let safe = self.repeat != Repeat::Never;
        match (error.kind(), error.status()) {
            (ErrorKind::RateLimited | ErrorKind::Connect, _) => true,
            (ErrorKind::Dns, _) => self.made == 0,
            (ErrorKind::Timeout | ErrorKind::Lost, _) | (ErrorKind::Server, Some(502..=504)) => safe,
            (ErrorKind::Server, Some(500)) => self.repeat == Repeat::Token && self.made == 0,
            _ => false,
        }
    }
}

/// The bound of the pause after `made` repetitions.
fn bound(made: u32) -> Duration {
    FIRST.saturating_mul(2_u32.saturating_pow(made)).min(LONGEST)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::super::error::Facts;
    use super::*;

    fn error(kind: ErrorKind, status: Option<u16>, retry_after: Option<u64>) -> Error {
        let mut facts = Facts::new(kind, "GET", "/", "");
        facts.status = status;
        facts.retry_after = retry_after.map(Duration::from_secs);
        facts.into()
    }

    #[test]
    fn each_kind_of_request_is_repeated_as_the_list_says() {
        use ErrorKind::{
            BadRequest, Connect, Dns, Lost, NotJson, RateLimited, Server, Timeout, Tls, Unauthorized,
        };
        use Repeat::{Never, Safe, Token};
        for (kind, status, allowed) in [
            (RateLimited, Some(429), &[Safe, Token, Never][..]),
            (Connect, None, &[Safe, Token, Never]),
            (Dns, None, &[Safe, Token, Never]),
            (Timeout, None, &[Safe, Token]),
            (Lost, None, &[Safe, Token]),
            (Server, Some(502), &[Safe, Token]),
            (Server, Some(503), &[Safe, Token]),
            (Server, Some(504), &[Safe, Token]),
            (Server, Some(500), &[Token]),
            (Server, Some(501), &[]),
            (Tls, None, &[]),
            (BadRequest, Some(400), &[]),
            (Unauthorized, Some(401), &[]),
            (NotJson, Some(200), &[]),
        ] {
            for repeat in [Safe, Token, Never] {
                let next = Retry::new(repeat, 4).next(&error(kind, status, None));
                assert_eq!(
                    matches!(next, Next::After(_)),
                    allowed.contains(&repeat),
                    "{kind:?} {status:?} {repeat:?}"
                );
            }
        }
    }

    /// The pauses after `error` again and again, and what ended them.
    fn pauses(repeat: Repeat, max_retries: u32, error: &Error) -> (Vec<Duration>, Next) {
        let mut retry = Retry::new(repeat, max_retries);
        let mut pauses = Vec::new();
        loop {
            match retry.next(error) {
                Next::After(pause) => pauses.push(pause),
                end => return (pauses, end),
            }
        }
    }

    #[test]
    fn retries_end() {
        use ErrorKind::{Lost, RateLimited, Server};
        for (repeat, max_retries, error, times, end) in [
            (Repeat::Safe, 3, error(Lost, None, None), 3, Next::Never),
            (Repeat::Safe, 0, error(Lost, None, None), 0, Next::Never),
            (Repeat::Token, 9, error(Server, Some(500), None), 1, Next::Never),
            (
                Repeat::Safe,
                99,
                error(RateLimited, Some(429), Some(140)),
                2,
                Next::TooLong,
            ),
            (
                Repeat::Safe,
                0,
                error(RateLimited, Some(429), Some(86_400)),
                0,
                Next::Never,
            ),
            (
                Repeat::Never,
                4,
                error(Server, Some(503), Some(86_400)),
                0,
                Next::Never,
            ),
        ] {
            let (pauses, ended) = pauses(repeat, max_retries, &error);
            assert_eq!((pauses.len(), ended), (times, end), "{repeat:?} {error:?}");
        }
        let (pauses, _) = pauses(Repeat::Safe, 99, &error(Lost, None, None));
        assert!(pauses.iter().sum::<Duration>() <= BUDGET);
    }

    #[test]
    fn pauses_grow_and_are_bounded() {
        assert_eq!(bound(0), Duration::from_millis(500));
        assert_eq!(bound(3), Duration::from_secs(4));
        assert_eq!(bound(40), LONGEST);
    }

    #[test]
    fn a_tenant_that_asks_for_a_pause_gets_it_in_full_or_not_at_all() {
        for (seconds, allowed) in [
            (0, true),
            (7, true),
            (120, true),
            (300, true),
            (301, false),
            (86_400, false),
            (u64::MAX, false),
        ] {
            for (kind, status) in [(ErrorKind::RateLimited, 429), (ErrorKind::Server, 503)] {
                let next = Retry::new(Repeat::Safe, 1).next(&error(kind, Some(status), Some(seconds)));
                let asked = Duration::from_secs(seconds);
                match next {
                    Next::After(pause) => assert!(
                        allowed && (asked..=asked + FIRST).contains(&pause),
                        "{seconds}: {pause:?}"
                    ),
                    end => assert_eq!((allowed, end), (false, Next::TooLong), "{seconds}"),
                }
            }
        }
    }

    #[test]
    fn parallel_requests_do_not_come_back_in_step() {
        for asked in [None, Some(0), Some(7)] {
            let busy = error(ErrorKind::RateLimited, Some(429), asked);
            let pauses: HashSet<_> = (0..20).flat_map(|_| pauses(Repeat::Safe, 4, &busy).0).collect();
            assert!(pauses.len() > 70, "{asked:?}: {pauses:?}");
        }
    }
}
