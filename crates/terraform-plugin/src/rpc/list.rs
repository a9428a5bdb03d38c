//! The RPCs about a list resource.

use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::mpsc;
use tonic::codegen::BoxStream;

use crate::context::Told;
use crate::generated::tfplugin6 as pb;
use crate::list::{Event, Found, ListResource, Stop, alone, told};
use crate::object::{decode, invalid};
use crate::resource::Resource;
use crate::schema::Schema;
use crate::served::Served;
use crate::session::Session;
use crate::value::Model as _;
use crate::{Context, Diagnostics, guard};

/// How many results wait for the host at most.
const WAITING: usize = 16;

/// The RPCs about a list resource of any model.
#[async_trait]
pub(crate) trait ListRpcs<C>: Send + Sync {
    /// Name of the type, which is that of the managed resource.
    fn name(&self) -> &'static str;
    /// Schema of the block `config`.
    fn schema(&self) -> &'static Schema;
    /// What Terraform would object to.
    #[cfg(feature = "testing")]
    fn self_check(&self) -> Vec<String>;
    /// See [`ListResource::validate`]. The paths are in the texts.
    fn validate(&self, request: pb::validate_list_resource_config::Request) -> Vec<pb::Diagnostic>;
    /// See [`ListResource::list`]. Sends until there is nothing more, or nobody listens.
    async fn list(
        &self,
        session: &Session<C>,
        request: pb::list_resource::Request,
        events: mpsc::Sender<Event>,
    );
}

/// A list resource beside the managed resource that it finds.
pub(crate) struct ServedList<L: ListResource> {
    list: Served<L>,
    of: Served<L::Of>,
}

impl<L: ListResource> ServedList<L> {
    /// Serves `list`.
    pub fn new(list: L) -> Self {
        Self {
            of: Served(list.of()),
            list: Served(list),
        }
    }

    async fn found(
        &self,
        client: Result<Context<<L::Of as Resource>::Client>, Diagnostics>,
        config: Option<pb::DynamicValue>,
        found: &mut Found<'_, L::Of>,
    ) -> Result<(), Stop> {
        let config = decode(config, L::Config::schema())?.unwrap_or_default();
        let config = L::Config::from_object(config).map_err(Diagnostics::from)?;
        self.list.0.list(&client?, config, found).await
    }
}

#[async_trait]
impl<L: ListResource> ListRpcs<<L::Of as Resource>::Client> for ServedList<L> {
    fn name(&self) -> &'static str {
        L::Of::NAME
    }

    fn schema(&self) -> &'static Schema {
        L::Config::schema()
    }

    #[cfg(feature = "testing")]
    fn self_check(&self) -> Vec<String> {
        crate::faults::list::<L>()
    }

    fn validate(&self, request: pb::validate_list_resource_config::Request) -> Vec<pb::Diagnostic> {
        told(invalid(request.config, |config| self.list.0.validate(config)))
    }

    async fn list(
        &self,
        session: &Session<<L::Of as Resource>::Client>,
        mut request: pb::list_resource::Request,
        events: mpsc::Sender<Event>,
    ) {
        if request.limit <= 0 {
            return;
        }
        let config = request.config.take();
        let told = Told::default();
        let mut found = Found::new(&self.of, session, &request, events.clone(), &told);
        // whoever waits for the service learns in the middle of it that the host is gone
        let ended = tokio::select! {
            ended = self.found(session.context(&told), config, &mut found) => ended,
            () = events.closed() => Err(Stop::Enough),
        };
        found.end(ended).await;
    }
}

/// The stream of what `list` finds. It ends when the host wants no more, and a panic is a message too.
pub(crate) fn stream<C: Send + Sync + 'static>(
    list: Arc<dyn ListRpcs<C>>,
    session: Arc<Session<C>>,
    request: pb::list_resource::Request,
) -> BoxStream<pb::list_resource::Event> {
    let (events, receiver) = mpsc::channel(WAITING);
    tokio::spawn(async move {
        let what = format!("Listing {}", list.name());
        let sender = events.clone();
        let listed = guard::run(&what, async move {
            list.list(&session, request, sender).await;
            Ok(())
        });
        if let Err(defect) = listed.await {
            let _ = events.send(Ok(alone(defect))).await; // a host that is gone has no use for it
        }
    });
    Box::pin(tokio_stream::wrappers::ReceiverStream::new(receiver))
}

/// A list that is an error and nothing else.
pub(crate) fn failed(errors: Diagnostics) -> BoxStream<pb::list_resource::Event> {
    Box::pin(tokio_stream::iter([Ok(alone(errors))]))
}
