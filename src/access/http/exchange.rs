//! A call to the API from the first attempt to a usable answer or a final error.

use std::sync::Arc;
use std::time::Duration;

use reqwest::Method;
use terraform_plugin::clock::Clock;
use tracing::{debug, info};

use super::authorization::AdminToken;
use super::call::{Call, judge};
use super::error::{Error, ErrorKind, Facts, SignInKind};
use super::media_type::Memory;
use super::retry::{Next, Retry};
use super::transport::{Answer, Outgoing, Transport, name};
use crate::access::config::{Config, SignIn};
use crate::access::interrupt::Interrupt;

/// Target of what is told at TRACE: a release is built without that level of `tracing`, see the framework's log.
const TRACE: &str = concat!(env!("CARGO_CRATE_NAME"), "::trace::exchange");

/// A longer pause between two attempts is told to whoever reads the log, not only to who debugs.
const SILENCE: Duration = Duration::from_secs(5);

/// The way to a tenant, with everything that one call has to heed: patience, limits, and what is known of the tenant's
/// media types.
pub(in crate::access) struct Http {
    config: Arc<Config>,
    clock: Arc<dyn Clock>,
    interrupt: Interrupt,
    pub transport: Transport,
    media: Memory,
}

impl Http {
    /// Nothing is sent and no file is read.
    pub fn new(config: Arc<Config>, clock: Arc<dyn Clock>, interrupt: Interrupt) -> Result<Self, Error> {
        let transport = Transport::new(&config)?;
        Ok(Self {
            config,
            clock,
            interrupt,
            transport,
            media: Memory::default(),
        })
    }

    pub fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    /// The wish to end the run early.
    pub fn interrupt(&self) -> &Interrupt {
        &self.interrupt
    }

    /// Returns when `duration` has passed, or at once when nobody wants to wait any more.
    pub async fn sleep(&self, duration: Duration) {
        self.interrupt.or(self.clock.sleep(duration)).await;
    }

    pub fn sign_in_kind(&self) -> SignInKind {
        match self.config.sign_in {
            SignIn::ServiceClient { .. } => SignInKind::ServiceClient,
            SignIn::AccessToken(_) => SignInKind::AccessToken,
            SignIn::Session { .. } => SignInKind::Session,
        }
    }

    /// Makes a call with the authorization that `call` brings, else with `admin`'s.
    pub async fn send(&self, call: &Call, admin: Option<&AdminToken>) -> Result<Answer, Error> {
        let mut retry = Retry::new(call.repeat, call.max_retries.unwrap_or(self.config.max_retries));
        let remembered = !call.vendor_alone && self.media.wants_json(call.endpoint);
        let mut json = remembered;
        let mut maybe_processed = false;
        loop {
            let error = match self.attempt(call, json, admin, retry.made() + 1).await {
                Ok(answer) => {
                    if let Some(token) = admin {
                        token.has_worked();
                    }
                    if json != remembered {
                        self.media.remember(call.endpoint, json);
                    }
                    return Ok(answer);
                }
                Err(error) => error,
            };
            if let Some(token) = admin {
                token.learn_from(&error);
            }
            // Nothing was processed, so even a POST may be sent again.
            let has_two = call.vendor.is_some() && !call.vendor_alone;
            if error.kind() == ErrorKind::MediaType && has_two && json == remembered {
                debug!(
                    path = call.path,
                    status = error.status(),
                    "media type refused; trying the other one"
                );
                json = !json;
                continue;
            }
            if json != remembered && error.status().is_some() && error.kind() != ErrorKind::MediaType {
                self.media.remember(call.endpoint, json); // refused for another reason, so it was understood
            }
            let pause = match retry.next(&error) {
                Next::After(pause) if !self.interrupt.is_requested() => pause,
                Next::TooLong => {
                    let error = error.with(|facts| facts.refused_pause = facts.retry_after);
                    return Err(marked(error, maybe_processed));
                }
                _ => return Err(marked(error, maybe_processed)),
            };
            maybe_processed |= error.outcome_is_unknown();
            if pause > SILENCE {
                info!(path = call.path, ?pause, kind = ?error.kind(), "will try again after a long pause");
            } else {
                debug!(path = call.path, ?pause, kind = ?error.kind(), "will try again");
            }
            self.sleep(pause).await;
            if self.interrupt.is_requested() {
                return Err(marked(error, maybe_processed));
            }
        }
    }

    async fn attempt(
        &self,
        call: &Call,
        json: bool,
        admin: Option<&AdminToken>,
        attempt: u32,
    ) -> Result<Answer, Error> {
        let method = name(&call.method);
        let started = self.clock.now();
        debug!(target: TRACE, method, path = call.path, attempt, "request");
        let request = Outgoing {
            method: &call.method,
            path: &call.path,
            query: &call.query,
            headers: call.headers(json, admin)?,
            body: call.body.as_ref().map(|body| body.bytes.clone()),
            limit: call.limit,
        };
        let exchange = self.transport.exchange(request);
        // What a write has done, nobody knows without its answer: it is waited for as long as ever.
        let outcome = match call.method {
            Method::GET => self.interrupt.or_soon(exchange).await,
            _ => Some(exchange.await),
        };
        let outcome = outcome.unwrap_or_else(|| {
            let detail = "the run was interrupted, and there was no answer soon after";
            Err(Facts::new(ErrorKind::Lost, method, call.path.as_str(), detail).into())
        });
        let now = self.clock.now();
        let took = Duration::try_from(now.duration_since(started)).unwrap_or_default();
        let context = |facts: &mut Facts| {
            facts.area = call.area;
            facts.sent_at = Some(started);
            self.config.tenant_url.origin().clone_into(&mut facts.host);
            facts.sign_in = admin
                .filter(|_| call.authorization.is_none())
                .map(|_| self.sign_in_kind());
        };
        match outcome {
            Ok(answer) => {
                debug!(
                    method,
                    path = call.path,
                    status = answer.status,
                    ?took,
                    attempt,
                    "answer"
                );
                match judge(call, &answer, admin, now) {
                    Some(mut facts) => {
                        context(&mut facts);
                        Err(facts.into())
                    }
                    None => Ok(answer),
                }
            }
            Err(error) => {
                debug!(method, path = call.path, kind = ?error.kind(), ?took, attempt, "no answer");
                Err(error.with(context))
            }
        }
    }
}

/// `error`, with the memory that an earlier attempt may have been carried out.
pub(in crate::access) fn marked(error: Error, maybe_processed: bool) -> Error {
    if maybe_processed {
        error.with(|facts| facts.maybe_processed = true)
    } else {
        error
    }
}
