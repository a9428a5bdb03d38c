//! What goes wrong on purpose.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// One planned failure: which requests it hits, how many of them, and what happens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// The method it applies to; any when absent.
    #[serde(default)]
    pub method: Option<String>,
    /// Part of the path it applies to; empty for any.
    #[serde(default)]
    pub path: String,
    /// How many matching requests pass unharmed first.
    #[serde(default)]
    pub after: u32,
    /// How many requests it hits before it is used up.
    #[serde(default = "once")]
    pub count: u32,
    /// What happens.
    pub action: Action,
}

fn once() -> u32 {
    1
}

/// What happens to a request that a [`Fault`] hits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Action {
    /// This answer instead of the real one; nothing is committed.
    Answer {
        /// The status.
        status: u16,
        /// Headers, for example `retry-after`.
        #[serde(default)]
        headers: Vec<(String, String)>,
        /// The body.
        #[serde(default)]
        body: String,
    },
    /// A pause, then whatever would have happened (including a further fault).
    Delay {
        /// How long.
        millis: u64,
    },
    /// The connection breaks; nothing is committed.
    Reset,
    /// The request takes effect, then the connection breaks (Q27).
    CommitThenReset,
    /// The request takes effect, then the connection breaks in the middle of the body.
    CommitThenTruncate,
    /// The request takes effect; the status and headers arrive, the body is empty.
    CommitThenEmpty,
    /// The request takes effect, but this is the answer.
    CommitThenAnswer {
        /// The status.
        status: u16,
        /// Headers.
        #[serde(default)]
        headers: Vec<(String, String)>,
        /// The body.
        #[serde(default)]
        body: String,
    },
}

impl Action {
    /// An answer with a status and nothing else. A success is one that was not carried out, for example a DELETE.
    pub fn status(status: u16) -> Self {
        Self::Answer {
            status,
            headers: Vec::new(),
            body: String::new(),
        }
    }

    /// 429 with `Retry-After`, in seconds or as an HTTP date.
    pub fn too_many_requests(retry_after: &str) -> Self {
        let headers = vec![("retry-after".to_owned(), retry_after.to_owned())];
        Self::Answer {
            status: 429,
            headers,
            body: String::new(),
        }
    }

    /// An answer with JSON in it.
    pub fn json(status: u16, body: &Value) -> Self {
        Self::Answer {
            status,
            headers: vec![("content-type".to_owned(), "application/json".to_owned())],
            body: body.to_string(),
        }
    }

    /// An answer with `errors[]` in it, also where the status is a success.
    pub fn errors(status: u16) -> Self {
        let error =
            json!({"code": "simulator.fault", "message": "Something went wrong.", "parameters": null});
        Self::json(status, &json!({"errors": [error]}))
    }

    /// A list with nothing in it.
    pub fn empty_list() -> Self {
        Self::json(200, &json!({"items": []}))
    }

    /// The same answer, but after the request took effect.
    #[must_use]
    pub fn committed(self) -> Self {
        match self {
            Self::Answer {
                status,
                headers,
                body,
            } => Self::CommitThenAnswer {
                status,
                headers,
                body,
            },
            other => other,
        }
    }

    /// An HTML page, as load balancers and login portals send.
    pub fn html(status: u16) -> Self {
        let headers = vec![("content-type".to_owned(), "text/html;charset=UTF-8".to_owned())];
        Self::Answer {
            status,
            headers,
            body: crate::http::HTML_PAGE.to_owned(),
        }
    }
}

impl Fault {
    /// Hits the next request with this method whose path contains `path`.
    pub fn on(method: &str, path: &str, action: Action) -> Self {
        Self {
            method: Some(method.to_owned()),
            path: path.to_owned(),
            after: 0,
            count: 1,
            action,
        }
    }

    /// Hits the next request, whatever it is.
    pub fn on_any(action: Action) -> Self {
        Self {
            method: None,
            path: String::new(),
            after: 0,
            count: 1,
            action,
        }
    }

    /// Hits this many requests.
    #[must_use]
    pub fn times(mut self, count: u32) -> Self {
        self.count = count;
        self
    }

    /// Hits every matching request.
    #[must_use]
    pub fn always(self) -> Self {
        self.times(u32::MAX)
    }

    /// Lets this many matching requests pass first.
    #[must_use]
    pub fn after(mut self, passes: u32) -> Self {
        self.after = passes;
        self
    }

    fn matches(&self, method: &str, path: &str) -> bool {
        self.method
            .as_deref()
            .is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
            && path.contains(&self.path)
    }
}

/// Takes what applies to a request off the queue: the pauses, and the first action that is not a pause.
pub(crate) fn take(queue: &mut Vec<Fault>, method: &str, path: &str) -> (u64, Option<Action>) {
    let mut pause = 0;
    let mut action = None;
    for fault in queue.iter_mut().filter(|fault| fault.matches(method, path)) {
        if fault.after > 0 {
            fault.after -= 1;
            continue;
        }
        fault.count = fault.count.saturating_sub(1);
        if let Action::Delay { millis } = fault.action {
            pause += millis;
        } else {
            action = Some(fault.action.clone());
            break;
        }
    }
    queue.retain(|fault| fault.count > 0);
    (pause, action)
}
