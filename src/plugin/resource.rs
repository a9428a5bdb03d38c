//! What a managed resource is to the server.
//!
//! A resource works on its typed model; [`TypedResource`] turns that into the untyped objects of the protocol.

use async_trait::async_trait;
use jiff::Timestamp;

use super::Diagnostics;
use super::Private;
use super::private::Purpose;
use crate::schema::Place;
use crate::schema::Schema;
use crate::value::Model;
use crate::value::Object;
use crate::value::Path;

/// A managed resource.
#[async_trait]
pub trait Resource: Send + Sync + 'static {
    /// The provider's client.
    type Client: Send + Sync + 'static;
    /// Configuration, plan and state.
    type State: Model;

    /// Name of the type.
    const NAME: &'static str;

    /// Checks beyond the rules of single attributes. Any value may be unknown.
    fn validate(&self, config: &Self::State) -> Diagnostics;

    /// Decides what the next state will be. It has to be a pure function of its arguments: Terraform plans twice and
    /// insists on the same answer.
    fn plan(&self, request: PlanRequest<'_, Self::State>) -> Result<Plan<Self::State>, Diagnostics>;

    /// Looks at the tenant once a plan is made, and warns or objects; it decides nothing. Called with every plan of an
    /// object that is to be there afterwards, if the provider is configured.
    async fn preflight(&self, _client: &Self::Client, _plan: Preflight<'_, Self::State>) -> Diagnostics {
        Diagnostics::none()
    }

    /// Objects to a deletion while it is only planned.
    fn plan_destroy(&self, _prior: &Self::State) -> Diagnostics {
        Diagnostics::none()
    }

    /// Makes the object.
    async fn create(&self, client: &Self::Client, change: Create<Self::State>) -> Applied<Self::State>;

    /// Looks at the object. `None` means that it is gone.
    async fn read(
        &self,
        client: &Self::Client,
        current: Current<Self::State>,
    ) -> Result<Seen<Self::State>, Diagnostics>;

    /// Changes the object in place.
    async fn update(&self, client: &Self::Client, change: Update<Self::State>) -> Applied<Self::State>;

    /// Deletes the object. An object that is gone already is deleted.
    async fn delete(
        &self,
        client: &Self::Client,
        deletion: Deletion<Self::State>,
    ) -> Result<Diagnostics, Diagnostics>;

    /// The state from which [`Resource::read`] can find the object `id`.
    async fn import(&self, client: &Self::Client, id: &str) -> Result<Self::State, Diagnostics>;
}

/// What there is to decide on.
pub struct PlanRequest<'a, S> {
    /// The configuration, write-only values included.
    pub config: &'a S,
    /// The state so far; `None` for a new object.
    pub prior: Option<&'a S>,
    /// What schema and configuration alone suggest ([`Schema::propose`]).
    pub proposed: S,
    /// True if the declaration says that what changed makes a new object.
    pub replaces: bool,
    /// Private data of the state so far.
    pub private: &'a Private,
    /// Without a prior state: the object replaces one that was planned in a call before this one, whose planned private
    /// data are in `private`. Core hands neither to a creation, nor to what replaces a tainted object.
    pub replacing: bool,
    /// The time.
    pub now: Timestamp,
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

/// A plan that is made, for a look at the tenant.
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

/// What came of a change.
pub struct Applied<S> {
    /// What there is now. After a failure: what is known to exist all the same, so that it is not lost.
    pub state: Option<S>,
    /// Private data from now on.
    pub private: Private,
    /// Errors and warnings.
    pub diagnostics: Diagnostics,
}

impl<S> Applied<S> {
    /// The change is made.
    pub fn done(state: S) -> Self {
        Self {
            state: Some(state),
            private: Private::default(),
            diagnostics: Diagnostics::none(),
        }
    }

    /// The change concerns the provider alone; what it remembers stays.
    pub fn kept(state: S, private: Private) -> Self {
        Self {
            state: Some(state),
            private,
            diagnostics: Diagnostics::none(),
        }
    }

