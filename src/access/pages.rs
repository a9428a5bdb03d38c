//! Lists that come in pages, in whichever of the ways a tenant announces the next one (EVIDENCE Q22).
//!
//! One product has three styles: a page number from 1, an item's offset from 0, and none. A tenant may also name the
//! address of the next page. Only what is announced is asked for, so that a list that comes whole costs one request.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;

use serde_json::{Map, Value};
use terraform_plugin::text;
use url::Url;

use super::decode;
use super::http::bounded::{Entry, MOST_ENTRIES, Page};
use super::http::call::Call;
use super::http::error::Error;
use super::http::transport::Answer;
use super::tenant::Tenant;

/// A list, as far as it could be had.
pub(in crate::access) struct Pages<T> {
    /// What was made of its entries, each once, in the tenant's order.
    pub entries: Vec<T>,
    /// Why there are more than these, if there are.
    pub missing: Option<String>,
}

/// Where the next page is.
pub(in crate::access) enum Next {
    /// This was the last one.
    None,
    /// At an address of the tenant's: path and query.
    At(String, String),
    /// The tenant has announced more entries, and counts pages or items.
    More,
    /// It is not to be had.
    Missing(String),
}

impl Tenant {
    /// The list that `list` asks for: what `read` makes of the `members` of its entries, and the id that it finds in them.
    /// An entry without one counts by what is in it.
    ///
    /// Fails if the first page fails. If a later one does, or cannot be had, what is there is still good for something. A
    /// page that is under way when the run is interrupted is the last one.
    pub(in crate::access) async fn pages<T: Send + 'static>(
        &self,
        list: impl Fn() -> Call,
        members: &'static [&'static str],
        read: impl Fn(Entry) -> (Option<String>, T) + Copy + Send + 'static,
    ) -> Result<Pages<T>, Error> {
        let mut entries = Vec::new();
        let mut known = HashSet::new();
        let mut by_item = false;
        let mut call = list();
        let mut page = 1;
        let missing = loop {
            let one = self.page(&call, members, move |entry| {
                let print = fingerprint(&entry);
                let (id, entry) = read(entry);
                (id.map_or(print, |id| fingerprint(&Some(id.into()))), entry)
            });
            let (body, answer) = match one.await {
                Ok(page) => page,
                Err(error) if page > 1 => break Some(format!("page {page} could not be read: {error}")),
                Err(error) => return Err(error),
            };
            let listed = body.entries.len();
            let new = body.entries.into_iter().filter(|(print, _)| known.insert(*print));
            let before = entries.len();
            entries.extend(new.map(|(_, entry)| entry));
            let new = entries.len() - before;
            by_item |= page > 1 && new < listed; // pages that overlap begin at an item
            let nothing_new = new == 0;
            let repeats = page > 1 && nothing_new && listed > 0;
            if body.too_many {
                break Some(format!("there is more in it than {} entries", entries.len()));
            }
            let next = self.next(&call, &answer, &body.about, page, entries.len());
            let next = match next {
                Next::None if !repeats => break None,
                Next::Missing(reason) => break Some(reason),
                _ if self.is_interrupted() => {
                    break Some(format!("the run was interrupted after page {page}"));
                }
                _ if nothing_new || entries.len() > MOST_ENTRIES => {
                    break Some(format!(
                        "the tenant announces more than the {} entries that it lists on {page} pages",
                        entries.len()
                    ));
                }
                next => next,
            };
            page += 1;
            call = list();
            if let Next::At(path, query) = next {
                (call.path, call.query) = (path, query);
            } else {
                let start = if by_item { entries.len() } else { page };
                let size = size(&body.about, listed);
                let separator = if call.query.is_empty() { "" } else { "&" };
                call.query = format!("{}{separator}startIndex={start}&pageSize={size}", call.query);
            }
        };
        Ok(Pages { entries, missing })
    }

    /// One page of a list. One such answer at a time is had: they may be large.
    pub(in crate::access) async fn page<T: Send + 'static>(
        &self,
        call: &Call,
        members: &'static [&'static str],
        mut read: impl FnMut(Entry) -> T + Send + 'static,
    ) -> Result<(Page<T>, Answer), Error> {
        let one_at_a_time = Arc::clone(&self.0.large_answer).lock_owned().await;
        let answer = self.send(call).await?;
        // the reading of it goes on where nobody waits for it any more
        let read = move |entry| {
            let _held = &one_at_a_time;
            read(entry)
        };
        call.page(answer, members, read).await
    }

    /// What follows the page `number`, of which the list is `listed` entries long.
    pub(in crate::access) fn next(
        &self,
        call: &Call,
        answer: &Answer,
        about: &Map<String, Value>,
        number: usize,
        listed: usize,
    ) -> Next {
        let mut links = answer.headers.get_all("link").iter();
        let in_header = links.find_map(|link| link_to_next(link.to_str().ok()?));
        if let Some(link) = in_body(about).or(in_header) {
            return match self.own_address(call, link) {
                Some(url) => Next::At(url.path().to_owned(), url.query().unwrap_or_default().to_owned()),
                None => Next::Missing(format!(
                    "the next page is said to be at {}, which is not the tenant",
                    text::quoted(link)
                )),
            };
        }
        if decode::names_next(about) || answer.links_to_next() {
            return Next::Missing("a next page is announced, and its address is not understood".to_owned());
        }
        let count = |names: &[&str]| names.iter().find_map(|name| decode::count(about, name));
        match (count(&["totalCount", "totalResults"]), count(&["totalPages"])) {
            (Some(total), _) if listed < total => Next::More,
            (None, Some(pages)) if number < pages => Next::More,
            _ => Next::None,
        }
    }

    /// `link`, which may be relative, if it leads to the tenant.
    fn own_address(&self, call: &Call, link: &str) -> Option<Url> {
        let here = format!("{}{}?{}", self.tenant_url().origin(), call.path, call.query);
        let url = Url::parse(&here).ok()?.join(link).ok()?;
        self.tenant_url().has_origin_of(&url).then_some(url)
    }
}

