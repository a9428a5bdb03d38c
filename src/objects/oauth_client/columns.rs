//! Between state and the API's client object.
//!
//! What the tenant reorders is compared as a set; state keeps the user's spelling while it means the same
//! (EVIDENCE Q23).

use std::collections::BTreeSet;

use terraform_plugin::Diagnostics;
use terraform_plugin::secret::Secret;
use terraform_plugin::value::{Dynamic, Model as _, Set, Value};

use super::State;
use crate::access::{OAuthClient, OAuthClientChange, each_client_field, same};

/// An attribute as the API's client has it.
trait Wanted<T> {
    fn wanted(&self) -> Option<T>;
}

impl Wanted<String> for Value<String> {
    fn wanted(&self) -> Option<String> {
        self.known().cloned()
    }
}

impl Wanted<BTreeSet<String>> for Value<Set<String>> {
    fn wanted(&self) -> Option<BTreeSet<String>> {
        self.known_strings()
    }
}

impl Wanted<i32> for Value<i64> {
    fn wanted(&self) -> Option<i32> {
        self.known().and_then(|number| i32::try_from(*number).ok())
    }
}

impl Wanted<bool> for Value<bool> {
    fn wanted(&self) -> Option<bool> {
        self.known().copied()
    }
}

/// What the tenant tells, as state has it.
trait Told<T, A> {
    fn of(wanted: Option<T>) -> Self;
    fn shown(&self) -> Value<A>;
    fn is_told(&self) -> bool;

    /// Told that there is none.
    fn is_nothing(&self) -> bool {
        false
    }
}

macro_rules! told {
    ($($api:ty => $field:ty),*) => {
        $(impl Told<$api, $field> for Option<$api> {
            fn of(wanted: Self) -> Self {
                wanted
            }

            fn shown(&self) -> Value<$field> {
                self.clone().map(<$field>::from).into()
            }

            fn is_told(&self) -> bool {
                self.is_some()
            }
        })*
    };
}

told!(String => String, i32 => i64, bool => bool);

/// No client is without a scope or a grant: none means that none was told.
impl Told<Self, Set<String>> for BTreeSet<String> {
    fn of(wanted: Option<Self>) -> Self {
        wanted.unwrap_or_default()
    }

    fn shown(&self) -> Value<Set<String>> {
        self.iter().collect()
    }

    fn is_told(&self) -> bool {
        !self.is_empty()
    }
}

impl Told<BTreeSet<String>, Set<String>> for Option<BTreeSet<String>> {
    fn of(wanted: Self) -> Self {
        wanted
    }

    fn shown(&self) -> Value<Set<String>> {
        self.as_ref().map_or(Value::Null, |told| told.iter().collect())
    }

    fn is_told(&self) -> bool {
        self.is_some()
    }

    fn is_nothing(&self) -> bool {
        self.as_ref().is_some_and(BTreeSet::is_empty)
    }
}

/// What is done with each field of the client, which state has under the same name.
macro_rules! columns {
    ($($field:ident,)*) => {
        /// The body of a creation: what is planned and known, and the secret.
        pub fn new_client(client_id: String, planned: &State, secret: Secret) -> OAuthClient {
            OAuthClient {
                client_id,
                $($field: Told::of(planned.$field.wanted()),)*
                secret: Some(secret),
            }
        }

        /// What an update changes, and what is known besides, so that a tenant that replaces everything loses nothing.
        pub fn change(prior: &State, planned: &State) -> OAuthClientChange {
            let known = OAuthClientChange {
                $($field: planned.$field.wanted(),)*
                known: None,
            };
            let mut change = OAuthClientChange {
                $($field: planned.$field.wanted().filter(|it| prior.$field.wanted().as_ref() != Some(it)),)*
                known: Some(Box::new(known)),
            };
            if let (Value::Null, Value::Known(_)) = (&planned.redirect_uris, &prior.redirect_uris) {
                change.redirect_uris = Some(BTreeSet::new()); // removed from the configuration
            }
            change
        }

        /// Fills what the plan left open with what the tenant answered.
        pub fn fill(state: &mut State, found: &OAuthClient) {
            $(state.$field.fill(found.$field.shown());)*
            state.id.fill(found.client_id.as_str());
        }

        /// Takes over what the tenant has. A field that it does not tell keeps its value, and so does one that means the
        /// same as what it tells.
        pub fn refresh(state: &mut State, found: &OAuthClient) {
            let same_id = |id: &String| id.eq_ignore_ascii_case(&found.client_id);
            if !state.client_id.known().is_some_and(same_id) {
                state.client_id = found.client_id.as_str().into();
            }
            state.id = found.client_id.as_str().into(); // as the tenant spells it
            $(let is_same = match state.$field.wanted() {
                Some(known) => same::$field(&known, &found.$field),
                None => state.$field.is_null() && found.$field.is_nothing(),
            };
            if found.$field.is_told() && !is_same {
                state.$field = found.$field.shown();
            })*
        }
    };
}

each_client_field!(columns);

/// Whether what the tenant shows contradicts what state says.
pub fn contradicts(state: &State, found: &OAuthClient) -> bool {
    let mut contradicts = false;
    compare(state, found, |_, was_told| contradicts |= was_told);
    contradicts
}

/// Warns where the tenant's answer is not what was asked for. Terraform insists that state then says what was
/// planned; the next refresh shows the difference, and this says it now.
pub fn differences(planned: &State, found: &OAuthClient) -> Diagnostics {
    let mut diagnostics = Diagnostics::none();
    compare(planned, found, |field, _| {
        diagnostics.extend(Diagnostics::warning_at(
            field,
            "The tenant stored something else",
            format!("The tenant did not take {field} as given. The next plan shows what it has."),
        ));
    });
    diagnostics
}

/// Calls `differs` with each field that is known in `state` and that the tenant shows otherwise, and with whether it was
/// more than null before.
fn compare(state: &State, found: &OAuthClient, mut differs: impl FnMut(&str, bool)) {
    let mut seen = state.clone();
    refresh(&mut seen, found);
    // ids are compared by whoever looks for the client; in another spelling they are the same
    (seen.id, seen.client_id) = (state.id.clone(), state.client_id.clone());
    let (before, after) = (state.clone().into_object(), seen.into_object());
    for (name, before) in before.iter().filter(|(_, before)| **before != Dynamic::Unknown) {
        if after.get(name) != Some(before) {
            differs(name, *before != Dynamic::Null);
        }
    }
}
