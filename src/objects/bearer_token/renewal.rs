//! When a bearer token is minted anew: a pure function of what was, what is configured and what time it is.
//!
//! A token is renewed in place, and the old one is left to run out, so that both work in between. Renewal needs a
//! reason; an unrelated change is none.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// For how long the verdict of a look at the token holds, at most. Terraform plans a change again while it applies it
/// and insists on the same answer, which must not depend on how long the plan was left lying.
const VERDICT_HOLDS: SignedDuration = SignedDuration::from_hours(8 * 24);

/// The same for a token that has run out since: a plan of yesterday can still be applied.
const VERDICT_HOLDS_EXPIRED: SignedDuration = SignedDuration::from_hours(48);

/// And never for longer than this part of the token's lifetime: without a refresh (-refresh=false) nothing but the
/// clock says that a token is due.
const VERDICT_PART: i32 = 8;

/// How often the time of the last look is written down anew, at most: not in every refresh, as that would change state.
const VERDICT_REFRESHED: SignedDuration = SignedDuration::from_hours(24);

/// And never later than after this part of the token's lifetime: half of what a verdict holds for, so that a plan and
/// the plan that core makes once more in its apply do not fall on two sides of the verdict's end.
const VERDICT_REFRESHED_PART: i32 = 2 * VERDICT_PART;

/// For how long after its minting what a tenant says against a token may only be late.
const FRESH: SignedDuration = SignedDuration::from_mins(1);

/// What is remembered beside state. No secret.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default)]
pub struct Memory {
    /// The tenant said that the token is no longer valid.
    pub rejected: bool,
    /// When a refresh first heard that, if it is known. The reason for the next token rests on it, and a plan that is
    /// applied later must find the same one.
    pub rejected_at: Option<Timestamp>,
    /// When the token was looked at, to within a day and a sixteenth of its lifetime.
    pub seen_at: Option<Timestamp>,
    /// When it was minted: set by an apply, and by nothing else.
    pub minted_at: Option<Timestamp>,
}

impl Memory {
    /// What an apply remembers that has minted a token.
    pub fn minted(now: Timestamp) -> Self {
        Self {
            rejected: false,
            rejected_at: None,
            seen_at: Some(now),
            minted_at: Some(now),
        }
    }

    /// Notes whether the tenant says that the token is valid.
    pub fn heard(&mut self, is_valid: bool, now: Timestamp) {
        if is_valid {
            self.rejected_at = None;
        } else if !self.rejected {
            // the first time counts, so that not every refresh changes state; in seconds, as people read it
            self.rejected_at = Some(Timestamp::from_second(now.as_second()).unwrap_or(now));
        }
        self.rejected = !is_valid;
    }

    /// True if the token is so new that the tenant may not know it everywhere.
    pub fn is_fresh(&self, now: Timestamp) -> bool {
        self.minted_at
            .is_some_and(|minted| now.duration_since(minted).abs() < FRESH)
    }

    /// Notes a look at the token, and says whether it is to be minted anew where `early` is asked for.
    ///
    /// A look that finds the token run out is noted in any case: [`decide`] tells the reason by it.
    pub fn look(&mut self, lifetime: &Lifetime, early: SignedDuration, now: Timestamp) -> bool {
        let part = lifetime
            .length()
            .map_or(VERDICT_REFRESHED, |length| length / VERDICT_REFRESHED_PART);
        let age = VERDICT_REFRESHED.min(part);
        let recent = self
            .seen_at
            .is_some_and(|seen| now.duration_since(seen).abs() < age);
        if !recent || lifetime.has_ended(now) && !self.has_seen_the_end_of(lifetime) {
            self.seen_at = Some(now);
        }
        self.rejected || lifetime.is_due(early, now)
    }

    fn has_seen_the_end_of(&self, lifetime: &Lifetime) -> bool {
        self.seen_at.is_some_and(|seen| lifetime.has_ended(seen))
    }

    /// When the token was last looked at, if that was recently enough for the verdict to hold.
    fn verdict_at(&self, lifetime: &Lifetime, now: Timestamp) -> Option<Timestamp> {
        let limit = if lifetime.has_ended(now) {
            VERDICT_HOLDS_EXPIRED
        } else {
            VERDICT_HOLDS
        };
        let part = lifetime.length().map_or(limit, |length| length / VERDICT_PART);
        self.seen_at
            .filter(|seen| now.duration_since(*seen).abs() <= limit.min(part))
    }
}

/// The life of a token, as far as it is known.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Lifetime {
    /// When it was issued.
    pub issued_at: Option<Timestamp>,
    /// When it runs out; `None` if nobody said.
    pub expires_at: Option<Timestamp>,
}

impl Lifetime {
    /// From issue to expiry.
    pub fn length(&self) -> Option<SignedDuration> {
        Some(self.expires_at?.duration_since(self.issued_at?))
    }

