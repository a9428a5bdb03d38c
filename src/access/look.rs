//! One request and its answer as it is, for [`probe`](crate::probe): it asks how a tenant answers, and not for what.
//!
//! Limits, TLS, redirects and repetitions are those of every other call. What is not done is judging: a refusal is an
//! answer, and no media type is tried after another one.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::Method;
use reqwest::header::{ACCEPT, CONTENT_TYPE, ETAG, HeaderMap, HeaderValue};
use serde_json::Value;
use terraform_plugin::secret::Secret;
use url::Url;

use super::about::BROKER_DIRECTORIES;
use super::config::SignIn;
use super::decode;
use super::directories::directory::{Directory, id_in_address};
use super::directories::list::PATH;
use super::http::authorization::{basic, header};
use super::http::body::Body;
use super::http::call::{Call, LIST_LIMIT, judge};
use super::http::encode::segment;
use super::http::error::{Area, Error, ErrorKind, ServerError};
use super::http::retry::{Next, Repeat, Retry};
use super::http::transport::{Answer, Outgoing};
use super::http::{media_type, refusal};
use super::tenant::Tenant;
use super::tenant_url::SAML_METADATA;

/// An address of the tenant's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Endpoint<'a> {
    /// The token endpoint (EVIDENCE 1.3).
    Token,
    /// The check of a token (EVIDENCE 1.6).
    TokenCheck,
    /// The older discovery document (EVIDENCE 1.4).
    AuthDiscovery,
    /// The newer discovery document (EVIDENCE 1.4).
    AcsDiscovery,
    /// All OAuth 2.0 clients.
    Clients,
    /// The client with this id.
    Client(&'a str),
    /// All directories.
    Directories,
    /// The directory with this id.
    Directory(&'a str),
    /// The domains of the directory with this id (EVIDENCE 3.3).
    DirectoryDomains(&'a str),
    /// The users, over SCIM 1.1 (EVIDENCE 3.7).
    ScimUsers,
    /// The metadata of the tenant as a SAML service provider (EVIDENCE 4.8).
    SamlMetadata,
    /// The directories of Omnissa Identity Service, which a tenant has or has not (EVIDENCE 4.7).
    IdentityServiceDirectories,
}

/// Which media types a request names, for its body and for its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Media {
    /// The vendor's first, `application/json` after it: as every other call does.
    Usual,
    /// The vendor's alone.
    Vendor,
    /// `application/json` alone.
    Json,
}

/// As whom a request is made.
#[derive(Clone, Copy)]
pub enum Caller<'a> {
    /// Nobody.
    Nobody,
    /// The admin.
    Admin,
    /// Whoever has this token.
    Bearer(&'a Secret),
    /// The client with this id and secret, in the `Authorization` header.
    Basic(&'a str, &'a Secret),
}

/// What a request brings along.
pub enum Payload<'a> {
    /// Nothing.
    None,
    /// JSON.
    Json(Value),
    /// A form.
    Form(&'a [(&'a str, &'a str)]),
}

/// One request.
pub struct Ask<'a> {
    /// The method.
    pub method: Method,
    /// The address.
    pub endpoint: Endpoint<'a>,
    /// Encoded, without the question mark. Never a secret.
    pub query: &'a str,
    /// The media types.
    pub media: Media,
    /// As whom.
    pub caller: Caller<'a>,
    /// The body.
    pub payload: Payload<'a>,
}

impl<'a> Ask<'a> {
    /// A GET as the admin.
    pub fn get(endpoint: Endpoint<'a>) -> Self {
        Self::new(Method::GET, endpoint, Payload::None)
    }

    /// A request as the admin.
    pub fn new(method: Method, endpoint: Endpoint<'a>, payload: Payload<'a>) -> Self {
        Self {
            method,
            endpoint,
            query: "",
            media: Media::Usual,
            caller: Caller::Admin,
            payload,
        }
    }

    /// The same as somebody else.
    #[must_use]
    pub fn as_caller(self, caller: Caller<'a>) -> Self {
        Self { caller, ..self }
    }

    /// The same in other media types.
    #[must_use]
    pub fn in_media(self, media: Media) -> Self {
        Self { media, ..self }
    }

    /// The same with a query.
    #[must_use]
    pub fn with_query(self, query: &'a str) -> Self {
        Self { query, ..self }
    }
}

/// What came back.
pub struct Look {
    answer: Answer,
    /// How long it took, with all repetitions.
    pub took: Duration,
}

impl Look {
    /// The status.
    pub fn status(&self) -> u16 {
        self.answer.status
    }

