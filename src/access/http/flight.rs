//! One answer for everybody who asks at the same time.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Mutex;

use super::error::Error;

/// A value that is fetched by the first who needs it, while the others wait for the same fetch.
pub(in crate::access) struct Flight<T> {
    slot: Mutex<Option<Result<Arc<T>, Error>>>,
    landed: AtomicU64,
}

impl<T> Default for Flight<T> {
    fn default() -> Self {
        Self {
            slot: Mutex::new(None),
            landed: AtomicU64::new(0),
        }
    }
}

impl<T> Flight<T> {
    /// The value at hand if it is `good`, else the outcome of `fetch`.
    ///
    /// A failure is shared with those who were waiting when it happened. Later callers try again, unless the
    /// failure is `lasting`.
    pub async fn get(
        &self,
        good: impl Fn(&T) -> bool,
        lasting: impl Fn(&Error) -> bool,
        fetch: impl Future<Output = Result<T, Error>>,
    ) -> Result<Arc<T>, Error> {
        let seen = self.landed.load(Ordering::SeqCst);
        let mut slot = self.slot.lock().await;
        match &*slot {
            Some(Ok(value)) if good(value) => return Ok(Arc::clone(value)),
            Some(Err(error)) if lasting(error) || self.landed.load(Ordering::SeqCst) != seen => {
                return Err(error.clone());
            }
            _ => {}
        }
        let outcome = fetch.await.map(Arc::new); // a caller who gives up here leaves the slot as it was
        *slot = Some(outcome.clone());
        self.landed.fetch_add(1, Ordering::SeqCst);
        outcome
    }
}
