//! What a configuration asks for, compared with the state of a token.

use jiff::SignedDuration;
use terraform_plugin::resource::PlanTime;
use terraform_plugin::value::{Set, Value};

use super::expiry::{duration, early};
use super::renewal::{Cause, Decision, Memory, Reason, Situation};
use super::{State, lifetime, renewal, secret_arguments};
use crate::objects::triggers;

/// Decides whether the token in `prior` stays.
pub fn decide(prior: &State, config: &State, remembered: &Memory, time: PlanTime) -> Decision {
    let early_now = match &config.early_renewal_hours {
        Value::Unknown => None,
        hours => Some(duration(hours).unwrap_or(SignedDuration::ZERO)),
    };
    let situation = Situation {
        lifetime: lifetime(prior),
        ready: prior.ready_for_renewal == Value::Known(true),
        prior_early: early(prior),
        early: early_now,
        change: cause(prior, config),
        remembered,
        is_kept: time.is_kept,
    };
    renewal::decide(&situation, time.now)
}

/// How an argument compares with what it was.
enum Change {
    No,
    Yes,
    /// Only the apply will know.
    Open,
}

/// The first argument that asks for a new token. One that is open comes before what follows it: the apply, which knows
/// all, has to find the same reason.
fn cause(prior: &State, config: &State) -> Option<Cause> {
    let changes = [
        (Reason::Client, compare(&prior.client_id, &config.client_id)),
        secret(prior, config),
        (Reason::Scopes, scopes(&prior.scopes, &config.scopes)),
        (Reason::Trigger, trigger(prior, config)),
    ];
    changes.into_iter().find_map(|(reason, change)| match change {
        Change::No => None,
        Change::Yes => Some(Cause::Known(reason)),
        Change::Open => Some(Cause::Open),
    })
}

fn compare<T: PartialEq>(prior: &Value<T>, config: &Value<T>) -> Change {
    match config {
        Value::Unknown => Change::Open,
        config if config == prior => Change::No,
        _ => Change::Yes,
    }
}

fn secret(prior: &State, config: &State) -> (Reason, Change) {
    let arguments = secret_arguments(config);
    if arguments.is_write_only() {
        // one that cannot be used mints nothing; the apply says why
        let raised = arguments.version_raised(&prior.client_secret_wo_version);
        let change = match (raised.unwrap_or(false), arguments.version) {
            (false, _) => Change::No,
            (true, Value::Unknown) => Change::Open,
            (true, _) => Change::Yes,
        };
        return (Reason::SecretVersion, change);
    }
    let change = match compare(&prior.client_secret, &config.client_secret) {
        // one that was write-only until now is not in state to compare with: the version's end is no new secret
        Change::Yes if prior.client_secret.is_null() => Change::No,
        change => change,
    };
    (Reason::Secret, change)
}

fn scopes(prior: &Value<Set<String>>, config: &Value<Set<String>>) -> Change {
    match (prior.known_strings(), config.known_strings()) {
        (Some(prior), Some(config)) if prior == config => Change::No,
        (None, None) if config.is_null() => Change::No,
        (_, None) if !config.is_null() => Change::Open,
        _ => Change::Yes,
    }
}

fn trigger(prior: &State, config: &State) -> Change {
    let triggers = &config.rotate_when_changed;
    match () {
        () if !triggers::ask(&prior.rotate_when_changed, triggers) => Change::No,
        () if triggers::are_open(triggers) => Change::Open,
        () => Change::Yes,
    }
}
