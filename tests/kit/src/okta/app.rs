//! `data "okta_app"`: the application with a label.

use async_trait::async_trait;
use serde_json::Value as Json;
use terraform_plugin::data_source::DataSource;
use terraform_plugin::value::{Set, Value};
use terraform_plugin::{Context, Diagnostics, model};

use super::Org;
use super::provider::{ask, text};

pub(super) struct App;

model! {
    /// An application.
    pub(super) struct State {
        /// Its id.
        id: String = optional_computed(),
        /// Its label.
        label: String = optional(),
        /// What its label begins with.
        label_prefix: String = optional(),
        /// Search active applications only.
        active_only: bool = optional(),
        /// Its name.
        name: String = computed(),
        /// Its status.
        status: String = computed(),
        /// Links to what belongs to it, as JSON.
        links: String = computed(),
        /// Deprecated.
        groups: Set<String> = computed(),
        /// Deprecated.
        users: Set<String> = computed(),
        /// Deprecated.
        skip_groups: bool = optional(),
        /// Deprecated.
        skip_users: bool = optional(),
    }
}

#[async_trait]
impl DataSource for App {
    type Client = Org;
    type State = State;

    const NAME: &'static str = "okta_app";

    async fn read(&self, org: &Context<Org>, mut config: State) -> Result<State, Diagnostics> {
        let label = config.label.or_empty();
        let label = label.replace(' ', "+");
        let target = format!("/api/v1/apps?filter=status+eq+%22ACTIVE%22&limit=1&q={label}");
        let found = ask(org, "GET", &target, &Json::Null, "failed to list apps")?;
        let app = &found[0];
        if app.is_null() {
            return Err(Diagnostics::error(
                "no application found",
                "No application has this label.",
            ));
        }
        (config.id, config.name, config.status) =
            (text(&app["id"]), text(&app["name"]), text(&app["status"]));
        config.links = Value::Known(app["_links"].to_string());
        Ok(config)
    }
}