    /// Whether the status is a success and the answer no web page.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.answer.status) && !self.is_page()
    }

    /// Whether it is a web page, which the API never answers with.
    pub fn is_page(&self) -> bool {
        media_type::is_page(self.answer.content_type(), &self.answer.body)
    }

    /// The media type, verbatim.
    pub fn content_type(&self) -> Option<&str> {
        self.answer.content_type()
    }

    /// Whether there is no body.
    pub fn is_empty(&self) -> bool {
        self.answer.body.trim_ascii().is_empty()
    }

    /// The body as JSON. It may hold secrets.
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.answer.body).ok()
    }

    /// The body as text. It may hold secrets.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.answer.body).unwrap_or_default()
    }

    /// What the tenant says is wrong (EVIDENCE 4.1).
    pub fn errors(&self) -> Vec<ServerError> {
        match self.json() {
            Some(Value::Object(object)) => refusal::server_errors(&object, &[]),
            _ => Vec::new(),
        }
    }

    /// The `ETag`: `None` without one, otherwise whether it is a strong one.
    pub fn strong_etag(&self) -> Option<bool> {
        self.answer.headers.get(ETAG)?;
        Some(self.answer.etag().is_some())
    }

    /// Whether a header or the body names a further page.
    pub fn names_next(&self) -> bool {
        self.answer.links_to_next()
            || self
                .json()
                .is_some_and(|list| list.as_object().is_some_and(decode::names_next))
    }

    /// The directory that it shows, or whose address it names.
    pub fn directory(&self) -> Option<Directory> {
        let mut object = match self.json() {
            Some(Value::Object(object)) => object,
            _ => serde_json::Map::new(),
        };
        if let Some(id) = self.answer.location().and_then(id_in_address) {
            object.entry("id").or_insert(Value::String(id));
        }
        Directory::read(&object)
    }

    /// The directories that it lists, as far as they can be read.
    pub fn directories(&self) -> Vec<Directory> {
        let list = self.json().unwrap_or_default();
        let entries = list.get("items").unwrap_or(&list).as_array();
        let objects = entries.into_iter().flatten().filter_map(Value::as_object);
        objects.filter_map(Directory::read).collect()
    }
}

impl Tenant {
    /// Makes one request and returns its answer, whatever that is. An error is a request that got no answer, or was not
    /// sent because signing in failed.
    pub async fn look(&self, ask: Ask<'_>) -> Result<Look, Error> {
        let call = self.asked(&ask)?;
        let admin = match ask.caller {
            Caller::Admin => Some(self.admin_token().await.map_err(|error| self.unsent(&error))?),
            _ => None,
        };
        let mut headers = call.headers(ask.media == Media::Json, admin.as_deref())?;
        narrow(&mut headers, &call, ask.media)?;
        let writes = call.method != Method::GET && call.area == Area::Directories;
        let _write = writes.then(|| self.0.directories.write()); // lists from before are no longer good
        let started = self.clock().now();
        let mut retry = Retry::new(call.repeat, self.0.config.max_retries);
        loop {
            let outcome = self.0.http.transport.exchange(Outgoing {
                method: &call.method,
                path: &call.path,
                query: &call.query,
                headers: headers.clone(),
                body: call.body.as_ref().map(|body| body.bytes.clone()),
                limit: call.limit,
            });
            let outcome = outcome.await.map_err(|error| {
                error.with(|facts| self.0.config.tenant_url.origin().clone_into(&mut facts.host))
            });
            let now = self.clock().now();
            let failure = match &outcome {
                Ok(answer) => judge(&call, answer, admin.as_deref(), now).map(Error::from),
                Err(error) => Some(error.clone()),
            };
            let next = failure.map_or(Next::Never, |error| retry.next(&error));
            match next {
                Next::After(pause) if !self.is_interrupted() => self.sleep(pause).await,
                _ => {
                    let took = took(started, now);
                    return outcome.map(|answer| Look { answer, took });
                }
            }
        }
    }

    /// All directories as they are listed now, and whether the list is whole: only then is absent what is not in it.
    pub async fn directories_now(&self) -> Result<(Vec<Directory>, bool), Error> {
        let listing = self.directory_list(Duration::ZERO).await?;
        Ok((listing.directories.clone(), listing.why_not_whole().is_none()))
    }

    /// The id and secret of the service client as which this client signs in, if it does.
    pub fn own_service_client(&self) -> Option<(&str, &Secret)> {
        match &self.0.config.sign_in {
            SignIn::ServiceClient {
                client_id,
                client_secret,
            } => Some((client_id, client_secret)),
            SignIn::AccessToken(_) | SignIn::Session { .. } => None,
        }
    }

    /// Signs in, if that has not happened yet.
    pub async fn signed_in(&self) -> Result<(), Error> {
        self.admin_token()
            .await
            .map(|_| ())
            .map_err(|error| self.unsent(&error))
    }

    /// Whether this client signs in with a token that was minted elsewhere.
    pub fn is_given_a_token(&self) -> bool {
        matches!(self.0.config.sign_in, SignIn::AccessToken(_))
    }

    /// Whether the tenant is below a path of its host (EVIDENCE Q28).
    pub fn is_below_a_path(&self) -> bool {
        !self.tenant_url().path_beside("").is_empty()
    }

