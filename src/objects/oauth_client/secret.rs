//! Which secret a client has next, and why.
//!
//! The rule that matters most is the dull one: where nothing about the secret changed, nothing about it is sent that
//! was not there before. A write-only value may differ in every run; its version alone decides.

use terraform_plugin::Diagnostics;
use terraform_plugin::secret::Secret;
use terraform_plugin::value::Value;

use super::State;
use super::memory::Memory;
use crate::access::client_secret;
use crate::objects::secret_source::SecretArguments;
use crate::objects::triggers;

/// A decision.
pub struct SecretPlan {
    /// What the plan says of `client_secret`: unknown is the permission to make one, and the only one.
    pub secret: Value<Secret>,
    /// What the plan says of `last_secret_change`. Where it differs from what state has, the secret is set, be it the
    /// same one again.
    pub change: Value<String>,
    /// Why, where a user would wonder.
    pub diagnostics: Diagnostics,
}

impl SecretPlan {
    /// Whether an apply sets a secret.
    pub fn sets_one(&self, prior: Option<&State>) -> bool {
        prior.is_none_or(|prior| {
            self.secret.is_unknown()
                || self.change.is_unknown()
                || self.secret != prior.client_secret
                || self.change != prior.last_secret_change
        })
    }
}

/// The arguments that give the secret.
pub fn arguments(config: &State) -> SecretArguments<'_> {
    SecretArguments {
        plain: &config.client_secret,
        write_only: &config.client_secret_wo,
        version: &config.client_secret_wo_version,
    }
}

/// Decides. A pure function of configuration, state and private data, and called at plan alone: core applies
/// `ignore_changes` to the configuration of a plan, and not to the one of an apply.
pub fn plan(config: &State, prior: Option<&State>, remembered: &Memory) -> SecretPlan {
    if arguments(config).is_write_only() {
        return plan_write_only(config, prior);
    }
    // a client that is to be replaced gets its secret as a new one does
    let prior = prior.filter(|prior| prior.client_id == config.client_id);
    let Some(prior) = prior else {
        let secret = if config.client_secret.is_null() {
            Value::Unknown
        } else {
            config.client_secret.clone()
        };
        return decided(secret, CREATED);
    };
    if config.client_secret.is_null() {
        plan_generated(config, prior, remembered)
    } else {
        plan_given(config, prior, remembered)
    }
}

/// Reasons for a change, as `last_secret_change` has them.
const CREATED: &str = "created";
const GIVEN: &str = "client_secret changed";
const TRIGGER: &str = "rotate_secret_when_changed changed";
const DUE: &str = "an earlier change was not taken";

fn decided(secret: Value<Secret>, change: impl Into<Value<String>>) -> SecretPlan {
    SecretPlan {
        secret,
        change: change.into(),
        diagnostics: Diagnostics::none(),
    }
}

fn plan_write_only(config: &State, prior: Option<&State>) -> SecretPlan {
    let prior = prior.filter(|prior| prior.client_id == config.client_id);
    let before = prior.map_or(&Value::Null, |prior| &prior.client_secret_wo_version);
    let kept = prior.map_or(CREATED.into(), |prior| prior.last_secret_change.clone());
    let mut decision = decided(Value::Null, kept);
    match arguments(config).version_raised(before) {
        Ok(raised) if raised && prior.is_some() => {
            let version = config.client_secret_wo_version.known();
            decision.change = version.map_or(Value::Unknown, |version| {
                format!("client_secret_wo_version {version}").into()
            });
        }
        Ok(_) => {}
        // a plan that fails would be in the way of a destroy as well, so it is the apply that does
        Err(complaint) => decision.diagnostics = complaint.into_warnings(),
    }
    if prior.is_some() && before.is_null() {
        decision.diagnostics.extend(set_anew("client_secret_wo_version"));
    }
    decision
}

