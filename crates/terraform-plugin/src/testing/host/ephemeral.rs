//! Ephemeral resources: opened in each phase, renewed while it lasts, closed at its end, never stored.

use std::time::SystemTime;

use super::calls::{decode, encode};
use super::{Host, answer};
use crate::testing::diagnostics::Diagnostics;
use crate::testing::generated::tfplugin6::{
    close_ephemeral_resource, open_ephemeral_resource, renew_ephemeral_resource,
    validate_ephemeral_resource_config,
};
use crate::testing::rules::plan_problems;
use crate::testing::schema::full_config;
use crate::testing::value::Val;

/// An open ephemeral resource.
#[derive(Clone, Debug)]
pub struct Opened {
    /// Its type.
    pub type_name: String,
    /// What it gives.
    pub result: Val,
    /// When it wants to be renewed.
    pub renew_at: Option<SystemTime>,
    /// The provider's own data from opening, which Terraform passes to close.
    pub private: Option<Vec<u8>>,
    /// The same after the last renewal, which `OpenTofu` passes to close.
    pub renewed_private: Option<Vec<u8>>,
    /// What the user was told.
    pub diagnostics: Diagnostics,
}

impl Host {
    /// Checks a configuration; absent arguments are null.
    pub async fn validate_ephemeral(&self, type_name: &str, config: Val) -> Diagnostics {
        let schemas = self.schema().await;
        let block = &schemas.ephemeral_resources[type_name].block;
        let config = Some(encode(block, &full_config(block, config)));
        let request = validate_ephemeral_resource_config::Request {
            type_name: type_name.to_owned(),
            config,
        };
        let result = self.client().validate_ephemeral_resource_config(request).await;
        Diagnostics::read(answer("ValidateEphemeralResourceConfig", result).diagnostics)
    }

    /// Validates and opens.
    pub async fn open_ephemeral(&self, type_name: &str, config: Val) -> Opened {
        self.try_open_ephemeral(type_name, config)
            .await
            .unwrap_or_else(|errors| panic!("opening {type_name} failed:\n{errors}"))
    }

    /// The same where errors are expected.
    pub async fn try_open_ephemeral(&self, type_name: &str, config: Val) -> Result<Opened, Diagnostics> {
        let invalid = self.validate_ephemeral(type_name, config.clone()).await;
        if invalid.has_errors() {
            return Err(invalid);
        }
        let schemas = self.schema().await;
        let block = &schemas.ephemeral_resources[type_name].block;
        let config = full_config(block, config);
        let unknown = config.unknown_paths();
        assert!(
            unknown.is_empty(),
            "core does not open while the configuration is unknown: {unknown:?}"
        );
        let request = open_ephemeral_resource::Request {
            type_name: type_name.to_owned(),
            config: Some(encode(block, &config)),
            client_capabilities: Some(crate::testing::generated::tfplugin6::ClientCapabilities::default()),
        };
        let response = answer(
            "OpenEphemeralResource",
            self.client().open_ephemeral_resource(request).await,
        );
        assert!(
            response.deferred.is_none(),
            "deferred although that was not allowed"
        );
        let diagnostics = Diagnostics::read(response.diagnostics);
        if diagnostics.has_errors() {
            return Err(diagnostics);
        }
        let result = decode(block, response.result, "OpenEphemeralResource");
        let unknown = result.unknown_paths();
        assert!(
            !result.is_null() && unknown.is_empty(),
            "Provider produced invalid ephemeral resource instance: null or unknown: {unknown:?}"
        );
        let problems = plan_problems(block, &Val::Null, &config, &result);
        assert!(
            problems.is_empty(),
            "Provider produced invalid ephemeral resource instance:\n{}",
            problems.join("\n")
        );
        Ok(Opened {
            type_name: type_name.to_owned(),
            result,
            renew_at: response
                .renew_at
                .map(|at| at.try_into().expect("renew_at is a time")),
            renewed_private: response.private.clone(),
            private: response.private,
            diagnostics,
        })
    }

    /// Renews; the result cannot change, only the next time and the private data.
    pub async fn renew(&self, opened: &mut Opened) -> Diagnostics {
        let request = renew_ephemeral_resource::Request {
            type_name: opened.type_name.clone(),
            private: opened.renewed_private.clone(),
        };
        let response = answer(
            "RenewEphemeralResource",
            self.client().renew_ephemeral_resource(request).await,
        );
        opened.renew_at = response
            .renew_at
            .map(|at| at.try_into().expect("renew_at is a time"));
        opened.renewed_private = response.private;
        Diagnostics::read(response.diagnostics)
    }

    /// Closes as Terraform does.
    pub async fn close(&self, opened: &Opened) -> Diagnostics {
        self.close_with(&opened.type_name, opened.private.clone()).await
    }

    /// Closes as `OpenTofu` does.
    pub async fn close_as_opentofu(&self, opened: &Opened) -> Diagnostics {
        self.close_with(&opened.type_name, opened.renewed_private.clone())
            .await
    }

    async fn close_with(&self, type_name: &str, private: Option<Vec<u8>>) -> Diagnostics {
        let request = close_ephemeral_resource::Request {
            type_name: type_name.to_owned(),
            private,
        };
        let result = self.client().close_ephemeral_resource(request).await;
        Diagnostics::read(answer("CloseEphemeralResource", result).diagnostics)
    }
}
