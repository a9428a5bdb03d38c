//! How long access tokens live (Q17).

use crate::choices::TtlUnit;
use crate::world::World;

impl World {
    /// The seconds that a time-to-live counts by.
    pub(crate) fn ttl_unit(&self) -> i64 {
        match self.switches.ttl_unit {
            TtlUnit::Minutes => 60,
            TtlUnit::Seconds => 1,
        }
    }

    /// The seconds that an access token of a client with this time-to-live lives.
    pub(crate) fn lifetime(&self, access_token_ttl: i32) -> i64 {
        let asked = i64::from(access_token_ttl) * self.ttl_unit();
        match self.switches.ttl_cap_minutes {
            0 => asked,
            cap => asked.min(i64::from(cap) * 60),
        }
    }

    /// The time-to-live that a client has after it was asked for this one.
    pub(crate) fn stored_ttl(&self, asked: i32) -> i32 {
        if self.switches.ttl_cap_stored {
            i32::try_from(self.lifetime(asked) / self.ttl_unit()).unwrap_or(asked)
        } else {
            asked
        }
    }
}
