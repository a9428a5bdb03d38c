//! `resource "okta_app_features"`: what an application provisions.

use async_trait::async_trait;
use serde_json::{Value as Json, json};
use terraform_plugin::resource::{Create, Current, Deletion, Resource, Update};
use terraform_plugin::schema::Rule;
use terraform_plugin::value::Value;
use terraform_plugin::{Context, Diagnostics, model};

use super::Org;
use super::provider::{ask, one_of, text};

pub(super) struct AppFeatures;

model! {
    /// A feature of an application.
    pub(super) struct State {
        /// Id of the application, and the name.
        id: String = computed(),
        /// Id of the application.
        app_id: String = required(),
        /// What it is.
        description: String = optional(),
        /// Its name.
        name: String = required().rule(one_of(&["USER_PROVISIONING", "INBOUND_PROVISIONING"])),
        /// Whether it is on.
        status: String = optional().rule(on_or_off()),
        /// What it does.
        capabilities: Capabilities = block(),
    }
}

model! {
    /// What provisioning does. What imports do is left out.
    pub(super) struct Capabilities {
        /// What it makes.
        create: Creations = block(),
        /// What it changes.
        update: Updates = block(),
    }
}

model! {
    /// What provisioning makes.
    pub(super) struct Creations {
        /// Users.
        lifecycle_create: Setting = block(),
    }
}

model! {
    /// What provisioning changes.
    pub(super) struct Updates {
        /// Users who leave.
        lifecycle_deactivate: Setting = block(),
        /// Passwords.
        password: Password = block(),
        /// Profiles.
        profile: Setting = block(),
    }
}

model! {
    /// Whether something is on.
    pub(super) struct Setting {
        /// Whether it is on.
        status: String = optional().rule(on_or_off()),
    }
}

model! {
    /// Passwords.
    pub(super) struct Password {
        /// What becomes of them.
        change: String = optional().rule(one_of(&["CHANGE", "KEEP_EXISTING"])),
        /// Where they come from.
        seed: String = optional().rule(one_of(&["OKTA", "RANDOM"])),
        /// Whether they are provisioned.
        status: String = optional().rule(on_or_off()),
    }
}

fn on_or_off() -> Rule {
    one_of(&["DISABLED", "ENABLED"])
}

fn setting(setting: &Value<Setting>) -> Json {
    let Some(setting) = setting.known() else {
        return Json::Null;
    };
    json!({ "status": setting.status.or_empty() })
}

impl Capabilities {
    fn request(&self) -> Json {
        let create = self.create.known().cloned().unwrap_or_default();
        let update = self.update.known().cloned().unwrap_or_default();
        let password = update.password.known().map(
            |it| json!({ "change": it.change.or_empty(), "seed": it.seed.or_empty(), "status": it.status.or_empty() }),
        );
        json!({
            "create": { "lifecycleCreate": setting(&create.lifecycle_create) },
            "update": {
                "lifecycleDeactivate": setting(&update.lifecycle_deactivate),
                "password": password,
                "profile": setting(&update.profile),
            },
        })
    }
}

impl State {
    fn target(&self) -> String {
        format!(
            "/api/v1/apps/{}/features/{}",
            self.app_id.or_empty(),
            self.name.or_empty()
        )
    }

    fn show(&mut self, shown: &Json) {
        self.id = Value::Known(format!("{}/{}", self.app_id.or_empty(), self.name.or_empty()));
        self.status = text(&shown["status"]);
        let settings = &shown["capabilities"];
        let status = |it: &Json| Setting {
            status: text(&it["status"]),
        };
        let update = &settings["update"];
        self.capabilities = Value::Known(Capabilities {
            create: Value::Known(Creations {
                lifecycle_create: status(&settings["create"]["lifecycleCreate"]).into(),
            }),
            update: Value::Known(Updates {
                lifecycle_deactivate: status(&update["lifecycleDeactivate"]).into(),
                password: Value::Known(Password {
                    change: text(&update["password"]["change"]),
                    seed: text(&update["password"]["seed"]),
                    status: text(&update["password"]["status"]),
                }),
                profile: status(&update["profile"]).into(),
            }),
        });
    }

    fn sent(mut self, org: &Org) -> Result<Self, Diagnostics> {
        let capabilities = self.capabilities.known().cloned().unwrap_or_default();
        let request = capabilities.request();
        let shown = ask(
            org,
            "PUT",
            &self.target(),
            &request,
            "Error updating app features",
        )?;
        self.show(&shown);
        Ok(self)
    }
}

#[async_trait]
impl Resource for AppFeatures {
    type Client = Org;
    type State = State;
    type Identity = ();

    const NAME: &'static str = "okta_app_features";

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
            "Error reading app features",
        )?;
        state.show(&shown);
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
            "The feature stays at Okta as it is.",
        ));
        Ok(())
    }
}
