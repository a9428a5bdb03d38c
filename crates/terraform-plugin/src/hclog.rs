//! Log lines as the CLI reads them from a plugin's standard error: one JSON object a line.
//!
//! Source: hashicorp/go-plugin `log_entry.go` and client.go. `@level` and `@message` have to be strings: anything else
//! there crashes the CLI. The level is the CLI's (`TF_LOG_PROVIDER`, else `TF_LOG`; Terraform internal/logging), and
//! what it would drop is not even put together. Only the provider's events and this crate's own are logged: the
//! libraries below may speak of headers. Most of that is at TRACE, so a release is built without any event of that level
//! (`release_max_level_debug`). What the CLI is to be told at TRACE is an event of DEBUG with a target like [`TRACE`].

use std::fmt;
use std::io::Write as _;

use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

use crate::clock::wall_clock;
use crate::text;

/// The longest field, in bytes. The CLI splits lines of more than 64 KiB; no field needs a fraction of that.
const LONGEST_FIELD: usize = 4 << 10;

/// Target of what the CLI is told at TRACE: the crate, `trace`, and the name of the module, as targets end with it.
pub const TRACE: &str = concat!(env!("CARGO_CRATE_NAME"), "::trace::dispatch");

fn level(metadata: &Metadata<'_>) -> Level {
    if metadata.target().split("::").nth(1) == Some("trace") {
        return Level::TRACE;
    }
    *metadata.level()
}

/// Logs to standard error if the environment asks for it: what the crate `target` says, and this one, under the name of
/// the provider.
pub fn install(name: &'static str, target: &'static str, variable: impl Fn(&str) -> Option<String>) {
    let level = variable("TF_LOG_PROVIDER")
        .filter(|level| !level.is_empty())
        .or_else(|| variable("TF_LOG"));
    if let Some(level) = level.as_deref().and_then(parse_level) {
        // fails only if a logger is installed already, which then goes on
        let _ = tracing::subscriber::set_global_default(Hclog { level, name, target });
    }
}

fn parse_level(text: &str) -> Option<Level> {
    match text.to_ascii_uppercase().as_str() {
        "DEBUG" => Some(Level::DEBUG),
        "INFO" => Some(Level::INFO),
        "WARN" => Some(Level::WARN),
        "ERROR" => Some(Level::ERROR),
        "" | "OFF" => None,
        _ => Some(Level::TRACE), // TRACE, JSON, and what the CLI makes of a level that it does not know
    }
}

struct Hclog {
    level: Level,
    name: &'static str,
    target: &'static str,
}

impl Subscriber for Hclog {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        let ours = [self.target, env!("CARGO_CRATE_NAME")];
        level(metadata) <= self.level && ours.iter().any(|it| metadata.target().starts_with(it))
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(self.level.into())
    }

    fn event(&self, event: &Event<'_>) {
        let now = format!("{:.6}", wall_clock()); // RFC 3339, with microseconds as go-hclog has them
        let mut line = line(self.name, event.metadata(), &now, |fields| event.record(fields));
        line.push('\n');
        let _ = std::io::stderr().lock().write_all(line.as_bytes()); // nobody is left to be told
    }

    // The CLI's log has events, no spans.

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

fn line(name: &str, metadata: &Metadata<'_>, now: &str, record: impl FnOnce(&mut Fields)) -> String {
    let mut fields = Fields(Map::new());
    record(&mut fields);
    let message = fields
        .0
        .remove("message")
        .unwrap_or_else(|| Value::String(String::new()));
    let level = level(metadata).as_str().to_ascii_lowercase();
    let module = metadata.target().rsplit("::").next().unwrap_or_default();
    fields.0.insert("@level".to_owned(), level.into());
    fields.0.insert("@message".to_owned(), message);
    fields
        .0
        .insert("@module".to_owned(), format!("{name}.{module}").into());
    fields.0.insert("@timestamp".to_owned(), now.into());
    Value::Object(fields.0).to_string()
}

struct Fields(Map<String, Value>);

impl Fields {
    fn put(&mut self, field: &Field, value: Value) {
        self.0.insert(field.name().to_owned(), value);
    }

    /// The CLI decodes what JSON escapes, and shows it as it is.
    fn put_text(&mut self, field: &Field, value: &str) {
        self.put(field, text::line(&text::cut(value, LONGEST_FIELD)).into());
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put_text(field, &format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put_text(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, value.into());
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use tracing_subscriber::Layer;
    use tracing_subscriber::layer::{Context, SubscriberExt as _};

    use super::*;

    #[test]
    fn levels_are_those_of_the_cli() {
        assert_eq!(parse_level("debug"), Some(Level::DEBUG));
        assert_eq!(parse_level("JSON"), Some(Level::TRACE));
        assert_eq!(parse_level("off"), None);
        assert_eq!(parse_level("noisy"), Some(Level::TRACE));
    }

    /// What the log would hold.
    struct Lines(Hclog, Arc<Mutex<Vec<Value>>>);

    impl<S: Subscriber> Layer<S> for Lines {
        fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
            let Self(hclog, lines) = self;
            if hclog.enabled(event.metadata()) {
                let line = line(hclog.name, event.metadata(), "now", |fields| event.record(fields));
                let line = serde_json::from_str(&line).expect("JSON");
                lines.lock().expect("nobody panics").push(line);
            }
        }
    }

    fn lines(level: Level, say: impl FnOnce()) -> Vec<Value> {
        let hclog = Hclog {
            level,
            name: "acme",
            target: env!("CARGO_CRATE_NAME"),
        };
        let lines = Arc::default();
        let subscriber = tracing_subscriber::registry().with(Lines(hclog, Arc::clone(&lines)));
        tracing::subscriber::with_default(subscriber, say);
        let mut lines = lines.lock().expect("nobody panics");
        std::mem::take(&mut lines)
    }

    #[test]
    fn what_is_said_at_trace_is_told_at_trace_alone() {
        let say = || tracing::debug!(target: TRACE, "called");
        assert!(lines(Level::DEBUG, say).is_empty());
        let [line] = &lines(Level::TRACE, say)[..] else {
            panic!("one line");
        };
        assert_eq!(line["@level"], "trace");
        assert_eq!(line["@module"], "acme.dispatch");
    }

    #[test]
    fn fields_are_printable_and_short() {
        let hostile = "a\u{1b}[32m\n\u{202e}b";
        let long = "é".repeat(4 << 20);
        let lines = lines(Level::INFO, || {
            tracing::info!(text = hostile, shown = %hostile, long, "said {hostile}");
        });
        let [line] = &lines[..] else { panic!("{lines:?}") };
        assert_eq!(line["text"], "a [32m  b");
        assert_eq!(line["shown"], "a [32m  b");
        assert_eq!(line["@message"], "said a [32m  b");
        assert!(line["long"].as_str().expect("a text").len() <= LONGEST_FIELD);
    }
}
