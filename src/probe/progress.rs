//! What the user sees while questions are asked: one line that changes on a terminal, plain lines elsewhere.

use std::io::Write;

use terraform_plugin::text;

/// Erases the line that the cursor is in, and goes to its beginning.
const ERASE: &str = "\r\x1b[2K";

/// The one writer to standard error.
pub struct Progress<'a> {
    to: &'a mut (dyn Write + Send),
    is_terminal: bool,
    is_open: bool,
}

impl<'a> Progress<'a> {
    /// Tells it to `to`.
    pub fn new(to: &'a mut (dyn Write + Send), is_terminal: bool) -> Self {
        Self {
            to,
            is_terminal,
            is_open: false,
        }
    }

    /// Says what is being done. Whoever does not listen is not made to: errors are ignored.
    pub fn doing(&mut self, what: &str) {
        let _ = if self.is_terminal {
            self.is_open = true;
            write!(self.to, "{ERASE}probe: {what} …").and_then(|()| self.to.flush())
        } else {
            writeln!(self.to, "probe: {what}")
        };
    }

    /// Says something that stays, in as many lines as it has.
    pub fn say(&mut self, what: &str) {
        self.done();
        let _ = writeln!(self.to, "{}", text::lines(what));
    }

    /// Nothing is being done any more.
    pub fn done(&mut self) {
        if std::mem::take(&mut self.is_open) {
            let _ = write!(self.to, "{ERASE}").and_then(|()| self.to.flush());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(is_terminal: bool) -> String {
        let mut to = Vec::new();
        let mut progress = Progress::new(&mut to, is_terminal);
        progress.doing("one");
        progress.doing("two");
        progress.say("three\u{1b}[31m");
        progress.done();
        String::from_utf8(to).expect("text")
    }

    #[test]
    fn a_line_changes_on_a_terminal_and_lines_stay_elsewhere() {
        assert_eq!(shown(false), "probe: one\nprobe: two\nthree [31m\n");
        let erase = ERASE;
        assert_eq!(
            shown(true),
            format!("{erase}probe: one …{erase}probe: two …{erase}three [31m\n")
        );
    }
}
