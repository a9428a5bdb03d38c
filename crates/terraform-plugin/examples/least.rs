//! The least provider: one resource, a file with a text in it.

use std::fs;
use std::sync::Arc;

use async_trait::async_trait;
use terraform_plugin::Diagnostics;
use terraform_plugin::clock::SystemClock;
use terraform_plugin::handshake::Request;
use terraform_plugin::model;
use terraform_plugin::provider::{Offers, Provider};
use terraform_plugin::resource::{Applied, Create, Current, Deletion, Resource, Seen, Update};
use terraform_plugin::serve::{Error, serve};
use terraform_plugin::value::Value;

model! {
    /// A file with a text in it.
    pub struct Note {
        /// Path of the file.
        path: String = required().replaces(),
        /// What is in it.
        text: String = required(),
    }
}

fn path(note: &Note) -> &str {
    note.path.known().map_or("", String::as_str)
}

fn written(note: Note) -> Applied<Note> {
    match fs::write(path(&note), note.text.known().map_or("", String::as_str)) {
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
        Ok(match fs::read_to_string(path(&current.state)) {
            Ok(text) => Seen::found(
                Note {
                    text: Value::Known(text),
                    ..current.state
                },
                current.private,
            ),
            Err(_) => Seen::gone(current.private),
        })
    }

    async fn update(&self, (): &(), change: Update<Note>) -> Applied<Note> {
        written(change.planned)
    }

    async fn delete(&self, (): &(), it: Deletion<Note>, _: &mut Diagnostics) -> Result<(), Diagnostics> {
        fs::remove_file(path(&it.state))
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

#[tokio::main]
async fn main() -> Result<(), Error> {
    let Some(request) = Request::from_environment(|name| std::env::var(name).ok()) else {
        eprintln!("It is a plugin: Terraform or OpenTofu starts it.");
        return Ok(());
    };
    serve(Least, Arc::new(SystemClock), request).await
}
