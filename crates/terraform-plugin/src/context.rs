//! What an answer is made with.

use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Diagnostics;

/// The provider's client, as which it can be used, for one call. What a user is told beside the answer is collected here:
/// it gets out whatever becomes of the call, be it a panic.
pub struct Context<C> {
    client: Arc<C>,
    told: Told,
}

impl<C> Context<C> {
    /// One for a call of a test's own.
    pub fn new(client: C) -> Self {
        Self::of(Arc::new(client), &Told::default())
    }

    pub(crate) fn of(client: Arc<C>, told: &Told) -> Self {
        let told = told.clone();
        Self { client, told }
    }

    /// Tells the user: warnings, and errors that fail the call although it has an answer.
    pub fn tell(&self, diagnostics: Diagnostics) {
        self.told.extend(diagnostics);
    }

    /// What was told so far, which is then forgotten.
    pub fn told(&self) -> Diagnostics {
        self.told.take()
    }
}

impl<C> Deref for Context<C> {
    type Target = C;

    fn deref(&self) -> &C {
        &self.client
    }
}

/// Collects messages. Clones have one collection.
#[derive(Clone, Default)]
pub(crate) struct Told(Arc<Mutex<Diagnostics>>);

impl Told {
    pub fn extend(&self, diagnostics: Diagnostics) {
        self.messages().extend(diagnostics);
    }

    pub fn has_errors(&self) -> bool {
        self.messages().has_errors()
    }

    pub fn take(&self) -> Diagnostics {
        std::mem::take(&mut self.messages())
    }

    fn messages(&self) -> MutexGuard<'_, Diagnostics> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
