//! `data "toy_count"`: how many things have such a name.

use async_trait::async_trait;
use terraform_plugin::data_source::DataSource;
use terraform_plugin::value::{Set, Value};
use terraform_plugin::{Context, Diagnostics, model};

use super::Room;

pub struct Count;

model! {
    /// How many things there are.
    pub struct State {
        /// How their ids begin.
        prefix: String = optional(),
        /// How many they are.
        count_of_things: i64 = computed(),
        /// Their names.
        names: Set<String> = computed(),
    }
}

#[async_trait]
impl DataSource for Count {
    type Client = Room;
    type State = State;

    const NAME: &'static str = "toy_count";

    fn validate(&self, config: &State) -> Diagnostics {
        if config.prefix == "".into() {
            return Diagnostics::warning_at("prefix", "Empty prefix", "It means all things.");
        }
        Diagnostics::none()
    }

    async fn read(&self, room: &Context<Room>, mut config: State) -> Result<State, Diagnostics> {
        let prefix = config.prefix.known().cloned().unwrap_or_default();
        match prefix.as_str() {
            "panic" => panic!("the roof fell"),
            "error" => return Err(Diagnostics::error_at("prefix", "No such room", "It is gone.")),
            "open" => config.count_of_things = Value::Unknown,
            _ => {
                let ids: Vec<_> = room.store.ids();
                let such: Vec<_> = ids.iter().filter(|id| id.starts_with(&prefix)).collect();
                config.count_of_things = i64::try_from(such.len()).unwrap().into();
                config.names = such.into_iter().collect();
                room.tell(Diagnostics::warning("Counted", "It was counted."));
            }
        }
        config.prefix = "something else".into(); // which nobody is to see
        Ok(config)
    }
}
