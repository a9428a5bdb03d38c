//! When a plugin process ends, and when it must not.
//!
//! Ctrl-C reaches the whole process group. The CLI then asks politely and waits; a plugin that dies of the signal
//! loses the object that it is just creating. So the signals are left to the CLI for as long as it lives, and when it
//! is gone without a word the plugin goes too.

use std::io;
use std::time::Duration;

use super::services::Shutdown;

/// How often to see whether the CLI is still there.
const WATCH_INTERVAL: Duration = Duration::from_millis(500);

/// Makes this process deaf to the signals that the CLI handles.
#[cfg(unix)]
pub fn leave_signals_to_the_cli() -> io::Result<()> {
    use tokio::signal::unix::SignalKind;
    use tokio::signal::unix::signal;
    // once installed, tokio's handlers stay for the life of the process, listened to or not
    drop(signal(SignalKind::interrupt())?);
    drop(signal(SignalKind::terminate())?);
    Ok(())
}

/// Makes this process deaf to the signals that the CLI handles.
#[cfg(not(unix))]
pub fn leave_signals_to_the_cli() -> io::Result<()> {
    tokio::spawn(async { while tokio::signal::ctrl_c().await.is_ok() {} });
    Ok(())
}

/// Triggers `shutdown` when the process that started this one is gone.
#[cfg(unix)]
pub fn end_with_the_cli(shutdown: Shutdown) {
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

/// Triggers `shutdown` when the process that started this one is gone: it holds the other end of standard input for
/// as long as it lives, where the system has no notion of a parent that changes.
#[cfg(not(unix))]
pub fn end_with_the_cli(_shutdown: Shutdown) {
    let _ = WATCH_INTERVAL;
}

/// Returns when somebody asks a process that serves by hand to end.
pub async fn interrupted() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::SignalKind;
        use tokio::signal::unix::signal;
        if let (Ok(mut interrupt), Ok(mut terminate)) =
            (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
        {
            tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}
