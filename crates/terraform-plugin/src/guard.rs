//! A panic is a defect of the provider, but it must not cost the user an object or a cryptic message.

use std::any::Any;
use std::future::Future;
use std::io::Write as _;
use std::panic;
use std::pin::Pin;

use tokio::sync::oneshot;

use super::Diagnostics;
use crate::text;

/// Makes every panic print a line that the CLI recognises and shows (Terraform internal/logging/panic.go looks for
/// `panic: ` at the start of a line).
pub fn install_panic_hook() {
    panic::set_hook(Box::new(|info| {
        let place = info.location().map_or_else(String::new, |place| {
            format!(" at {}:{}", place.file(), place.line())
        });
        let _ = writeln!(std::io::stderr(), "panic: {}{place}", message(info.payload())); // nobody may be reading
    }));
}

/// Runs `work` in a task of its own, where neither a panic nor a lost connection can cut it short half-way.
pub async fn run<T: Send + 'static>(
    what: &str,
    work: impl Future<Output = Result<T, Diagnostics>> + Send + 'static,
) -> Result<T, Diagnostics> {
    let (sender, receiver) = oneshot::channel();
    let ended = in_a_task(Box::pin(async move {
        let _ = sender.send(work.await); // fails only when whoever asked is gone
    }));
    if let Err(cause) = ended.await {
        return Err(defect(what, &cause));
    }
    receiver.await.unwrap_or_else(|_| Err(defect(what, "cancelled")))
}

/// One kind of task, however many kinds of results there are. The error is what it panicked with.
async fn in_a_task(work: Pin<Box<dyn Future<Output = ()> + Send>>) -> Result<(), String> {
    tokio::spawn(work).await.map_err(|error| {
        let panic = error.try_into_panic();
        panic.map_or_else(|_| "cancelled".to_owned(), |payload| message(&*payload))
    })
}

fn defect(what: &str, cause: &str) -> Diagnostics {
    Diagnostics::error(
        "The provider panicked",
        format!(
            "{what} ended in a defect of the provider: {cause}. Please report it. State is unchanged; if something was \
             being created, look for it before the next apply."
        ),
    )
}

fn message(payload: &dyn Any) -> String {
    let text = payload
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| payload.downcast_ref::<String>().cloned());
    text.map_or_else(|| "unknown cause".to_owned(), |text| text::item(&text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_becomes_a_message() {
        for (fell, said) in [
            ("the sky fell", "the sky fell."),
            ("\u{1b}[2Jit\nfell", " [2Jit fell."),
        ] {
            let result = run::<()>("Reading acme_test", async move { panic!("{fell}") }).await;
            let detail = result
                .err()
                .map(|diagnostics| diagnostics.0[0].detail.clone())
                .unwrap_or_default();
            let expected = format!("Reading acme_test ended in a defect of the provider: {said}");
            assert!(detail.starts_with(&expected), "{detail:?}");
        }
    }
}
