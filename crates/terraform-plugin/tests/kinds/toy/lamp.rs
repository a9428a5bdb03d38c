//! `ephemeral "toy_lamp"`: it wants to be renewed each minute, three times at most.

use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use terraform_plugin::ephemeral::{Ephemeral, Opened, Renewed};
use terraform_plugin::{Context, Diagnostics, Private, model};

use super::Room;

pub struct Lamp;

model! {
    /// A lamp.
    pub struct State {
        /// Its color.
        color: String = required(),
    }
}

fn minutes(count: u64) -> Timestamp {
    Timestamp::UNIX_EPOCH + Duration::from_secs(60 * count)
}

#[async_trait]
impl Ephemeral for Lamp {
    type Client = Room;
    type State = State;

    const NAME: &'static str = "toy_lamp";

    async fn open(&self, _: &Context<Room>, config: State) -> Result<Opened<State>, Diagnostics> {
        let mut private = Private::default();
        private.set(&0_u64);
        Ok(Opened {
            result: config,
            renew_at: Some(minutes(1)),
            private,
        })
    }

    async fn renew(&self, room: &Context<Room>, mut private: Private) -> Result<Renewed, Diagnostics> {
        let times = private.get::<u64>() + 1;
        if times > 3 {
            return Err(Diagnostics::error("Burnt out", "It was renewed three times."));
        }
        if times == 3 {
            room.tell(Diagnostics::warning("Dim", "It cannot be renewed again."));
        }
        private.set(&times);
        Ok(Renewed {
            renew_at: Some(minutes(times + 1)),
            private,
        })
    }

    async fn close(&self, room: &Context<Room>, private: Private) {
        room.store.note(&format!("close after {}", private.get::<u64>()));
    }
}
