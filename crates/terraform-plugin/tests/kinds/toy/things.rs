//! `list "toy_thing"`: finds the things.

use async_trait::async_trait;
use terraform_plugin::list::{Found, ListResource, Stop};
use terraform_plugin::value::Value;
use terraform_plugin::{Context, Diagnostics, model};

use super::thing::{State, Thing};
use super::{Room, Store};

pub struct Things;

model! {
    /// Finds things.
    pub struct Config {
        /// How their ids begin.
        prefix: String = optional(),
        /// What goes wrong.
        trouble: String = optional(),
    }
}

/// Notes that the list has come to an end, however it did.
struct Ended(Store);

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.note("ended");
    }
}

#[async_trait]
impl ListResource for Things {
    type Of = Thing;
    type Config = Config;

    fn of(&self) -> Thing {
        Thing
    }

    fn validate(&self, config: &Config) -> Diagnostics {
        if config.prefix == "".into() {
            return Diagnostics::error_at("prefix", "Empty prefix", "Leave it out.");
        }
        Diagnostics::none()
    }

    async fn list(
        &self,
        room: &Context<Room>,
        config: Config,
        found: &mut Found<'_, Thing>,
    ) -> Result<(), Stop> {
        let _noted_at_the_end = Ended(room.store.clone());
        let prefix = config.prefix.known().cloned().unwrap_or_default();
        let trouble = config.trouble.known().cloned().unwrap_or_default();
        for id in room.store.ids().iter().filter(|id| id.starts_with(&prefix)) {
            room.store.note(&format!("found {id}"));
            let (name, note) = room.store.get(id).unwrap_or_default();
            let mut state = State {
                id: id.as_str().into(),
                name: name.as_str().into(),
                ..State::default()
            };
            if found.wants_objects() {
                state.note = note.into();
                state.planned_at = Value::Unknown; // which nobody is to see
            }
            if trouble == "unidentified" {
                state.id = Value::Null;
            }
            found.push(&format!("{name}\n({id})"), state).await?;
        }
        match trouble.as_str() {
            "warning" => room.tell(Diagnostics::warning_at("prefix", "Nothing else", "That was all.")),
            "panic" => panic!("the roof fell"),
            "error" => {
                return Err(Diagnostics::error_at("trouble", "Out of order", "It was asked for.").into());
            }
            "wait" => {
                room.store.note("waiting");
                std::future::pending::<()>().await;
            }
            _ => {}
        }
        Ok(())
    }
}