    /// Nothing is changed.
    pub fn failed(diagnostics: Diagnostics) -> Self {
        Self {
            state: None,
            private: Private::default(),
            diagnostics,
        }
    }

    /// The same with more messages.
    #[must_use]
    pub fn and(mut self, diagnostics: Diagnostics) -> Self {
        self.diagnostics.extend(diagnostics);
        self
    }
}

/// What a look at an object showed.
pub struct Seen<S> {
    /// What there is; `None` if nothing is.
    pub state: Option<S>,
    /// Private data from now on.
    pub private: Private,
    /// Warnings.
    pub diagnostics: Diagnostics,
}

impl<S> Seen<S> {
    /// The object is there.
    pub fn found(state: S, private: Private) -> Self {
        Self {
            state: Some(state),
            private,
            diagnostics: Diagnostics::none(),
        }
    }

    /// The object is gone.
    pub fn gone(private: Private) -> Self {
        Self {
            state: None,
            private,
            diagnostics: Diagnostics::none(),
        }
    }

    /// The same with more messages.
    #[must_use]
    pub fn and(mut self, diagnostics: Diagnostics) -> Self {
        self.diagnostics.extend(diagnostics);
        self
    }
}

/// A resource of any model.
#[async_trait]
pub trait AnyResource<C>: Send + Sync {
    /// Name of the type.
    fn name(&self) -> &'static str;
    /// Schema.
    fn schema(&self) -> &'static Schema;
    /// What Terraform would object to in the schema.
    fn self_check(&self) -> Vec<String>;
    /// See [`Resource::validate`].
    fn validate(&self, config: Object) -> Result<Diagnostics, Diagnostics>;
    /// See [`Resource::plan`].
    fn plan(
        &self,
        config: Object,
        prior: Option<Object>,
        private: &Private,
        now: Timestamp,
    ) -> Result<Plan<Object>, Diagnostics>;
    /// See [`Resource::preflight`].
    async fn preflight(
        &self,
        client: &C,
        prior: Option<Object>,
        plan: &Plan<Object>,
    ) -> Result<Diagnostics, Diagnostics>;
    /// See [`Resource::plan_destroy`].
    fn plan_destroy(&self, prior: Object) -> Result<Diagnostics, Diagnostics>;
    /// See [`Resource::create`].
    async fn create(
        &self,
        client: &C,
        planned: Object,
        write_only: Object,
    ) -> Result<Applied<Object>, Diagnostics>;
    /// See [`Resource::read`].
    async fn read(&self, client: &C, state: Object, private: Private) -> Result<Seen<Object>, Diagnostics>;
    /// See [`Resource::update`].
    async fn update(
        &self,
        client: &C,
        prior: Object,
        planned: Object,
        write_only: Object,
        private: Private,
    ) -> Result<Applied<Object>, Diagnostics>;
    /// See [`Resource::delete`].
    async fn delete(&self, client: &C, state: Object, private: Private) -> Result<Diagnostics, Diagnostics>;
    /// See [`Resource::import`].
    async fn import(&self, client: &C, id: &str) -> Result<Object, Diagnostics>;
}

/// Makes [`AnyResource`] of a [`Resource`].
pub struct TypedResource<R> {
    inner: R,
}

impl<R: Resource> TypedResource<R> {
    /// Wraps `inner`.
    pub fn new(inner: R) -> Self {
        Self { inner }
    }
}

fn untyped<S: Model>(applied: Applied<S>) -> Applied<Object> {
    Applied {
        state: applied.state.map(Model::into_object),
        private: applied.private,
        diagnostics: applied.diagnostics,
    }
}

