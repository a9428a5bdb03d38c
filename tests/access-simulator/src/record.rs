//! What the simulator was asked, for assertions on calls.

use serde::Serialize;

/// One request, as it arrived, and the status that answered it.
#[derive(Clone, Debug, Serialize)]
pub struct Recorded {
    /// The method in capitals.
    pub method: String,
    /// The path as sent: not percent-decoded, without the query.
    pub path: String,
    /// The query without its question mark, empty when there was none.
    pub query: String,
    /// Every header in the order of arrival, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body as text.
    pub body: String,
    /// The status of the answer; 0 while there is none, and for good when the connection was dropped.
    pub status: u16,
}

impl Recorded {
    /// The first header of that name (given in lower case).
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(found, _)| found == name)
            .map(|(_, value)| value.as_str())
    }
}

/// The requests in the order of their arrival.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    entries: Vec<Recorded>,
    cleared: usize,
}

impl Journal {
    /// Adds a request and returns the number under which [`Journal::answered`] finds it again.
    pub(crate) fn arrived(&mut self, entry: Recorded) -> usize {
        self.entries.push(entry);
        self.cleared + self.entries.len() - 1
    }

    /// Notes the status, unless the journal has been cleared in between.
    pub(crate) fn answered(&mut self, number: usize, status: u16) {
        if let Some(entry) = number
            .checked_sub(self.cleared)
            .and_then(|index| self.entries.get_mut(index))
        {
            entry.status = status;
        }
    }

    pub(crate) fn entries(&self) -> &[Recorded] {
        &self.entries
    }

    pub(crate) fn clear(&mut self) {
        self.cleared += self.entries.len();
        self.entries.clear();
    }
}
