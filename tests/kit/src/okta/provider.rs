//! The provider: its block, and what it offers.

use async_trait::async_trait;
use serde_json::Value as Json;
use terraform_plugin::provider::{Configuring, Offers, Provider};
use terraform_plugin::schema::{Rule, rules};
use terraform_plugin::secret::Secret;
use terraform_plugin::value::Value;
use terraform_plugin::{Context, Diagnostics, model};

use super::Org;
use super::app::App;
use super::connection::AppConnection;
use super::features::AppFeatures;
use crate::attach::attach;

/// The provider `okta/okta` for one organization, in this process.
pub struct Okta(Org);

model! {
    /// The provider block.
    pub struct Config {
        /// Name of the organization.
        org_name: String = optional(),
        /// Domain that the organization is at.
        base_url: String = optional(),
        /// API token.
        api_token: Secret = optional(),
    }
}

impl Okta {
    /// Serves it, as [`attach`] says.
    pub fn attach(org: &Org) -> String {
        attach(Self(org.clone()))
    }
}

#[async_trait]
impl Provider for Okta {
    type Client = Org;
    type Config = Config;

    const ADDRESS: &'static str = "registry.terraform.io/okta/okta";

    async fn configure(&self, _: &Context<Configuring>, _: Config) -> Result<Option<Org>, Diagnostics> {
        Ok(Some(self.0.clone()))
    }

    fn offers(&self) -> Offers<Org> {
        Offers::new()
            .data_source(App)
            .resource(AppConnection)
            .resource(AppFeatures)
    }
}

/// Asks Okta; a refusal becomes an error with this summary.
pub(super) fn ask(
    org: &Org,
    method: &str,
    target: &str,
    body: &Json,
    summary: &str,
) -> Result<Json, Diagnostics> {
    let answer = org.answer(method, target, body);
    match answer.status {
        200..300 => Ok(answer.body),
        status => Err(Diagnostics::error(
            summary,
            format!("{method} {target}: {status} {}", answer.body["errorSummary"]),
        )),
    }
}

pub(super) fn one_of(allowed: &'static [&'static str]) -> Rule {
    let list = allowed.join(", ");
    rules::text(&format!("one of {list}"), move |text| {
        let found = allowed.contains(&text);
        found
            .then_some(())
            .ok_or_else(|| format!("It has to be one of {list}."))
    })
}

pub(super) fn text(value: &Json) -> Value<String> {
    value.as_str().map(str::to_owned).into()
}
