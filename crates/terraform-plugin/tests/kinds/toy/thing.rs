//! `resource "toy_thing"`: an object with an identity, whose state had another form once.

use async_trait::async_trait;
use serde_json::Value as Json;
use terraform_plugin::resource::{Create, Current, Deletion, Plan, PlanRequest, Resource, Update};
use terraform_plugin::value::Value;
use terraform_plugin::{Context, Diagnostics, model};

use super::Room;

pub struct Thing;

model! {
    /// A thing.
    #[version(2)]
    pub struct State {
        /// Its id.
        id: String = computed(),
        /// Its name.
        name: String = required().replaces(),
        /// A note.
        note: String = optional(),
        /// Its size.
        size: i64 = optional(),
        /// When it was planned.
        planned_at: String = computed(),
    }
}

model! {
    /// What tells a thing from others.
    pub struct Identity {
        /// Its id.
        id: String = required(),
        /// The room that it is in.
        room: String = optional(),
    }
}

#[async_trait]
impl Resource for Thing {
    type Client = Room;
    type State = State;
    type Identity = Identity;

    const NAME: &'static str = "toy_thing";

    fn identity(&self, room: &Room, state: &State) -> Option<Identity> {
        Some(Identity {
            id: state.id.clone(),
            room: room.name.as_str().into(),
        })
    }

    fn plan(&self, request: PlanRequest<'_, State>) -> Result<Plan<State>, Diagnostics> {
        let mut plan = Plan::in_place(request.proposed);
        match request.prior {
            None => {
                if request.time.is_kept {
                    plan.state.planned_at = request.time.now.to_string().as_str().into();
                }
            }
            Some(_) if request.replaces => {
                (plan.state.id, plan.state.planned_at) = (Value::Unknown, Value::Unknown);
            }
            Some(_) => {}
        }
        Ok(plan)
    }

    async fn create(
        &self,
        room: &Context<Room>,
        change: Create<State>,
    ) -> Result<Current<State>, Diagnostics> {
        let mut state = change.planned;
        let Some(name) = state.name.known().cloned() else {
            return Err(Diagnostics::error_at("name", "No name", "It is not known."));
        };
        let id = format!("{name}-1");
        room.store.put(&id, &name, state.note.known().map(String::as_str));
        state.id.fill(Value::Known(id));
        state.planned_at.fill(Value::Null);
        match state.note.or_empty() {
            "breaks" => room.tell(Diagnostics::error("It broke", "Half of it is done.")),
            "panics" => {
                room.tell(Diagnostics::warning("It creaks", "It is made."));
                panic!("the roof fell");
            }
            "is silent" => return Err(Diagnostics::none()),
            _ => {}
        }
        Ok(Current::new(state))
    }

    /// A note that says so makes it another one, or none, which no resource should do.
    async fn read(
        &self,
        room: &Context<Room>,
        mut current: Current<State>,
    ) -> Result<Option<Current<State>>, Diagnostics> {
        let state = &mut current.state;
        let id = state.id.known().cloned().unwrap_or_default();
        let Some((name, note)) = room.store.get(&id) else {
            return Ok(None);
        };
        match note.as_deref() {
            Some("another one") => state.id = "another".into(),
            Some("no one") => state.id = Value::Null,
            _ => {}
        }
        (state.name, state.note) = (name.into(), note.into());
        Ok(Some(current))
    }

    async fn update(
        &self,
        room: &Context<Room>,
        change: Update<State>,
    ) -> Result<Current<State>, Diagnostics> {
        let (state, private) = (change.planned, change.private);
        if let (Some(id), Some(name)) = (state.id.known(), state.name.known()) {
            room.store.put(id, name, state.note.known().map(String::as_str));
        }
        if state.note == "breaks".into() {
            room.tell(Diagnostics::error("It broke", "Half of it is done."));
        }
        Ok(Current { state, private })
    }

    async fn delete(&self, room: &Context<Room>, deletion: Deletion<State>) -> Result<(), Diagnostics> {
        room.store.remove(deletion.state.id.or_empty());
        Ok(())
    }

    /// Version 0 had `title` in place of `name`, version 1 had `size` as text.
    fn upgrade(&self, version: i64, mut stored: Json) -> Result<Json, Diagnostics> {
        if version < 1 {
            stored["name"] = stored["title"].take();
        }
        if let Some(size) = stored["size"].as_str() {
            stored["size"] = size.trim_end_matches(" cm").parse::<i64>().ok().into();
        }
        Ok(stored)
    }
}