    /// Whether `url` is an address of the tenant's scheme, host and port.
    pub fn is_at_the_tenant(&self, url: &str) -> bool {
        Url::parse(url).is_ok_and(|url| self.tenant_url().has_origin_of(&url))
    }

    fn asked(&self, ask: &Ask<'_>) -> Result<Call, Error> {
        let (path, vendor, area) = self.address(ask.endpoint)?;
        let creates = ask.method == Method::POST && matches!(area, Area::Clients | Area::Directories);
        let mut call = Call {
            query: ask.query.to_owned(),
            vendor,
            repeat: if creates { Repeat::Never } else { Repeat::Safe },
            limit: LIST_LIMIT,
            ..Call::new(ask.method.clone(), path, area)
        };
        call.body = match &ask.payload {
            Payload::None => None,
            Payload::Json(value) => Some(Body::json(value.clone())?),
            Payload::Form(pairs) => Some(Body::form(pairs)),
        };
        match ask.caller {
            Caller::Nobody | Caller::Admin => {}
            Caller::Bearer(token) => call.authorization = Some(header("Bearer ", token)?),
            Caller::Basic(id, secret) => call.authorization = Some(basic(id, secret)?.0),
        }
        Ok(call)
    }

    fn address(&self, endpoint: Endpoint<'_>) -> Result<(String, Option<&'static str>, Area), Error> {
        const CLIENTS: &str = "/jersey/manager/api/oauth2clients";
        let url = self.tenant_url();
        let directory =
            |id, below: &str| Ok::<_, Error>(url.path(&format!("{}/{}{below}", PATH, segment(id)?)));
        Ok(match endpoint {
            Endpoint::Token => (url.path("/auth/oauthtoken"), None, Area::Tokens),
            Endpoint::TokenCheck => (url.path("/API/1.0/REST/auth/token"), None, Area::Tokens),
            Endpoint::AuthDiscovery => (
                url.path("/auth/.well-known/openid-configuration"),
                None,
                Area::Tokens,
            ),
            Endpoint::AcsDiscovery => {
                let path = url.path_beside("/acs/.well-known/openid-configuration");
                (path, None, Area::Tokens)
            }
            Endpoint::Clients => (url.path(CLIENTS), Some(media_type::CLIENT_LIST), Area::Clients),
            Endpoint::Client(id) => {
                let path = url.path(&format!("{CLIENTS}/{}", segment(id)?));
                (path, Some(media_type::CLIENT), Area::Clients)
            }
            Endpoint::Directories => {
                let path = url.path(PATH);
                (path, Some(media_type::DIRECTORY_LIST), Area::Directories)
            }
            Endpoint::Directory(id) => (
                directory(id, "")?,
                Some(media_type::OTHER_DIRECTORY),
                Area::Directories,
            ),
            Endpoint::DirectoryDomains(id) => (
                directory(id, "/domains")?,
                Some(media_type::DOMAIN_LIST),
                Area::Directories,
            ),
            Endpoint::ScimUsers => (url.path("/jersey/manager/api/scim/Users"), None, Area::Other),
            Endpoint::SamlMetadata => (url.path(SAML_METADATA), None, Area::Other),
            Endpoint::IdentityServiceDirectories => (url.path_beside(BROKER_DIRECTORIES), None, Area::Other),
        })
    }
}

/// Has `headers` name one media type alone. A creation is asked for at the list, and is about
/// one of its objects.
fn narrow(headers: &mut HeaderMap, call: &Call, media: Media) -> Result<(), Error> {
    let creates = call.method == Method::POST;
    let vendor = match call.vendor {
        Some(media_type::CLIENT_LIST) if creates => Some(media_type::CLIENT),
        Some(media_type::DIRECTORY_LIST) if creates => Some(media_type::OTHER_DIRECTORY),
        vendor => vendor,
    };
    let Some(vendor) = vendor else {
        return Ok(());
    };
    let text = |text: &str| {
        HeaderValue::from_str(text).map_err(|_| Error::configuration("a header holds odd characters"))
    };
    let (accept, content) = match media {
        Media::Usual => (media_type::accept(Some(vendor)), vendor),
        Media::Vendor => (vendor.to_owned(), vendor),
        Media::Json => (media_type::JSON.to_owned(), media_type::JSON),
    };
    headers.insert(ACCEPT, text(&accept)?);
    if headers.contains_key(CONTENT_TYPE) {
        headers.insert(CONTENT_TYPE, text(content)?);
    }
    Ok(())
}

fn took(started: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(now.duration_since(started)).unwrap_or_default()
}

/// Whether an error is about this machine or the way to the tenant, and not about what was asked.
pub fn is_out_of_reach(error: &Error) -> bool {
    use ErrorKind::{Configuration, Connect, Dns, Lost, Timeout, Tls};
    matches!(error.kind(), Configuration | Connect | Dns | Lost | Timeout | Tls)
}
