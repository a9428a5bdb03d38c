//! The provider's clients and directories with their schemas, and no tenant: whatever is asked for is done at once. What
//! a CLI needs with it, it needs for as many objects of this shape, whoever provides them.

use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use terraform_plugin::provider::{Configuring, Offers, Provider};
use terraform_plugin::resource::{Create, Current, Deletion, Resource};
use terraform_plugin::secret::Secret;
use terraform_plugin::{Context, Diagnostics, serve};
use terraform_provider_wsoa::objects::{oauth_client, other_directory};
use terraform_provider_wsoa::provider::{ADDRESS, Settings};

/// As long as what the provider makes.
const SECRET: &str = "a-secret-that-is-as-long-as-one-of-the-provider's";
const NOW: &str = "2026-01-01T06:00:00.000Z";

/// As long as a UUID, and another one each time.
fn id() -> String {
    static LAST: AtomicU64 = AtomicU64::new(0);
    format!("{:036}", LAST.fetch_add(1, Ordering::Relaxed))
}

struct Clients;

#[async_trait]
impl Resource for Clients {
    type Client = ();
    type State = oauth_client::State;
    type Identity = ();

    const NAME: &'static str = "wsoa_oauth_client";

    async fn create(
        &self,
        _: &Context<()>,
        change: Create<Self::State>,
    ) -> Result<Current<Self::State>, Diagnostics> {
        let mut made = change.planned;
        made.id.fill(made.client_id.known().cloned());
        made.display_name.fill(made.client_id.known().cloned());
        made.access_token_ttl_minutes.fill(180);
        made.refresh_token_ttl_minutes.fill(43_200);
        made.refresh_token_idle_ttl_minutes.fill(1440);
        made.display_user_grant.fill(false);
        made.inheritance_allowed.fill(false);
        made.internal_system_client.fill(false);
        made.resource_uuid.fill(id());
        made.client_secret.fill(Secret::new(SECRET));
        made.last_secret_change.fill("created");
        made.pending_client_secret.fill(None::<Secret>);
        made.created_at.fill(NOW);
        Ok(Current::new(made))
    }

    async fn read(
        &self,
        _: &Context<()>,
        current: Current<Self::State>,
    ) -> Result<Option<Current<Self::State>>, Diagnostics> {
        Ok(Some(current))
    }

    async fn delete(&self, _: &Context<()>, _: Deletion<Self::State>) -> Result<(), Diagnostics> {
        Ok(())
    }
}

struct Directories;

#[async_trait]
impl Resource for Directories {
    type Client = ();
    type State = other_directory::State;
    type Identity = ();

    const NAME: &'static str = "wsoa_other_directory";

    async fn create(
        &self,
        _: &Context<()>,
        change: Create<Self::State>,
    ) -> Result<Current<Self::State>, Diagnostics> {
        let mut made = change.planned;
        made.id.fill(id());
        made.user_store_id.fill(id());
        made.r#type.fill("OTHER_DIRECTORY");
        made.scim_base_url
            .fill("https://localhost/SAAS/jersey/manager/api/scim");
        Ok(Current::new(made))
    }

    async fn read(
        &self,
        _: &Context<()>,
        current: Current<Self::State>,
    ) -> Result<Option<Current<Self::State>>, Diagnostics> {
        Ok(Some(current))
    }

    async fn delete(&self, _: &Context<()>, _: Deletion<Self::State>) -> Result<(), Diagnostics> {
        Ok(())
    }
}

struct Floor;

#[async_trait]
impl Provider for Floor {
    type Client = ();
    type Config = Settings;

    const ADDRESS: &'static str = ADDRESS;

    async fn configure(&self, _: &Context<Configuring>, _: Settings) -> Result<Option<()>, Diagnostics> {
        Ok(Some(()))
    }

    fn offers(&self) -> Offers<()> {
        Offers::new().resource(Clients).resource(Directories)
    }
}

fn main() -> ExitCode {
    serve::main(Floor, env!("CARGO_CRATE_NAME"))
}
