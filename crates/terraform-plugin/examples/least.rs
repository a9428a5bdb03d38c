//! The least provider: one resource, a file with a text in it.

use std::fs;
use std::process::ExitCode;

use async_trait::async_trait;
use terraform_plugin::provider::{Configuring, Offers, Provider};
use terraform_plugin::resource::{Create, Current, Deletion, Resource, Update};
use terraform_plugin::{Context, Diagnostics, model, serve};

model! {
    /// A file with a text in it.
    pub struct Note {
        /// Path of the file.
        path: String = required().replaces(),
        /// What is in it.
        text: String = required(),
    }
}

fn written(note: Note) -> Result<Current<Note>, Diagnostics> {
    fs::write(note.path.or_empty(), note.text.or_empty())
        .map_err(|error| Diagnostics::error_at("path", "Cannot write", error.to_string()))?;
    Ok(Current::new(note))
}

struct Notes;

#[async_trait]
impl Resource for Notes {
    type Client = ();
    type State = Note;
    type Identity = ();

    const NAME: &'static str = "least_note";

    async fn create(&self, _: &Context<()>, it: Create<Note>) -> Result<Current<Note>, Diagnostics> {
        written(it.planned)
    }

    async fn read(&self, _: &Context<()>, it: Current<Note>) -> Result<Option<Current<Note>>, Diagnostics> {
        let Ok(text) = fs::read_to_string(it.state.path.or_empty()) else {
            return Ok(None);
        };
        let text = text.into();
        Ok(Some(Current::new(Note { text, ..it.state })))
    }

    async fn update(&self, _: &Context<()>, it: Update<Note>) -> Result<Current<Note>, Diagnostics> {
        written(it.planned)
    }

    async fn delete(&self, _: &Context<()>, it: Deletion<Note>) -> Result<(), Diagnostics> {
        fs::remove_file(it.state.path.or_empty())
            .map_err(|error| Diagnostics::error("Cannot remove", error.to_string()))
    }
}

struct Least;

#[async_trait]
impl Provider for Least {
    type Client = ();
    type Config = ();

    const ADDRESS: &'static str = "registry.terraform.io/acme/least";

    async fn configure(&self, _: &Context<Configuring>, (): ()) -> Result<Option<()>, Diagnostics> {
        Ok(Some(()))
    }

    fn offers(&self) -> Offers<()> {
        Offers::new().resource(Notes)
    }
}

fn main() -> ExitCode {
    serve::main(Least, env!("CARGO_CRATE_NAME"))
}
