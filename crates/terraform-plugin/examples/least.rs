//! The least provider: one resource, a file with a text in it.

use std::fs;
use std::process::ExitCode;

use async_trait::async_trait;
use terraform_plugin::provider::{Offers, Provider};
use terraform_plugin::resource::{Applied, Create, Current, Deletion, Resource, Seen, Update};
use terraform_plugin::value::Value;
use terraform_plugin::{Diagnostics, model, serve};

model! {
    /// A file with a text in it.
    pub struct Note {
        /// Path of the file.
        path: String = required().replaces(),
        /// What is in it.
        text: String = required(),
    }
}

fn known(value: &Value<String>) -> &str {
    value.known().map_or("", String::as_str)
}

fn written(note: Note) -> Applied<Note> {
    match fs::write(known(&note.path), known(&note.text)) {
        Ok(()) => Applied::done(note),
        Err(error) => Applied::failed(Diagnostics::error_at("path", "Cannot write", error.to_string())),
    }
}

struct Notes;

#[async_trait]
impl Resource for Notes {
    type Client = ();
    type State = Note;
    type Identity = ();

    const NAME: &'static str = "least_note";

    async fn create(&self, (): &(), change: Create<Note>) -> Applied<Note> {
        written(change.planned)
    }

    async fn read(&self, (): &(), current: Current<Note>) -> Result<Seen<Note>, Diagnostics> {
        let (mut note, private) = (current.state, current.private);
        let Ok(text) = fs::read_to_string(known(&note.path)) else {
            return Ok(Seen::gone(private));
        };
        note.text = Value::Known(text);
        Ok(Seen::found(note, private))
    }

    async fn update(&self, (): &(), change: Update<Note>) -> Applied<Note> {
        written(change.planned)
    }

    async fn delete(&self, (): &(), it: Deletion<Note>, _: &mut Diagnostics) -> Result<(), Diagnostics> {
        fs::remove_file(known(&it.state.path))
            .map_err(|error| Diagnostics::error("Cannot remove", error.to_string()))
    }
}

struct Least;

#[async_trait]
impl Provider for Least {
    type Client = ();
    type Config = ();

    fn address(&self) -> &'static str {
        "registry.terraform.io/acme/least"
    }

    async fn configure(&self, (): (), _: &str) -> (Option<()>, Diagnostics) {
        (Some(()), Diagnostics::none())
    }

    fn offers(&self) -> Offers<()> {
        Offers::new().resource(Notes)
    }
}

fn main() -> ExitCode {
    serve::main(Least, env!("CARGO_CRATE_NAME"))
}
