//! What a list resource is to the server (protocol 6.10): it finds objects of a managed resource, for `terraform query`.

use async_trait::async_trait;
use tokio::sync::mpsc;

use super::context::Told;
use super::generated::tfplugin6 as pb;
use super::object::stored;
use super::resource::Resource;
use super::served::Served;
use super::session::Session;
use super::{Context, Diagnostics, convert, identity};
use crate::text;
use crate::value::Model;

/// Finds objects of a managed resource that has an identity.
#[async_trait]
pub trait ListResource: Send + Sync + 'static {
    /// The managed resource, whose name this has too.
    type Of: Resource;
    /// Configuration: what is written into the block `config`.
    type Config: Model;

    /// The managed resource.
    fn of(&self) -> Self::Of;

    /// What is wrong beyond the rules of single attributes. Any value may be unknown.
    fn validate(&self, _config: &Self::Config) -> Diagnostics {
        Diagnostics::none()
    }

    /// Hands the objects to `found` one by one until that says [`Stop::Enough`], sorted by identity: generated configuration
    /// counts them, so another order would rename everything. An error takes the place of all that was found. What is told
    /// goes with the next result, as a warning.
    async fn list(
        &self,
        client: &Context<<Self::Of as Resource>::Client>,
        config: Self::Config,
        found: &mut Found<'_, Self::Of>,
    ) -> Result<(), Stop>;
}

/// Why a list ends before its end.
pub enum Stop {
    /// The host wants no more.
    Enough,
    /// It cannot go on.
    Failed(Diagnostics),
}

impl From<Diagnostics> for Stop {
    fn from(diagnostics: Diagnostics) -> Self {
        Self::Failed(diagnostics)
    }
}

/// Where what is found goes to.
///
/// One result is always held back: core reads nothing after the last one that it wants (Terraform
/// `internal/plugin6/grpc_provider.go`), so that one has to bring the warning that there are more.
pub struct Found<'a, R: Resource> {
    served: &'a Served<R>,
    session: &'a Session<R::Client>,
    events: mpsc::Sender<Event>,
    objects: bool,
    left: i64,
    held: Option<pb::list_resource::Event>,
    told: Told,
}

/// What goes over the stream.
pub(super) type Event = Result<pb::list_resource::Event, tonic::Status>;

impl<'a, R: Resource> Found<'a, R> {
    pub(super) fn new(
        served: &'a Served<R>,
        session: &'a Session<R::Client>,
        request: &pb::list_resource::Request,
        events: mpsc::Sender<Event>,
        told: &Told,
    ) -> Self {
        Self {
            served,
            session,
            events,
            objects: request.include_resource_object,
            left: request.limit,
            held: None,
            told: told.clone(),
        }
    }

    /// Whether whole objects are wanted. If not, a state needs no more than what its identity is made of.
    pub fn wants_objects(&self) -> bool {
        self.objects
    }

    /// One more object: its name for people, one line without a secret that tells twins apart, and its state.
    pub async fn push(&mut self, display_name: &str, state: R::State) -> Result<(), Stop> {
        if self.left <= 0 {
            self.told.extend(Diagnostics::warning(
                "There are more results",
                format!(
                    "Only the first of the {} are listed. Raise limit in the list block.",
                    R::NAME
                ),
            ));
            self.release().await?;
            return Err(Stop::Enough);
        }
        self.release().await?;
        self.left -= 1;
        let identity = identity::of(self.served, self.session, &state);
        let schema = identity::schema::<R>();
        let (Some(identity), Some(schema)) = (identity, schema) else {
            return Err(Stop::Failed(Diagnostics::error(
                "An object without an identity",
                format!(
                    "The provider found a {} that it cannot identify, which is a defect.",
                    R::NAME
                ),
            )));
        };
        let object = self
            .objects
            .then(|| stored(Some(state.into_object()), R::State::schema()))
            .transpose()?;
        self.held = Some(pb::list_resource::Event {
            identity: Some(identity::encoded(identity, schema)?),
            display_name: text::line(display_name),
            resource_object: object,
            diagnostic: Vec::new(),
        });
        Ok(())
    }

    /// Sends what is held back, with the warnings so far.
    async fn release(&mut self) -> Result<(), Stop> {
        let Some(mut event) = self.held.take() else {
            return Ok(());
        };
        event.diagnostic = told(self.told.take().into_warnings());
        self.events.send(Ok(event)).await.map_err(|_| Stop::Enough)
    }

    /// Ends the list. Warnings for which there is no result may come alone.
    pub(super) async fn end(mut self, ended: Result<(), Stop>) {
        let last = match ended {
            Err(Stop::Failed(diagnostics)) => self.told.take().into_warnings().and(diagnostics),
            Err(Stop::Enough) => return,
            Ok(()) => {
                if self.release().await.is_err() {
                    return;
                }
                self.told.take().into_warnings()
            }
        };
        if !last.0.is_empty() {
            let _ = self.events.send(Ok(alone(last))).await; // a host that is gone has no use for it
        }
    }
}

/// Messages without a result.
pub(super) fn alone(diagnostics: Diagnostics) -> pb::list_resource::Event {
    pb::list_resource::Event {
        diagnostic: told(diagnostics),
        ..Default::default()
    }
}

/// Messages whose paths lead nowhere, as no CLI before Terraform 1.16 looks for them inside of `config`: the argument
/// is named in the text.
pub(super) fn told(mut diagnostics: Diagnostics) -> Vec<pb::Diagnostic> {
    for diagnostic in &mut diagnostics.0 {
        if let Some(path) = diagnostic.path.take().filter(|path| !path.0.is_empty()) {
            diagnostic.detail = format!("In config, {path}: {}", diagnostic.detail);
        }
    }
    convert::diagnostics(diagnostics)
}