    /// True if a window of `early` before its end is all of its life, or more: every look would find it due.
    pub fn is_filled_by(&self, early: SignedDuration) -> bool {
        early.is_positive() && self.length().is_some_and(|length| early >= length)
    }

    /// How long before its end it is renewed where `early` is asked for: never before the last third of its life if
    /// `early` is all of it or more.
    pub fn window(&self, early: SignedDuration) -> SignedDuration {
        match self.length() {
            Some(length) if self.is_filled_by(early) => length / 3,
            _ => early,
        }
    }

    /// When it is to be renewed where `early` is asked for.
    pub fn renewal_at(&self, early: SignedDuration) -> Option<Timestamp> {
        self.expires_at?.checked_sub(self.window(early)).ok()
    }

    /// True if it has run out.
    pub fn has_ended(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| now >= end)
    }

    /// True if the moment to renew it has come.
    pub fn is_due(&self, early: SignedDuration, now: Timestamp) -> bool {
        self.renewal_at(early).is_some_and(|at| now >= at)
    }
}

/// Why a token is minted; as text, what `last_minted_because` says.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Reason {
    /// It is the first.
    Created,
    /// Another client.
    Client,
    /// Another secret of the same client.
    Secret,
    /// A write-only secret with a higher version.
    SecretVersion,
    /// Other scopes.
    Scopes,
    /// `rotate_when_changed` changed.
    Trigger,
    /// The tenant no longer accepts the token, and refused it then, if that is known.
    Rejected(Option<Timestamp>),
    /// It runs out then, and that is soon.
    Expires(Timestamp),
    /// It had run out then when it was last looked at.
    Expired(Timestamp),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Created => f.write_str("created"),
            Self::Client => f.write_str("client_id changed"),
            Self::Secret => f.write_str("client_secret changed"),
            Self::SecretVersion => f.write_str("client_secret_wo_version raised"),
            Self::Scopes => f.write_str("scopes changed"),
            Self::Trigger => f.write_str("rotate_when_changed changed"),
            Self::Rejected(None) => f.write_str("no longer accepted by the tenant"),
            Self::Rejected(Some(at)) => write!(f, "no longer accepted by the tenant, refused {at}"),
            Self::Expires(at) => write!(f, "expires {at}"),
            Self::Expired(at) => write!(f, "expired {at}"),
        }
    }
}

/// Why a token is minted anew, as far as a plan can know.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Cause {
    /// This is why.
    Known(Reason),
    /// Whether and why depends on what only the apply will know.
    Open,
}

/// What to decide on.
pub struct Situation<'a> {
    /// The token in state.
    pub lifetime: Lifetime,
    /// `ready_for_renewal` in state, the verdict of the last refresh.
    pub ready: bool,
    /// `early_renewal_hours` when that verdict was given; zero if there was none.
    pub prior_early: SignedDuration,
    /// `early_renewal_hours` now; `None` if that is not known yet.
    pub early: Option<SignedDuration>,
    /// What the configuration changes, or may change, so that the token no longer fits.
    pub change: Option<Cause>,
    /// What is remembered.
    pub remembered: &'a Memory,
    /// True if the plan that core makes once more in an apply decides by the same time as this one.
    pub is_kept: bool,
}

/// The decision.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Decision {
    /// The token stays.
    Keep,
    /// A new one is minted.
    Renew(Cause),
}

/// Decides. The reason rests on state, private data and configuration, never on `now`: core plans once more in an apply
/// and insists on the same one.
pub fn decide(situation: &Situation<'_>, now: Timestamp) -> Decision {
    let Situation {
        lifetime, remembered, ..
    } = *situation;
    if let Some(cause) = situation.change {
        return Decision::Renew(cause);
    }
    if remembered.rejected {
        return Decision::Renew(Cause::Known(Reason::Rejected(remembered.rejected_at)));
    }
    let Some(expires_at) = lifetime.expires_at else {
        return Decision::Keep;
    };
    let reason = if remembered.has_seen_the_end_of(&lifetime) {
        Reason::Expired(expires_at)
    } else {
        Reason::Expires(expires_at)
    };
    // no verdict has to hold where the plan in the apply finds the same time
    let verdict = if situation.is_kept {
        None
    } else {
        remembered.verdict_at(&lifetime, now)
    };
    let is_due = |early| match verdict {
        Some(_) if early == situation.prior_early => situation.ready,
        Some(seen_at) => lifetime.is_due(early, seen_at),
        None => lifetime.is_due(early, now),
    };
    if is_due(situation.early.unwrap_or(SignedDuration::ZERO)) {
        Decision::Renew(Cause::Known(reason))
    } else if situation.early.is_none() {
        Decision::Renew(Cause::Open)
    } else {
        Decision::Keep
    }
}

#[cfg(test)]
mod tests;
