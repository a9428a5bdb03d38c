//! Which calls are under way, so that a process that was told to end cuts none of them short.

use std::time::Duration;

use tokio::sync::watch;
use tonic::Status;
use tonic::body::Body;
use tonic::codegen::http;

use super::methods::{Rpc, Service, refusal};

/// How long no call may have been under way before there is taken to be no further one: between two calls the CLI is
/// busy with itself for a moment.
const QUIET: Duration = Duration::from_secs(1);

/// The calls under way, and whether further ones are let in.
#[derive(Clone, Debug, Default)]
pub struct Calls(watch::Sender<State>);

#[derive(Debug, Default)]
struct State {
    under_way: usize,
    closed: bool,
}

impl Calls {
    /// Counts the calls to `service`, and turns them away once no more are let in.
    pub fn count<S>(&self, service: S) -> Counted<S> {
        Counted {
            service,
            calls: self.clone(),
        }
    }

    /// Returns when none has been under way for a moment. From then on none is let in.
    pub async fn closed_when_quiet(&self) {
        let mut state = self.0.subscribe();
        loop {
            // the sender lives as long as self, so that waiting ends only with what is waited for
            let _ = state.wait_for(|state| state.under_way == 0).await;
            let busy = state.wait_for(|state| state.under_way > 0);
            if tokio::time::timeout(QUIET, busy).await.is_err() && self.close() {
                return;
            }
        }
    }

    fn close(&self) -> bool {
        self.0.send_if_modified(|state| {
            state.closed = state.under_way == 0;
            state.closed
        })
    }

    fn begin(&self) -> Option<Call> {
        let begun = self.0.send_if_modified(|state| {
            if !state.closed {
                state.under_way += 1;
            }
            !state.closed
        });
        begun.then(|| Call(self.0.clone()))
    }
}

/// One call, which is over when this is dropped.
struct Call(watch::Sender<State>);

impl Drop for Call {
    fn drop(&mut self) {
        self.0.send_modify(|state| state.under_way -= 1);
    }
}

/// A service whose calls are counted.
pub struct Counted<S> {
    service: S,
    calls: Calls,
}

impl<S: Service> Service for Counted<S> {
    const NAME: &'static str = S::NAME;

    fn rpc(&self, name: &str) -> Option<Rpc> {
        let rpc = self.service.rpc(name)?;
        let Some(call) = self.calls.begin() else {
            return Some(refusal(Status::unavailable("the provider was told to end")));
        };
        Some(Box::new(|request| {
            let answer = rpc(request);
            // a call is under way until it is done, also where whoever made it has gone
            let counted = tokio::spawn(async move {
                let answer = answer.await;
                drop(call);
                answer
            });
            Box::pin(async { counted.await.unwrap_or_else(|_| Ok(cut_short())) })
        }))
    }
}

/// The answer where there is none: the process ends.
fn cut_short() -> http::Response<Body> {
    Status::unavailable("the provider ended").into_http()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio::sync::Notify;

    use super::*;
    use crate::methods::unary;

    struct Slow(Arc<Notify>);

    impl Service for Slow {
        const NAME: &'static str = "slow";

        fn rpc(&self, _: &str) -> Option<Rpc> {
            let done = Arc::clone(&self.0);
            Some(unary(move |(): ()| async move {
                done.notified().await;
                Ok(())
            }))
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_is_under_way_until_it_is_done_whoever_waits_for_it() {
        let (calls, done) = (Calls::default(), Arc::new(Notify::new()));
        let slow = calls.count(Slow(Arc::clone(&done)));
        let framed = Body::new("\0".repeat(5)); // a message without a field
        let answer = slow.rpc("").expect("let in")(http::Request::new(framed));
        let _gone = tokio::time::timeout(Duration::from_secs(1), answer).await;
        let watched = calls.clone();
        let quiet = tokio::spawn(async move { watched.closed_when_quiet().await });
        tokio::time::sleep(Duration::from_secs(3600)).await;
        assert!(!quiet.is_finished(), "it is still under way");
        done.notify_one();
        quiet.await.expect("no panic");
    }

    #[tokio::test(start_paused = true)]
    async fn it_is_quiet_when_no_call_has_been_under_way_for_a_moment() {
        let calls = Calls::default();
        let first = calls.begin().expect("let in");
        let watched = calls.clone();
        let quiet = tokio::spawn(async move { watched.closed_when_quiet().await });
        tokio::time::sleep(Duration::from_secs(3600)).await;
        assert!(!quiet.is_finished(), "a call is under way");
        drop(first);
        tokio::time::sleep(QUIET / 2).await;
        let second = calls.begin().expect("the CLI has more to say");
        tokio::time::sleep(QUIET * 2).await;
        assert!(!quiet.is_finished(), "another one is under way");
        drop(second);
        quiet.await.expect("no panic");
        assert!(calls.begin().is_none(), "a call would be cut short");
    }
}
