//! `provider::toy::shout`: text in capitals, several times.

use terraform_plugin::function::{Function, FunctionError, Signature};

pub struct Shout;

impl Function for Shout {
    type Arguments = (String, Option<i64>);
    type Result = String;

    const NAME: &'static str = "shout";

    fn signature(&self) -> Signature {
        Signature {
            summary: "Shouts.",
            description: "Writes a text in capitals.",
            parameters: vec![
                ("text", "What to shout."),
                ("times", "How often; once if it is null."),
            ],
        }
    }

    fn call(&self, (text, times): (String, Option<i64>)) -> Result<String, FunctionError> {
        assert!(text != "panic", "hoarse");
        if text.is_empty() {
            return Err(FunctionError::new("nobody hears\u{1b}[2J nothing."));
        }
        let times = usize::try_from(times.unwrap_or(1))
            .map_err(|_| FunctionError::at(1, "a number from 0 is required."))?;
        Ok(vec![text.to_uppercase(); times].join(" "))
    }
}
