//! A provider, or a part of it, without the process.

use jiff::Timestamp;
use tokio::task::JoinHandle;

use crate::calls::Calls;
use crate::methods::Service;
use crate::resource::{Plan, PlanTime, Resource};
use crate::serve::{Socket, run};
use crate::served::Served;
use crate::services::Shutdown;
use crate::{Diagnostics, Private};

/// What a resource decides for a configuration at this time, without a host. Whatever it remembers is in `private`.
pub fn plan<R: Resource>(
    resource: R,
    config: &R::State,
    prior: Option<&R::State>,
    private: &Private,
    now: Timestamp,
) -> Result<Plan<R::State>, Diagnostics> {
    let is_kept = false;
    Served(resource).decided(config, prior, private, PlanTime { now, is_kept })
}

/// Answers of a test's own that are being served.
pub struct Answers {
    /// The value of `TF_REATTACH_PROVIDERS`.
    pub reattach: String,
    /// Path of the socket, or host and port.
    pub address: String,
    /// Serves without end.
    pub serving: JoinHandle<()>,
}

/// Serves `answers` to the RPCs of the protocol under this source address of a provider, to whoever attaches to it.
pub fn serve(source: &str, answers: impl Service) -> Answers {
    let socket = Socket::open(source).expect("a socket");
    let (reattach, address) = (socket.reattach, socket.address);
    let running = run(
        answers,
        socket.listener,
        None,
        Calls::default(),
        Shutdown::default(),
    );
    Answers {
        reattach,
        address,
        serving: tokio::spawn(running),
    }
}
