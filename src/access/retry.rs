//! When a request is repeated, and after how long.
//!
//! * 429 says that nothing was done: every request may be repeated.
//! * No connection means that nothing was sent: every request may be repeated. A name that does not resolve is most
//!   likely a typing error, so once must do.
//! * 502, 503, 504, a timeout and a lost connection say nothing: only what may happen twice is repeated
//!   (access-api Q27).
//! * A 500 from the token endpoint can be its way of refusing a grant (access-api Q15): repeated once.
//! * Everything else is an answer.
//!
//! The pause is what the tenant asks for, else random up to a bound that doubles ("full jitter"), so that parallel
//! requests do not come back in step.

use std::time::Duration;

use rand::RngExt as _;

use super::error::Error;
use super::error::ErrorKind;

/// The bound of the first pause.
const FIRST: Duration = Duration::from_millis(500);
/// The bound of every later pause.
const LONGEST: Duration = Duration::from_secs(30);
/// The longest `Retry-After` that is honoured in full.
const LONGEST_ASKED: Duration = Duration::from_secs(120);
/// All pauses of one request together.
const BUDGET: Duration = Duration::from_secs(300);

/// What may be done twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Repeat {
    /// GET, DELETE, a PUT of the same body, a revocation.
    Safe,
    /// The token endpoint: harmless to repeat, but its 500 may be an answer.
    Token,
    /// A POST that creates something.
    Never,
}

/// The repetitions of one request.
pub(super) struct Retry {
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

    /// The pause before the next attempt; `None` when `error` is final.
    pub fn pause(&mut self, error: &Error) -> Option<Duration> {
        if self.left == 0 || !self.is_worth_it(error) {
            return None;
        }
        let pause = match error.retry_after() {
            Some(asked) => asked.min(LONGEST_ASKED),
            None => bound(self.made).mul_f64(rand::rng().random_range(0.0..=1.0)),
        };
        if self.paused + pause > BUDGET {
            return None;
        }
        self.paused += pause;
        self.left -= 1;
        self.made += 1;
        Some(pause)
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
    use super::super::error::Inner;
    use super::*;

    fn error(kind: ErrorKind, status: Option<u16>, retry_after: Option<u64>) -> Error {
        let mut inner = Inner::new(kind, "GET", "/", "");
        inner.status = status;
        inner.retry_after = retry_after.map(Duration::from_secs);
        inner.into()
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
                let pause = Retry::new(repeat, 4).pause(&error(kind, status, None));
                assert_eq!(
                    pause.is_some(),
                    allowed.contains(&repeat),
                    "{kind:?} {status:?} {repeat:?}"
                );
            }
        }
    }

    #[test]
    fn retries_end() {
        let lost = error(ErrorKind::Lost, None, None);
        let mut retry = Retry::new(Repeat::Safe, 3);
        assert_eq!(std::iter::from_fn(|| retry.pause(&lost)).count(), 3);
        assert_eq!(Retry::new(Repeat::Safe, 0).pause(&lost), None);
        let mut token = Retry::new(Repeat::Token, 9);
        let broken = error(ErrorKind::Server, Some(500), None);
        assert_eq!(std::iter::from_fn(|| token.pause(&broken)).count(), 1);
        let mut budget = Retry::new(Repeat::Safe, 99);
        let busy = error(ErrorKind::RateLimited, Some(429), Some(100));
        assert_eq!(std::iter::from_fn(|| budget.pause(&busy)).count(), 3);
    }

    #[test]
    fn pauses_grow_and_are_bounded() {
        assert_eq!(bound(0), Duration::from_millis(500));
        assert_eq!(bound(3), Duration::from_secs(4));
        assert_eq!(bound(40), LONGEST);
        let asked = error(ErrorKind::RateLimited, Some(429), Some(7));
        assert_eq!(
            Retry::new(Repeat::Never, 1).pause(&asked),
            Some(Duration::from_secs(7))
        );
        let much = error(ErrorKind::Server, Some(503), Some(86_400));
        assert_eq!(Retry::new(Repeat::Safe, 1).pause(&much), Some(LONGEST_ASKED));
    }
}
