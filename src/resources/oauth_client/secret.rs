//! Which secret a client has next, and why.
//!
//! The rule that matters most is the dull one: where nothing about the secret changed, nothing about it is sent that
//! was not there before. A write-only value may differ in every run; its version alone decides.

use serde::Deserialize;
use serde::Serialize;

use super::State;
use crate::access;
use crate::diagnose;
use crate::plugin::Diagnostics;
use crate::resources::secret_source::SecretArguments;
use crate::resources::triggers;
use crate::secret::Secret;
use crate::value::Value;

/// What is remembered beside state. No secret.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Remembered {
    /// The provider made the secret that is in state.
    pub generated: bool,
    /// The tenant no longer accepts the secret that is, or was, in state.
    pub rejected: bool,
    /// The answer to the creation was lost, and it could not be found out whether the client of that id is ours. It
    /// is ours if it accepts the secret in state, which nobody else has.
    pub unproven: bool,
}

impl Remembered {
    /// After a change that set or confirmed the secret.
    pub fn after_change(generated: bool) -> Self {
        Self {
            generated,
            ..Self::default()
        }
    }
}

/// Whether the client at the tenant is the one whose creation had no answer: it is if it has the secret that
/// was made for it.
pub async fn is_ours(client: &access::Client, state: &State) -> Result<bool, Diagnostics> {
    let (Some(id), Some(secret)) = (state.client_id.known(), state.client_secret.known()) else {
        return Ok(false);
    };
    match client.has_fresh_secret(id, secret).await {
        Ok(ours) => Ok(ours),
        Err(error) => Err(diagnose::error(
            &format!("It is still not known whose the OAuth client {id:?} is"),
            &error,
        )),
    }
}

/// What a user is told of a client that turned out to be somebody else's.
pub fn somebody_elses(state: &State) -> Diagnostics {
    let id = state.client_id.known().map_or("", String::as_str);
    Diagnostics::warning_at(
        "client_id",
        format!("The OAuth client {id:?} is somebody else's"),
        "The answer to its creation had been lost. The tenant has a client of that id, but it does not accept the \
         secret that was made for ours, so it is left alone and no longer in state. Choose another client_id, or \
         import it.",
    )
}

/// Where the next secret comes from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Source {
    /// The secret stays.
    Keep,
    /// The provider makes one.
    Generate,
    /// `client_secret` has it.
    Configured,
    /// `client_secret_wo` has it.
    WriteOnly,
}

/// A decision.
pub struct Decision {
    /// Where the secret comes from.
    pub source: Source,
    /// What the plan says of `client_secret`.
    pub planned: Value<Secret>,
    /// Why, where a user would wonder.
    pub diagnostics: Diagnostics,
}

/// The arguments that give the secret.
pub fn arguments(config: &State) -> SecretArguments<'_> {
    SecretArguments {
        plain: &config.client_secret,
        write_only: &config.client_secret_wo,
        version: &config.client_secret_wo_version,
    }
}

/// Decides. Called at plan and again at apply, when what was unknown is known.
pub fn plan(config: &State, prior: Option<&State>, remembered: &Remembered) -> Result<Decision, Diagnostics> {
    let arguments = arguments(config);
    let decided = |source, planned| Decision {
        source,
        planned,
        diagnostics: Diagnostics::none(),
    };
    if arguments.is_write_only() {
        let prior_version = prior.map_or(Value::Null, |prior| prior.client_secret_wo_version.clone());
        let source = if arguments.version_raised(&prior_version)? {
            Source::WriteOnly
        } else {
            Source::Keep
        };
        let mut decision = decided(source, Value::Null);
        if prior.is_some() && prior_version.is_null() {
            decision.diagnostics = set_anew("client_secret_wo_version");
        }
        return Ok(decision);
    }
    // a client that is to be replaced gets its secret as a new one does
    let prior = prior.filter(|prior| prior.client_id == config.client_id);
    if !config.client_secret.is_null() {
        let same = prior.is_some_and(|prior| prior.client_secret == config.client_secret)
            && !config.client_secret.is_unknown();
        let source = if same { Source::Keep } else { Source::Configured };
        let mut decision = decided(source, config.client_secret.clone());
        if remembered.rejected && source == Source::Configured {
            decision.diagnostics = changed_elsewhere("The configured secret will be set again.");
        }
        return Ok(decision);
    }
    let Some(prior) = prior else {
        return Ok(decided(Source::Generate, Value::Unknown));
    };
    if remembered.rejected {
        let mut decision = decided(Source::Generate, Value::Unknown);
        decision.diagnostics = changed_elsewhere("The provider will make a new one.");
        return Ok(decision);
    }
    if triggers::ask(
        &prior.rotate_secret_when_changed,
        &config.rotate_secret_when_changed,
    ) {
        let mut decision = decided(Source::Generate, Value::Unknown);
        if prior.rotate_secret_when_changed.is_null() {
            decision.diagnostics = set_anew("rotate_secret_when_changed");
        }
        return Ok(decision);
    }
    Ok(decided(Source::Keep, prior.client_secret.clone()))
}

fn set_anew(attribute: &str) -> Diagnostics {
    Diagnostics::warning_at(
        attribute,
        "The client's present secret will stop working",
        format!(
            "{attribute} is given for the first time, so this plan sets a new secret for an existing client. Whoever \
             uses the present one is cut off by the apply."
        ),
    )
}

fn changed_elsewhere(consequence: &str) -> Diagnostics {
    Diagnostics::warning_at(
        "client_secret",
        "The client's secret was changed elsewhere",
        format!(
            "The tenant no longer accepts the secret that state has: it was regenerated in the console, or the client \
             was deleted and made anew. {consequence} Whoever uses the other secret is cut off by that."
        ),
    )
}

/// Takes over what the tenant tells of the secret, or finds out whether the known one still works.
pub async fn refresh(
    client: &access::Client,
    state: &mut State,
    found: &access::OAuthClient,
    remembered: &mut Remembered,
) -> Diagnostics {
    if !state.client_secret_wo_version.is_null() {
        return Diagnostics::none(); // kept out of state, whatever the tenant shows
    }
    if let Some(shown) = &found.secret {
        let drifted = state.client_secret.known().is_some_and(|known| known != shown);
        state.client_secret = Value::Known(shown.clone());
        remembered.rejected = false;
        return if drifted {
            Diagnostics::warning_at(
                "client_secret",
                "The client's secret was changed elsewhere",
                "The tenant shows another secret than state has.",
            )
        } else {
            Diagnostics::none()
        };
    }
    let Some(known) = state.client_secret.known() else {
        return Diagnostics::none();
    };
    if !found.grant_types.contains("client_credentials") {
        return Diagnostics::none(); // no token can be minted for it, so a refusal would say nothing of the secret
    }
    match client.secret_is_accepted(&found.client_id, known).await {
        Ok(true) => {
            remembered.rejected = false;
            Diagnostics::none()
        }
        Ok(false) => {
            remembered.rejected = true;
            state.client_secret = Value::Null; // of no use any more, and the plan has to see a difference
            Diagnostics::none() // the plan says it
        }
        Err(error) => {
            tracing::warn!(%error, "whether the client's secret still works could not be found out");
            Diagnostics::none()
        }
    }
}
