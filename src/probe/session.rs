//! What the questions are asked with: the tenant, what was found out so far, and whoever wants to stop.

use std::io::Write;
use std::time::Duration;

use tokio::sync::watch;

use super::findings::Findings;
use super::progress::Progress;
use crate::access::{Ask, Error, Look, Tenant, is_out_of_reach};

/// After so many requests without an answer, one after the other, the tenant is taken for gone.
const MOST_SILENCES: u32 = 3;

/// Why the asking ends.
#[derive(Debug)]
pub enum Stop {
    /// The user wants it to.
    Interrupted,
    /// The tenant does not answer any more.
    Silent(Error),
}

/// Everything that a question needs.
pub struct Session<'a> {
    /// The tenant.
    pub tenant: Tenant,
    /// What is known.
    pub findings: Findings,
    /// What the user sees meanwhile.
    pub progress: Progress<'a>,
    /// How often the user has interrupted.
    pub interrupts: watch::Receiver<u32>,
    silences: u32,
}

impl<'a> Session<'a> {
    /// Begins.
    pub fn new(
        tenant: Tenant,
        to: &'a mut (dyn Write + Send),
        is_terminal: bool,
        interrupts: watch::Receiver<u32>,
    ) -> Self {
        Self {
            tenant,
            findings: Findings::default(),
            progress: Progress::new(to, is_terminal),
            interrupts,
            silences: 0,
        }
    }

    /// Fails when the user has interrupted.
    pub fn go_on(&self) -> Result<(), Stop> {
        if *self.interrupts.borrow() > 0 {
            return Err(Stop::Interrupted);
        }
        Ok(())
    }

    /// Asks. `None` is a request without an answer.
    pub async fn ask(&mut self, ask: Ask<'_>) -> Result<Option<Look>, Stop> {
        self.go_on()?;
        match self.tenant.look(ask).await {
            Ok(look) => {
                self.silences = 0;
                Ok(Some(look))
            }
            Err(error) if is_out_of_reach(&error) => {
                self.silences += 1;
                if self.silences >= MOST_SILENCES {
                    return Err(Stop::Silent(error));
                }
                Ok(None)
            }
            Err(error) => Err(Stop::Silent(error)), // signing in anew has failed
        }
    }

    /// Waits.
    pub async fn pause(&self, pause: Duration) -> Result<(), Stop> {
        self.go_on()?;
        if !pause.is_zero() {
            self.tenant.sleep(pause).await;
        }
        self.go_on()
    }
}
