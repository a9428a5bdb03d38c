//! How often, and after how long, is looked again for what a tenant may show late.

use std::time::Duration;

/// The pauses before each look for what a request may have created or deleted that nobody answered for: a slow tenant may
/// still be at it, and its reads may lag behind its writes. 20 s, all in all.
pub(in crate::access) const LOOKS: [Duration; 5] = [
    Duration::ZERO,
    Duration::from_secs(2),
    Duration::from_secs(5),
    Duration::from_secs(5),
    Duration::from_secs(8),
];

/// The same where the tenant has said that it is done, so that waiting helps: over a minute, after which what a tenant
/// shows is no longer what was true before.
const LONG_LOOKS: [Duration; 7] = [
    LOOKS[0],
    LOOKS[1],
    LOOKS[2],
    LOOKS[3],
    LOOKS[4],
    Duration::from_secs(15),
    Duration::from_secs(30),
];

/// The pauses before each look for what was asked for, by whether the tenant has said that it is done.
pub(in crate::access) const fn looks(is_done: bool) -> &'static [Duration] {
    if is_done { &LONG_LOOKS } else { &LOOKS }
}

/// How many of [`LOOKS`] there are for what is known to be done, and only not shown yet.
pub(in crate::access) const FEW_LOOKS: usize = 3;

/// Between two looks that together prove that something is absent.
pub(in crate::access) const BETWEEN_LOOKS: Duration = Duration::from_secs(3);

/// How old a list may be that a creation starts from, or the deletion of what was just made: new enough to tell by it what
/// is ours, old enough for those of a few seconds to share it.
pub(in crate::access) const CREATE_AGE: Duration = Duration::from_secs(5);
