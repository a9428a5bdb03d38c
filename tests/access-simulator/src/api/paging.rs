//! Q22: lists that come whole or in pages.

use axum::http::header;
use serde_json::{Map, Value, json};

use crate::choices::Paging;
use crate::http::{Call, Reply};

/// The size of a page of which neither the request nor the tenant says more.
const USUAL_SIZE: usize = 50;

/// A list, or the page of it that was asked for.
pub(crate) struct Page {
    body: Value,
    /// The address of the next page, where a header tells it.
    link: Option<String>,
}

impl Page {
    /// `href` is the address of the list, and `most` the greatest size of a page; 0 for any.
    pub(crate) fn of(items: Vec<Value>, how: Paging, most: usize, call: &Call, href: &str) -> Self {
        let size = match (number(call, "pageSize"), most) {
            (asked, 0) => asked.unwrap_or(USUAL_SIZE),
            (asked, most) => asked.unwrap_or(most).min(most),
        };
        match how {
            Paging::Whole => Self {
                body: Value::Object(Map::from_iter([("items".to_owned(), Value::Array(items))])),
                link: None,
            },
            Paging::Totals => Self::numbered(&items, number(call, "startIndex").unwrap_or(1), size),
            Paging::Cut => Self::numbered(&items, 1, size),
            Paging::Next => {
                let (part, next) = chained(&items, size, call, href);
                let mut body = json!({"items": part});
                if let Some(next) = next {
                    body["_links"]["next"] = json!({"href": next});
                }
                Self { body, link: None }
            }
            Paging::Link => {
                let (part, link) = chained(&items, size, call, href);
                Self {
                    body: json!({"items": part}),
                    link,
                }
            }
        }
    }

    fn numbered(items: &[Value], number: usize, size: usize) -> Self {
        let pages = items.len().div_ceil(size);
        let part = items.chunks(size).nth(number - 1).unwrap_or_default();
        let body = json!({
            "items": part, "totalCount": items.len(), "pageNumber": number, "totalPages": pages, "pageSize": size,
        });
        Self { body, link: None }
    }

    /// Adds the link to the list itself.
    #[must_use]
    pub(crate) fn with_self(mut self, href: &str) -> Self {
        self.body["_links"]["self"] = json!({"href": href});
        self
    }

    pub(crate) fn reply(self, media_type: &str) -> Reply {
        let reply = Reply::typed(200, media_type, &self.body);
        match self.link {
            Some(next) => reply.header(header::LINK, format!("<{next}>; rel=\"next\"")),
            None => reply,
        }
    }
}

/// The part that the cursor of the request points to, and the address of the next one.
fn chained<'a>(items: &'a [Value], size: usize, call: &Call, href: &str) -> (&'a [Value], Option<String>) {
    let start = number(call, "cursor").unwrap_or(0).min(items.len());
    let end = start.saturating_add(size).min(items.len());
    let others = call.raw_query.split('&');
    let next = others
        .filter(|pair| !pair.is_empty() && !pair.starts_with("cursor="))
        .chain([format!("cursor={end}").as_str()])
        .collect::<Vec<_>>()
        .join("&");
    let more = end < items.len();
    (&items[start..end], more.then(|| format!("{href}?{next}")))
}

/// A number of the query, if it is one and not zero.
fn number(call: &Call, name: &str) -> Option<usize> {
    let number = call.query(name)?.parse().ok()?;
    (number > 0).then_some(number)
}