#[async_trait]
impl<R: Resource> AnyResource<R::Client> for TypedResource<R> {
    fn name(&self) -> &'static str {
        R::NAME
    }

    fn schema(&self) -> &'static Schema {
        R::State::schema()
    }

    fn self_check(&self) -> Vec<String> {
        R::State::schema().faults(Place::Resource)
    }

    fn validate(&self, config: Object) -> Result<Diagnostics, Diagnostics> {
        Ok(self.inner.validate(&R::State::from_object(config)?))
    }

    fn plan(
        &self,
        config: Object,
        prior: Option<Object>,
        private: &Private,
        now: Timestamp,
    ) -> Result<Plan<Object>, Diagnostics> {
        let schema = self.schema();
        let changed = |planned: &Object| match &prior {
            Some(prior) => schema.replaced(prior, planned),
            None => Vec::new(),
        };
        let proposed = schema.propose(&config, prior.as_ref());
        let replaces = !changed(&proposed).is_empty();
        let config = R::State::from_object(config)?;
        let typed_prior = prior.clone().map(R::State::from_object).transpose()?;
        let plan = self.inner.plan(PlanRequest {
            config: &config,
            prior: typed_prior.as_ref(),
            proposed: R::State::from_object(proposed)?,
            replaces,
            private,
            replacing: prior.is_none() && private.purpose().is_some(),
            now,
        })?;
        let state = plan.state.into_object();
        let mut replace = changed(&state);
        replace.extend(plan.replace);
        Ok(Plan {
            state,
            replace,
            private: plan.private,
            diagnostics: plan.diagnostics,
        })
    }

    async fn preflight(
        &self,
        client: &R::Client,
        prior: Option<Object>,
        plan: &Plan<Object>,
    ) -> Result<Diagnostics, Diagnostics> {
        let prior = prior.map(R::State::from_object).transpose()?;
        let planned = R::State::from_object(plan.state.clone())?;
        let look = Preflight {
            prior: prior.as_ref(),
            planned: &planned,
            replaces: !plan.replace.is_empty(),
        };
        Ok(self.inner.preflight(client, look).await)
    }

    fn plan_destroy(&self, prior: Object) -> Result<Diagnostics, Diagnostics> {
        Ok(self.inner.plan_destroy(&R::State::from_object(prior)?))
    }

    async fn create(
        &self,
        client: &R::Client,
        planned: Object,
        write_only: Object,
    ) -> Result<Applied<Object>, Diagnostics> {
        let change = Create {
            planned: R::State::from_object(planned)?,
            write_only: R::State::from_object(write_only)?,
        };
        Ok(untyped(self.inner.create(client, change).await))
    }

    async fn read(
        &self,
        client: &R::Client,
        state: Object,
        private: Private,
    ) -> Result<Seen<Object>, Diagnostics> {
        let seen = self
            .inner
            .read(
                client,
                Current {
                    state: R::State::from_object(state)?,
                    private,
                },
            )
            .await?;
        Ok(Seen {
            state: seen.state.map(Model::into_object),
            private: seen.private,
            diagnostics: seen.diagnostics,
        })
    }

    async fn update(
        &self,
        client: &R::Client,
        prior: Object,
        planned: Object,
        write_only: Object,
        private: Private,
    ) -> Result<Applied<Object>, Diagnostics> {
        let change = Update {
            prior: R::State::from_object(prior)?,
            planned: R::State::from_object(planned)?,
            write_only: R::State::from_object(write_only)?,
            private,
        };
        Ok(untyped(self.inner.update(client, change).await))
    }

    async fn delete(
        &self,
        client: &R::Client,
        state: Object,
        private: Private,
    ) -> Result<Diagnostics, Diagnostics> {
        let deletion = Deletion {
            state: R::State::from_object(state)?,
            replaced: private.purpose() == Some(Purpose::Creation),
            private,
        };
        self.inner.delete(client, deletion).await
    }

    async fn import(&self, client: &R::Client, id: &str) -> Result<Object, Diagnostics> {
        Ok(self.inner.import(client, id).await?.into_object())
    }
}
