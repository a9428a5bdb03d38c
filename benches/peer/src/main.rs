//! The least provider on tf-provider: one resource with an id and a name that exists in the state alone.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use tf_provider::schema::{Attribute, AttributeConstraint, AttributeType, Block, Description, Schema};
use tf_provider::value::{ValueEmpty, ValueString};
use tf_provider::{
    AttributePath, Diagnostics, DynamicDataSource, DynamicResource, Provider, Resource, map, serve,
};

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct State<'a> {
    #[serde(borrow)]
    id: ValueString<'a>,
    #[serde(borrow)]
    name: ValueString<'a>,
}

struct Thing;

#[async_trait]
impl Resource for Thing {
    type State<'a> = State<'a>;
    type PrivateState<'a> = ValueEmpty;
    type ProviderMetaState<'a> = ValueEmpty;

    fn schema(&self, _: &mut Diagnostics) -> Option<Schema> {
        let attribute = |text: &str, constraint| Attribute {
            attr_type: AttributeType::String,
            description: Description::plain(text.to_owned()),
            constraint,
            ..Attribute::default()
        };
        Some(Schema {
            version: 0,
            block: Block {
                description: Description::plain("A thing"),
                attributes: map! {
                    "id" => attribute("Its id", AttributeConstraint::Computed),
                    "name" => attribute("Its name", AttributeConstraint::Required),
                },
                ..Block::default()
            },
        })
    }

    async fn read<'a>(
        &self,
        _: &mut Diagnostics,
        state: State<'a>,
        private: ValueEmpty,
        _: ValueEmpty,
    ) -> Option<(State<'a>, ValueEmpty)> {
        Some((state, private))
    }

    async fn plan_create<'a>(
        &self,
        _: &mut Diagnostics,
        proposed: State<'a>,
        _: State<'a>,
        _: ValueEmpty,
    ) -> Option<(State<'a>, ValueEmpty)> {
        let id = ValueString::Unknown;
        Some((State { id, ..proposed }, ValueEmpty::default()))
    }

    async fn plan_update<'a>(
        &self,
        _: &mut Diagnostics,
        _: State<'a>,
        proposed: State<'a>,
        _: State<'a>,
        private: ValueEmpty,
        _: ValueEmpty,
    ) -> Option<(State<'a>, ValueEmpty, Vec<AttributePath>)> {
        Some((proposed, private, Vec::new()))
    }

    async fn plan_destroy<'a>(
        &self,
        _: &mut Diagnostics,
        _: State<'a>,
        private: ValueEmpty,
        _: ValueEmpty,
    ) -> Option<ValueEmpty> {
        Some(private)
    }

    async fn create<'a>(
        &self,
        _: &mut Diagnostics,
        planned: State<'a>,
        _: State<'a>,
        private: ValueEmpty,
        _: ValueEmpty,
    ) -> Option<(State<'a>, ValueEmpty)> {
        let id = planned.name.clone();
        Some((State { id, ..planned }, private))
    }

    async fn update<'a>(
        &self,
        _: &mut Diagnostics,
        _: State<'a>,
        planned: State<'a>,
        _: State<'a>,
        private: ValueEmpty,
        _: ValueEmpty,
    ) -> Option<(State<'a>, ValueEmpty)> {
        Some((planned, private))
    }

    async fn destroy<'a>(
        &self,
        _: &mut Diagnostics,
        _: State<'a>,
        _: ValueEmpty,
        _: ValueEmpty,
    ) -> Option<()> {
        Some(())
    }
}

struct Peer;

#[async_trait]
impl Provider for Peer {
    type Config<'a> = ValueEmpty;
    type MetaState<'a> = ValueEmpty;

    fn schema(&self, _: &mut Diagnostics) -> Option<Schema> {
        let block = Block {
            description: Description::plain("A provider"),
            ..Block::default()
        };
        Some(Schema { version: 0, block })
    }

    async fn configure<'a>(&self, _: &mut Diagnostics, _: String, _: ValueEmpty) -> Option<()> {
        Some(())
    }

    fn get_resources(
        &self,
        _: &mut Diagnostics,
    ) -> Option<std::collections::HashMap<String, Box<dyn DynamicResource>>> {
        Some(map! { "thing" => Thing })
    }

    fn get_data_sources(
        &self,
        _: &mut Diagnostics,
    ) -> Option<std::collections::HashMap<String, Box<dyn DynamicDataSource>>> {
        Some(map! {})
    }
}

// As many workers as the provider has.
#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> anyhow::Result<()> {
    serve("peer", Peer).await
}
