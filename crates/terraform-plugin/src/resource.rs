//! What a managed resource is to the server.
//!
//! A resource works on its typed model. From and to the messages of the protocol all of them go the same way, which
//! `rpc` knows.

use async_trait::async_trait;
use jiff::Timestamp;
use serde::Serialize;

use super::{Context, Diagnostics, Private};
use crate::schema::Kind;
use crate::value::{Dynamic, Model, Object, Path, Type};

/// A managed resource.
#[async_trait]
pub trait Resource: Send + Sync + 'static {
    /// The provider's client.
    type Client: Send + Sync + 'static;
    /// Configuration, plan and state.
    type State: Model;
    /// What tells an object from all others, beside its state; `()` for none. Only parts that never change, apart from
    /// those that say where the object is, such as a host. What identifies the object is required (for import), what
    /// says where it is optional.
    type Identity: Model;

    /// Name of the type.
    const NAME: &'static str;

    /// The identity of the object with this state; `None` if the state does not tell.
    fn identity(&self, _client: &Self::Client, _state: &Self::State) -> Option<Self::Identity> {
        None
    }

    /// What is wrong beyond the rules of single attributes. Any value may be unknown.
    fn validate(&self, _config: &Self::State) -> Diagnostics {
        Diagnostics::none()
    }

    /// Decides what the next state will be. It has to be a pure function of its arguments: Terraform plans twice and
    /// insists on the same answer. Unless it is said otherwise, what schema and configuration suggest.
    fn plan(&self, request: PlanRequest<'_, Self::State>) -> Result<Plan<Self::State>, Diagnostics> {
        Ok(Plan::in_place(request.proposed))
    }

    /// Looks at the service once a plan is made, and warns or objects; it decides nothing. Called with every plan of an
    /// object that is to be there afterwards, if the provider is configured.
    async fn preflight(&self, _client: &Context<Self::Client>, _plan: Preflight<'_, Self::State>) {}

    /// What there is to object to a deletion while it is only planned.
    fn plan_destroy(&self, _prior: &Self::State) -> Diagnostics {
        Diagnostics::none()
    }

    /// Makes the object. `Err` says that there is none. An object that exists, or may exist, is the answer whatever else
    /// has failed, or it is lost: that is an error to [tell](Context::tell), and state keeps the object, tainted.
    async fn create(
        &self,
        client: &Context<Self::Client>,
        change: Create<Self::State>,
    ) -> Result<Current<Self::State>, Diagnostics>;

    /// Looks at the object. `None` means that it is gone.
    async fn read(
        &self,
        client: &Context<Self::Client>,
        current: Current<Self::State>,
    ) -> Result<Option<Current<Self::State>>, Diagnostics>;

    /// Changes the object in place. `Err` keeps it and its private data as they were. What a change that failed half-way
    /// has done is the answer, beside the error that is told. Unless it is said otherwise, a change concerns the provider
    /// alone.
    async fn update(
        &self,
        _client: &Context<Self::Client>,
        change: Update<Self::State>,
    ) -> Result<Current<Self::State>, Diagnostics> {
        Ok(Current {
            state: change.planned,
            private: change.private,
        })
    }

    /// Deletes the object. One that is gone already is deleted.
    async fn delete(
        &self,
        client: &Context<Self::Client>,
        deletion: Deletion<Self::State>,
    ) -> Result<(), Diagnostics>;

    /// The state from which [`Resource::read`] can find the object `id`. Unless it is said otherwise, that is the
    /// attribute `id`.
    async fn import(&self, _client: &Context<Self::Client>, id: &str) -> Result<Self::State, Diagnostics> {
        let mut attributes = Self::State::schema().attributes.iter();
        if !attributes.any(|attribute| attribute.name == "id" && attribute.ty == Type::String) {
            return Err(Diagnostics::error(
                format!("{} cannot be imported", Self::NAME),
                "Objects of this type cannot be taken over. Write the resource and apply it to make a new one.",
            ));
        }
        let id = Dynamic::String(id.to_owned());
        Ok(Self::State::from_object(Object::from([("id".to_owned(), id)]))?)
    }

    /// The same for an identity, whose optional parts may be null. Unless it is said otherwise, its one required part
    /// is the `id` of [`Resource::import`]. That the identity of what this answers is the one that was asked for is
    /// checked afterwards.
    async fn import_identity(
        &self,
        client: &Context<Self::Client>,
        identity: Self::Identity,
    ) -> Result<Self::State, Diagnostics> {
        let parts = Self::Identity::schema().attributes.iter();
        let required: Vec<_> = parts.filter(|part| part.kind == Kind::Required).collect();
        let mut identity = identity.into_object();
        match required[..] {
            [part] => match identity.remove(part.name) {
                Some(Dynamic::String(id)) => self.import(client, &id).await,
                _ => Err(Diagnostics::error_at(
                    part.name,
                    "Incomplete identity",
                    format!("{} has to be text.", part.name),
                )),
            },
            _ => Err(Diagnostics::error(
                format!("{} cannot be imported by an identity", Self::NAME),
                "Import it by its id.",
            )),
        }
    }

    /// Rewrites stored state of an older schema version, as it lies in the state file, as today's version
    /// has it. Attributes that today's schema lacks are dropped afterwards, and those that it alone has are null.
    fn upgrade(&self, _version: i64, stored: serde_json::Value) -> Result<serde_json::Value, Diagnostics> {
        Ok(stored)
    }

    /// The same for a stored identity.
    fn upgrade_identity(
        &self,
        _version: i64,
        stored: serde_json::Value,
    ) -> Result<serde_json::Value, Diagnostics> {
        Ok(stored)
    }
}