/// A secret that the configuration has, or that core puts there: under `ignore_changes` it is the one in state. To plan
/// it as anything else is an invalid plan.
fn plan_given(config: &State, prior: &State, remembered: &Memory) -> SecretPlan {
    let given = config.client_secret.clone();
    if given.is_unknown() {
        return decided(given, Value::Unknown);
    }
    if given != prior.client_secret {
        return decided(given, GIVEN);
    }
    let mut decision = decided(given, prior.last_secret_change.clone());
    if let Some(refused_at) = remembered.refused_at {
        decision.change = format!("set again, refused {refused_at}").into();
        decision.diagnostics = changed_elsewhere("The configured secret will be set again.");
    }
    if triggers::ask(
        &prior.rotate_secret_when_changed,
        &config.rotate_secret_when_changed,
    ) {
        decision.diagnostics.extend(Diagnostics::warning_at(
            "rotate_secret_when_changed",
            "No new secret",
            "rotate_secret_when_changed asks for a new secret, but ignore_changes holds client_secret as it is. Remove \
             client_secret from ignore_changes to have one made.",
        ));
    }
    decision
}

/// A secret that the provider makes, or made.
fn plan_generated(config: &State, prior: &State, remembered: &Memory) -> SecretPlan {
    if let Some(refused_at) = remembered.refused_at {
        let mut decision = decided(Value::Unknown, format!("regenerated, refused {refused_at}"));
        decision.diagnostics = changed_elsewhere("The provider will make a new one.");
        return decision;
    }
    let (before, now) = (
        &prior.rotate_secret_when_changed,
        &config.rotate_secret_when_changed,
    );
    let mut decision = if triggers::are_open(now) {
        decided(Value::Unknown, Value::Unknown)
    } else if triggers::ask(before, now) {
        decided(Value::Unknown, TRIGGER)
    } else if remembered.rotation_due {
        decided(Value::Unknown, DUE)
    } else {
        return decided(prior.client_secret.clone(), prior.last_secret_change.clone());
    };
    if triggers::are_none(before) && !triggers::are_none(now) {
        decision.diagnostics = set_anew("rotate_secret_when_changed");
    }
    if waits_for_an_answer(prior) {
        decision.diagnostics.extend(undecided(
            "The next secret is not made before that is known: an apply of this plan fails and sends nothing.",
        ).into_warnings());
    }
    decision
}

/// Whether it is open which of two secrets is in force, and a refresh can find it out. Of a client without the grant it
/// cannot: there the next one ends the doubt.
fn waits_for_an_answer(prior: &State) -> bool {
    let grants = prior.grant_types.known_strings();
    let can_be_tried = grants.is_none_or(|grants| grants.contains("client_credentials"));
    can_be_tried && !prior.pending_client_secret.is_null()
}

/// What a user is told while nobody can say which of two secrets is in force.
pub fn undecided(consequence: &str) -> Diagnostics {
    Diagnostics::error_at(
        "pending_client_secret",
        "It is not known which secret is in force",
        format!(
            "An earlier apply sent a secret that the tenant did not accept in time. Both are kept: client_secret has the \
             one before, pending_client_secret the one that was sent. Each refresh tries them. {consequence}"
        ),
    )
}

/// Which secret an apply sets: what the plan left open is made here, and what it changed, or says to set again, is
/// taken from it. `None`: the secret is left alone.
pub fn to_set(prior: &State, planned: &State, write_only: &State) -> Result<Option<Secret>, Diagnostics> {
    let arguments = SecretArguments {
        plain: &planned.client_secret,
        write_only: &write_only.client_secret_wo,
        version: &planned.client_secret_wo_version,
    };
    if arguments.is_write_only() {
        let raised = arguments.version_raised(&prior.client_secret_wo_version)?;
        return Ok(write_only.client_secret_wo.known().filter(|_| raised).cloned());
    }
    if planned.client_secret.is_unknown() {
        if waits_for_an_answer(prior) {
            return Err(undecided(
                "Nothing was sent. Plan and apply again when it is known.",
            ));
        }
        return Ok(Some(client_secret::generate()));
    }
    let again =
        planned.last_secret_change != prior.last_secret_change && !planned.last_secret_change.is_unknown();
    let changed = planned.client_secret != prior.client_secret;
    Ok(planned
        .client_secret
        .known()
        .filter(|_| changed || again)
        .cloned())
}

/// What a user is told where a new client would have no secret.
pub fn none_given() -> Diagnostics {
    Diagnostics::error_at(
        "client_secret",
        "No client secret",
        "The secret turned out to be null. Give one, or leave the argument out to have one made.",
    )
}

fn set_anew(attribute: &str) -> Diagnostics {
    Diagnostics::warning_at(
        attribute,
        "The client's current secret will stop working",
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
             was deleted and created again. {consequence} Whoever uses the other secret is cut off by that."
        ),
    )
}
