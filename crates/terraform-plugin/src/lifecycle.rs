//! When a plugin process ends, and when it must not.
//!
//! Ctrl-C reaches the whole process group. The CLI then asks politely and waits; a plugin that dies of the signal
//! loses the object that it is just creating. So Ctrl-C is left to the CLI for as long as it lives, and when it is gone
//! without a word the plugin goes too. SIGTERM is for the plugin itself: it stops waiting, answers what is under way,
//! and ends when nothing is.

use std::io;
use std::time::Duration;

use tokio::sync::watch;

use super::calls::Calls;
use super::services::Shutdown;

/// How often to see whether the CLI is still there.
#[cfg(unix)]
const WATCH_INTERVAL: Duration = Duration::from_millis(500);

/// How long to wait for the first connection. A CLI gives up after a minute (hashicorp/go-plugin `client.go`).
const NOBODY_CAME: Duration = Duration::from_secs(90);

/// How long the CLI may be without a connection before it is taken for gone.
#[cfg(any(not(unix), test))]
const DISCONNECTED: Duration = Duration::from_secs(5);

/// Makes this process deaf to the signal that the CLI handles.
#[cfg(unix)]
pub fn leave_signals_to_the_cli() -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    // once installed, tokio's handlers stay for the life of the process, listened to or not
    drop(signal(SignalKind::interrupt())?);
    Ok(())
}

/// Calls `stop` at a SIGTERM, and triggers `shutdown` when no call is under way any more.
#[cfg(unix)]
pub fn end_when_terminated(
    stop: impl FnOnce() + Send + 'static,
    calls: Calls,
    shutdown: Shutdown,
) -> io::Result<()> {
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::spawn(async move {
        if terminate.recv().await.is_some() {
            tracing::info!("told to end: finishing what is under way");
            stop();
            calls.closed_when_quiet().await;
            shutdown.trigger();
        }
    });
    Ok(())
}

/// Does nothing: here whoever ends a process does not ask it.
#[cfg(not(unix))]
pub fn end_when_terminated(
    _stop: impl FnOnce() + Send + 'static,
    _calls: Calls,
    _shutdown: Shutdown,
) -> io::Result<()> {
    Ok(())
}

/// Keeps secrets out of core dumps: a crash leaves none. A system may refuse, and then it is as it was.
#[cfg(unix)]
pub fn leave_no_core_dump() {
    use rustix::process::{Resource, Rlimit};
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    let _ = rustix::process::setrlimit(Resource::Core, none);
}

/// Does nothing: here the system's settings decide about dumps.
#[cfg(not(unix))]
pub fn leave_no_core_dump() {}

/// Makes this process deaf to the signals that the CLI handles.
#[cfg(not(unix))]
pub fn leave_signals_to_the_cli() -> io::Result<()> {
    tokio::spawn(async { while tokio::signal::ctrl_c().await.is_ok() {} });
    Ok(())
}

/// Triggers `shutdown` when nobody ever connects: the CLI was gone before it could.
pub fn end_if_nobody_comes(shutdown: Shutdown, mut connections: watch::Receiver<usize>) {
    tokio::spawn(async move {
        if tokio::time::timeout(NOBODY_CAME, connections.wait_for(|open| *open > 0))
            .await
            .is_err()
        {
            tracing::info!("no CLI has connected, ending");
            shutdown.trigger();
        }
    });
}

/// Triggers `shutdown` when the process that started this one is gone.
#[cfg(unix)]
pub fn end_with_the_cli(shutdown: Shutdown, _connections: watch::Receiver<usize>) {
    let parent = std::os::unix::process::parent_id();
    tokio::spawn(async move {
        let mut interval = tokio::time::interval(WATCH_INTERVAL);
        loop {
            interval.tick().await;
            if std::os::unix::process::parent_id() != parent {
                tracing::info!("the CLI is gone, ending");
                return shutdown.trigger();
            }
        }
    });
}

/// Triggers `shutdown` when the process that started this one is gone: where the system has no notion of a parent
/// that changes, that shows in its connections, which it keeps open for as long as it lives.
#[cfg(not(unix))]
pub fn end_with_the_cli(shutdown: Shutdown, connections: watch::Receiver<usize>) {
    tokio::spawn(async move {
        if disconnected_for_good(connections).await {
            tracing::info!("the CLI is gone, ending");
            shutdown.trigger();
        }
    });
}

/// Returns true when, after a first connection, there has been none for [`DISCONNECTED`]; false when the listener is
/// gone.
#[cfg(any(not(unix), test))]
async fn disconnected_for_good(mut connections: watch::Receiver<usize>) -> bool {
    loop {
        if connections.wait_for(|open| *open > 0).await.is_err()
            || connections.wait_for(|open| *open == 0).await.is_err()
        {
            return false;
        }
        match tokio::time::timeout(DISCONNECTED, connections.wait_for(|open| *open > 0)).await {
            Err(_) => return true,
            Ok(Err(_)) => return false,
            Ok(Ok(_)) => {}
        }
    }
}

/// Returns when somebody asks a process that serves by hand to end.
pub async fn interrupted() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let (Ok(mut interrupt), Ok(mut terminate)) =
            (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
        {
            tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_cli_that_only_reconnects_is_not_gone() {
        let open = watch::Sender::new(0);
        let gone = tokio::spawn(disconnected_for_good(open.subscribe()));
        for connections in [1, 0, 1] {
            open.send_replace(connections);
            tokio::task::yield_now().await;
        }
        tokio::time::advance(DISCONNECTED * 2).await;
        assert!(!gone.is_finished());
        open.send_replace(0);
        assert!(gone.await.expect("no panic"));
    }
}