/// What tells entries without an id from each other.
fn fingerprint(entry: &Entry) -> u64 {
    let mut hasher = DefaultHasher::new();
    entry.as_ref().map(Value::to_string).hash(&mut hasher);
    hasher.finish()
}

/// How many entries a page has, by the tenant's account or, for want of that, by the one at hand.
fn size(about: &Map<String, Value>, listed: usize) -> usize {
    decode::count(about, "pageSize").unwrap_or(listed).max(1)
}

/// `next` in the list's links or beside them, an address or an object with `href`.
fn in_body(about: &Map<String, Value>) -> Option<&str> {
    decode::next_pages(about)
        .filter_map(|next| next.get("href").unwrap_or(next).as_str())
        .find(|address| !address.is_empty())
}

/// The address that a `Link` header calls the next one (RFC 8288, section 3).
fn link_to_next(header: &str) -> Option<&str> {
    header.split('<').skip(1).find_map(|link| {
        let (address, parameters) = link.split_once('>')?;
        let is_next = |parameter: &str| {
            let (name, value) = parameter.split_once('=')?;
            let mut relations = value.trim_matches([' ', ',', '"', '\t']).split_whitespace();
            (name.trim().eq_ignore_ascii_case("rel")
                && relations.any(|relation| relation.eq_ignore_ascii_case("next")))
            .then_some(())
        };
        parameters.split(';').find_map(is_next).map(|()| address)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_next_page_is_found_wherever_it_is_announced() {
        for (body, address) in [
            (json!({"items": []}), None),
            (json!({"next": null, "_links": {"next": null}}), None),
            (json!({"next": ""}), None),
            (json!({"next": "/a"}), Some("/a")),
            (json!({"next": {"href": "/a"}}), Some("/a")),
            (
                json!({"_links": {"next": {"href": "/b"}}, "next": "/a"}),
                Some("/b"),
            ),
            (json!({"_links": {"self": {"href": "/b"}}}), None),
            (json!({"links": {"next": "/c"}}), Some("/c")),
            (json!({"links": {"next": [{"href": "/c"}]}}), None),
            (json!({"next": 2}), None),
        ] {
            let about = body.as_object().expect("an object");
            assert_eq!(in_body(about), address, "{body}");
        }
        for (header, address) in [
            ("", None),
            (r#"</a>; rel="next""#, Some("/a")),
            ("</a,b>;rel=next", Some("/a,b")),
            (
                r#"</a>; rel="self", </b?c=1>; title=x; rel="last NEXT""#,
                Some("/b?c=1"),
            ),
            (r#"</a>; rel="prev""#, None),
            ("</a>", None),
            ("nonsense", None),
        ] {
            assert_eq!(link_to_next(header), address, "{header}");
        }
    }
}
