//! `resource "okta_app_connection"`: where an application provisions to, and with which token.

use async_trait::async_trait;
use serde_json::{Value as Json, json};
use terraform_plugin::resource::{Create, Current, Deletion, Plan, PlanRequest, Resource, Update};
use terraform_plugin::secret::Secret;
use terraform_plugin::value::Value;
use terraform_plugin::{Context, Diagnostics, model};

use super::Org;
use super::provider::{ask, one_of, text};

pub(super) struct AppConnection;

model! {
    /// The provisioning connection of an application.
    pub(super) struct State {
        /// Id of the application.
        id: String = required(),
        /// Base URL.
        base_url: String = required(),
        /// Its status.
        status: String = computed(),
        /// What is done with it.
        action: String = required().rule(one_of(&["activate", "deactivate"])),
        /// How Okta signs in.
        profile: Profile = block(),
    }
}

model! {
    /// How Okta signs in.
    pub(super) struct Profile {
        /// With a token, or with OAuth 2.0.
        auth_scheme: String = required().rule(one_of(&["TOKEN", "OAUTH2"])),
        /// The token.
        token: Secret = optional(),
        /// Id of an OAuth 2.0 client.
        client_id: String = optional(),
        /// How the token's key is rotated.
        signing: Signing = block(),
        /// What OAuth 2.0 needs in addition.
        settings: Settings = block(),
    }
}

model! {
    /// How a key is rotated.
    pub(super) struct Signing {
        /// By whom.
        rotation_mode: String = optional().rule(one_of(&["AUTO", "MANUAL"])),
    }
}

model! {
    /// What OAuth 2.0 needs in addition.
    pub(super) struct Settings {
        /// Name of an administrator.
        admin_username: String = optional(),
        /// Password.
        admin_password: Secret = optional(),
    }
}

impl State {
    fn target(&self) -> String {
        format!("/api/v1/apps/{}/connections/default", self.id.or_empty())
    }

    fn request(&self) -> Json {
        let profile = self.profile.known().cloned().unwrap_or_default();
        json!({
            "baseUrl": self.base_url.or_empty(),
            "profile": {
                "authScheme": profile.auth_scheme.or_empty(),
                "token": profile.token.known().map(Secret::expose),
            },
        })
    }

    /// What Okta shows; the token it never does.
    fn show(&mut self, shown: &Json) {
        self.base_url = text(&shown["baseUrl"]);
        let mut profile = self.profile.known().cloned().unwrap_or_default();
        profile.auth_scheme = text(&shown["profile"]["authScheme"]);
        self.profile = Value::Known(profile);
    }

    /// Sends the connection, then its action. The status is what the action should have led to: Okta is not asked.
    fn sent(mut self, org: &Org) -> Result<Self, Diagnostics> {
        let target = self.target();
        let shown = ask(
            org,
            "POST",
            &target,
            &self.request(),
            "Error Updating App Connection",
        )?;
        let action = self.action.or_empty();
        let (summary, status) = match action {
            "activate" => ("Error Activating App Connection", "ENABLED"),
            _ => ("Error Deactivating App Connection", "DISABLED"),
        };
        let _ = ask(
            org,
            "POST",
            &format!("{target}/lifecycle/{action}"),
            &Json::Null,
            summary,
        )?;
        self.status = status.into();
        self.show(&shown);
        Ok(self)
    }
}

#[async_trait]
impl Resource for AppConnection {
    type Client = Org;
    type State = State;
    type Identity = ();

    const NAME: &'static str = "okta_app_connection";

    /// The status is open in every update.
    fn plan(&self, request: PlanRequest<'_, State>) -> Result<Plan<State>, Diagnostics> {
        let mut plan = Plan::in_place(request.proposed);
        if request.prior.is_some_and(|prior| *prior != plan.state) {
            plan.state.status = Value::Unknown;
        }
        Ok(plan)
    }

    async fn create(&self, org: &Context<Org>, it: Create<State>) -> Result<Current<State>, Diagnostics> {
        Ok(Current::new(it.planned.sent(org)?))
    }

    async fn read(
        &self,
        org: &Context<Org>,
        current: Current<State>,
    ) -> Result<Option<Current<State>>, Diagnostics> {
        let mut state = current.state;
        let shown = ask(
            org,
            "GET",
            &state.target(),
            &Json::Null,
            "Error Reading App Connection",
        )?;
        state.show(&shown);
        state.status = text(&shown["status"]);
        state.action = match state.status.or_empty() {
            "ENABLED" => "activate",
            "DISABLED" => "deactivate",
            _ => "",
        }
        .into();
        Ok(Some(Current {
            state,
            private: current.private,
        }))
    }

    async fn update(&self, org: &Context<Org>, it: Update<State>) -> Result<Current<State>, Diagnostics> {
        Ok(Current::new(it.planned.sent(org)?))
    }

    /// Nothing is sent.
    async fn delete(&self, org: &Context<Org>, _: Deletion<State>) -> Result<(), Diagnostics> {
        org.tell(Diagnostics::warning(
            "Delete Not Supported",
            "The connection stays at Okta as it is.",
        ));
        Ok(())
    }
}