/// What there is to decide on.
pub struct PlanRequest<'a, S> {
    /// The configuration, write-only values included.
    pub config: &'a S,
    /// The state so far; `None` for a new object.
    pub prior: Option<&'a S>,
    /// What schema and configuration alone suggest.
    pub proposed: S,
    /// True if the declaration says that what changed makes a new object.
    pub replaces: bool,
    /// Private data of the state so far.
    pub private: &'a Private,
    /// Without a prior state: the object replaces one that was planned in a call before this one, whose planned private
    /// data are in `private`. Core hands neither to a creation, nor to what replaces a tainted object.
    pub replacing: bool,
    /// The time.
    pub time: PlanTime,
}

/// When a plan is made. Core plans a change once more while it applies it, and insists on the same answer.
#[derive(Clone, Copy, Debug)]
pub struct PlanTime {
    /// Now, or when the first plan was made.
    pub now: Timestamp,
    /// True if the plan in the apply will find the same time: Terraform keeps it since 1.16. Where it does not, a decision
    /// that rests on the time has to hold for as long as a plan may be left lying.
    pub is_kept: bool,
}

/// A decision.
pub struct Plan<S> {
    /// The next state; what only apply can tell is unknown.
    pub state: S,
    /// Attributes that cannot change in place, beside those of which the declaration says so.
    pub replace: Vec<Path>,
    /// What apply, and both halves of a replacement, find as private data. `None`: what there is.
    pub private: Option<Private>,
    /// Warnings.
    pub diagnostics: Diagnostics,
}

impl<S> Plan<S> {
    /// The next state, reached in place and without a word.
    pub fn in_place(state: S) -> Self {
        Self {
            state,
            replace: Vec::new(),
            private: None,
            diagnostics: Diagnostics::none(),
        }
    }
}

/// A plan that is made, for a look at the service.
#[derive(Clone, Copy)]
pub struct Preflight<'a, S> {
    /// The state so far; `None` for a new object, and in the second call of a replacement.
    pub prior: Option<&'a S>,
    /// The next state.
    pub planned: &'a S,
    /// True if the object is replaced for what changed in its configuration.
    pub replaces: bool,
}

/// An object to be made.
pub struct Create<S> {
    /// What the plan promised, and the only place to take an argument from: core applies `ignore_changes` to the
    /// configuration of a plan, and not to the one of an apply.
    pub planned: S,
    /// The write-only values, which no plan may hold. Everything else is null.
    pub write_only: S,
}

/// An object as state knows it.
pub struct Current<S> {
    /// The state.
    pub state: S,
    /// Its private data.
    pub private: Private,
}

impl<S> Current<S> {
    /// An object of which nothing is remembered beside its state.
    pub fn new(state: S) -> Self {
        let private = Private::default();
        Self { state, private }
    }

    /// An object of which `memory` is remembered, and nothing else.
    pub fn remembering(state: S, memory: &impl Serialize) -> Self {
        let mut current = Self::new(state);
        current.private.set(memory);
        current
    }
}

/// An object to be deleted.
pub struct Deletion<S> {
    /// The state.
    pub state: S,
    /// Private data of the plan.
    pub private: Private,
    /// One half of a replacement: the object is made again, before or after this.
    pub replaced: bool,
}

/// An object to be changed.
pub struct Update<S> {
    /// The state so far.
    pub prior: S,
    /// What the plan promised; see [`Create::planned`].
    pub planned: S,
    /// The write-only values, which no plan may hold. Everything else is null.
    pub write_only: S,
    /// Private data so far.
    pub private: Private,
}
