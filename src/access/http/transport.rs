//! One HTTP exchange: connections, TLS, limits. Whether to repeat it is decided elsewhere.
//!
//! Redirects are never followed, because they would take credentials along. The connections are set up at the first
//! request, because reading the platform's certificates takes longer than everything else at the start.

use std::error::Error as StdError;
use std::io;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{
    CONTENT_TYPE, DATE, ETAG, HeaderMap, HeaderName, HeaderValue, LINK, LOCATION, RETRY_AFTER,
};
use reqwest::redirect::Policy;
use reqwest::{Certificate, Method};
use rustls::CertificateError;
use terraform_plugin::text;
use tokio::sync::Semaphore;
use url::Url;
use zeroize::Zeroizing;

use super::error::{Error, ErrorKind, Facts, TlsCause};
use crate::access::config::Config;
use crate::access::tenant_url::TenantUrl;

/// For a connection including its TLS handshake.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// So much is read of an answer that is no success, bytes.
const LIMIT_OF_REFUSAL: usize = 1 << 20;

/// What is set aside for an answer that does not tell its length, bytes.
const ROOM: usize = 8 << 10;

/// One request as it goes out.
pub(in crate::access) struct Outgoing<'a> {
    pub method: &'a Method,
    pub path: &'a str,
    /// Without the question mark; may be empty.
    pub query: &'a str,
    pub headers: HeaderMap,
    pub body: Option<Bytes>,
    /// The largest body that is accepted, bytes.
    pub limit: usize,
}

/// What came back, whatever its status.
pub(in crate::access) struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Zeroizing<Vec<u8>>,
}

impl Answer {
    pub fn content_type(&self) -> Option<&str> {
        self.header(&CONTENT_TYPE)
    }

    pub fn location(&self) -> Option<&str> {
        self.header(&LOCATION)
    }

    pub fn date(&self) -> Option<&str> {
        self.header(&DATE)
    }

    pub fn retry_after(&self) -> Option<&str> {
        self.header(&RETRY_AFTER)
    }

    /// The `ETag`, unless it is a weak one, which no `If-Match` ever meets (RFC 9110, 13.1.1).
    pub fn etag(&self) -> Option<HeaderValue> {
        let etag = self.headers.get(ETAG)?;
        (!etag.as_bytes().starts_with(b"W/")).then(|| etag.clone())
    }

    /// Whether a `Link` header names a further page (RFC 8288).
    pub fn links_to_next(&self) -> bool {
        let links = self
            .headers
            .get_all(LINK)
            .iter()
            .filter_map(|it| it.to_str().ok());
        links.flat_map(|it| it.split([',', ';'])).any(|parameter| {
            parameter.split_once('=').is_some_and(|(name, value)| {
                let mut relations = value.trim().trim_matches('"').split_whitespace();
                name.trim().eq_ignore_ascii_case("rel") && relations.any(|it| it.eq_ignore_ascii_case("next"))
            })
        })
    }

    fn header(&self, name: &HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// The way to the tenant.
pub(in crate::access) struct Transport {
    tenant: TenantUrl,
    user_agent: HeaderValue,
    timeout: Duration,
    trust: Trust,
    http: OnceLock<Result<reqwest::Client, Error>>,
    permits: Semaphore,
}

enum Trust {
    /// http to loopback: there is nothing to verify, and no proxy between.
    Plain,
    Anything,
    PlatformAnd(Vec<Certificate>),
}

impl Transport {
    pub fn new(config: &Config) -> Result<Self, Error> {
        let user_agent = HeaderValue::from_str(&config.user_agent)
            .map_err(|_| Error::configuration("the user agent holds characters that a header cannot"))?;
        let extra = config
            .ca_certificate_pem
            .as_deref()
            .map(certificates)
            .transpose()?
            .unwrap_or_default();
        let trust = match () {
            () if config.tenant_url.as_str().starts_with("http://") => Trust::Plain,
            () if config.insecure_skip_verify => Trust::Anything,
            () => Trust::PlatformAnd(extra),
        };
        Ok(Self {
            tenant: config.tenant_url.clone(),
            user_agent,
            timeout: config.request_timeout,
            trust,
            http: OnceLock::new(),
            permits: Semaphore::new(config.max_concurrent_requests.clamp(1, Semaphore::MAX_PERMITS)),
        })
    }

    /// Sends `request` and reads the whole answer, when one of the permitted places is free.
    ///
    /// Nothing is sent anywhere but to the tenant, whatever the path is made of.
    pub async fn exchange(&self, request: Outgoing<'_>) -> Result<Answer, Error> {
        let (method, path) = (request.method, request.path);
        let fail = |kind, detail: String| Error::from(Facts::new(kind, name(method), path, detail));
        let Some(url) = self.address(path, request.query) else {
            let detail = "the address would not be the tenant's, so nothing was sent";
            return Err(fail(ErrorKind::Configuration, detail.to_owned()));
        };
        let http = self
            .http
            .get_or_init(|| self.connect())
            .as_ref()
            .map_err(Clone::clone)?;
        let _permit = self
            .permits
            .acquire()
            .await
            .map_err(|error| fail(ErrorKind::Lost, error.to_string()))?;

        let mut outgoing = http.request(method.clone(), url).headers(request.headers);
        if let Some(body) = request.body {
            outgoing = outgoing.body(body);
        }
        let sent = outgoing.send().await;
        let mut incoming = sent.map_err(|error| classify(error, method, path))?;
        let too_large = || {
            fail(
                ErrorKind::Protocol,
                format!("the answer is larger than {} bytes", request.limit),
            )
        };
        let expected = incoming
            .content_length()
            .and_then(|length| usize::try_from(length).ok())
            .unwrap_or(0);
        // Of what is no success the beginning is enough.
        let is_success = incoming.status().is_success();
        let limit = if is_success {
            request.limit
        } else {
            request.limit.min(LIMIT_OF_REFUSAL)
        };
        if expected > limit && is_success {
            return Err(too_large());
        }
        let expected = expected.min(limit);
        // Roomy, because growing leaves copies behind that nobody zeroises.
        let mut body = Zeroizing::new(Vec::with_capacity(expected.max(ROOM)));
        while let Some(chunk) = incoming
            .chunk()
            .await
            .map_err(|error| classify(error, method, path))?
        {
            let room = limit - body.len();
            if chunk.len() > room && is_success {
                return Err(too_large());
            }
            body.extend_from_slice(&chunk[..chunk.len().min(room)]);
            if body.len() == limit && !is_success {
                break;
            }
        }
        let headers = std::mem::take(incoming.headers_mut());
        Ok(Answer {
            status: incoming.status().as_u16(),
            headers,
            body,
        })
    }

    /// Where `path` and `query` are at the tenant; `None` if together with its origin they lead elsewhere.
    fn address(&self, path: &str, query: &str) -> Option<Url> {
        let question = if query.is_empty() { "" } else { "?" };
        let url = Url::parse(&format!("{}{path}{question}{query}", self.tenant.origin())).ok()?;
        (path.starts_with('/') && self.tenant.has_origin_of(&url)).then_some(url)
    }

    fn connect(&self) -> Result<reqwest::Client, Error> {
        // A second installation fails, and changes nothing.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = reqwest::Client::builder()
            .user_agent(self.user_agent.clone())
            .redirect(Policy::none())
            .connect_timeout(CONNECT_TIMEOUT.min(self.timeout))
            .timeout(self.timeout)
            .referer(false);
        let builder = match &self.trust {
            // A proxy would see the credentials in clear, and has no way to this machine's loopback anyway.
            Trust::Plain => builder.tls_certs_only([]).no_proxy(),
            Trust::Anything => builder.tls_danger_accept_invalid_certs(true),
            Trust::PlatformAnd(extra) => builder.tls_certs_merge(extra.iter().cloned()),
        };
        builder.build().map_err(|error| {
            let text = root_cause(&error).to_string();
            let mut facts = Facts::new(ErrorKind::Tls, "", "", format!("TLS cannot be set up: {text}"));
            if text.contains("No CA certificates") {
                facts.tls = Some(TlsCause::NoRoots);
            }
            facts.into()
        })
    }
}

/// The certificates in `pem`, at least one.
fn certificates(pem: &str) -> Result<Vec<Certificate>, Error> {
    let bad = |why: &str| Error::configuration(format!("the CA certificate is not usable: {why}"));
    if pem.contains("PRIVATE KEY-----") {
        return Err(bad("it holds a private key; give the certificate alone"));
    }
    let found = Certificate::from_pem_bundle(pem.as_bytes()).map_err(|_| bad("it is not valid PEM"))?;
    if found.is_empty() {
        return Err(bad(
            "it holds no block that begins with -----BEGIN CERTIFICATE-----",
        ));
    }
    // Broken DER is only found when the verifier is built, and then without a word on where it came from.
    let trial = reqwest::Client::builder().tls_certs_only(found.iter().cloned());
    let _ = rustls::crypto::ring::default_provider().install_default();
    trial
        .build()
        .map_err(|error| bad(&root_cause(&error).to_string()))?;
    Ok(found)
}

/// The method's name, for an error that outlives the request.
pub(in crate::access) fn name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        _ => "HTTP",
    }
}

/// What kind of failure a failed exchange is. The URL is left out: our own path says the same without a query.
fn classify(error: reqwest::Error, method: &Method, path: &str) -> Error {
    let tls = tls_cause(&error);
    let kind = match () {
        () if tls.is_some() && error.is_connect() => ErrorKind::Tls,
        () if error.is_dns() => ErrorKind::Dns,
        () if error.is_connect() => ErrorKind::Connect,
        () if error.is_timeout() => ErrorKind::Timeout,
        () if error.is_builder() => ErrorKind::Configuration,
        () => ErrorKind::Lost,
    };
    let what = match kind {
        ErrorKind::Tls => "the TLS handshake failed",
        ErrorKind::Dns => "the host name does not resolve",
        ErrorKind::Connect => "no connection",
        ErrorKind::Timeout => "no answer in time",
        ErrorKind::Configuration => "the request cannot be built",
        _ => "the connection broke before the answer was complete",
    };
    let mut facts = Facts::new(
        kind,
        name(method),
        path,
        // names in a certificate are whoever's who made it
        format!("{what} ({})", text::item(&root_cause(&error).to_string())),
    );
    facts.tls = tls;
    facts.source = Some(Arc::new(error.without_url()));
    facts.into()
}

/// The innermost error, which names the cause; the outer ones repeat "error sending request".
fn root_cause(error: &reqwest::Error) -> &(dyn StdError + 'static) {
    chain(error).last().unwrap_or(error)
}

/// All errors from `error` inwards. `io::Error` hides the error it wraps from `source`.
fn chain<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |error: &&'a (dyn StdError + 'static)| {
        let error: &'a (dyn StdError + 'static) = *error;
        match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(wrapped) => Some(wrapped),
            None => error.source(),
        }
    })
}

fn tls_cause(error: &reqwest::Error) -> Option<TlsCause> {
    let error = chain(error).find_map(|error| error.downcast_ref::<rustls::Error>())?;
    let rustls::Error::InvalidCertificate(certificate) = error else {
        return Some(TlsCause::Other);
    };
    Some(match certificate {
        CertificateError::UnknownIssuer | CertificateError::BadSignature => TlsCause::UnknownIssuer,
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            TlsCause::WrongName
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => TlsCause::Expired,
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => TlsCause::NotValidYet,
        // webpki refuses a CA as a server's own certificate; only the text tells.
        other if other.to_string().contains("CaUsedAsEndEntity") => TlsCause::CaAsServer,
        _ => TlsCause::Other,
    })
}

#[cfg(test)]
mod tests {
    use terraform_plugin::secret::Secret;

    use super::*;
    use crate::access::{DirectoryCreation, SignIn};

    fn transport(tenant: &str) -> Transport {
        let config = Config {
            tenant_url: TenantUrl::parse(tenant).expect(tenant),
            sign_in: SignIn::AccessToken(Secret::new("t")),
            ca_certificate_pem: None,
            insecure_skip_verify: false,
            request_timeout: Duration::from_secs(1),
            max_retries: 0,
            max_concurrent_requests: 1,
            user_agent: "test".to_owned(),
            directory_creation: DirectoryCreation::default(),
        };
        Transport::new(&config).expect("valid")
    }

    #[test]
    fn a_link_to_a_further_page_is_noticed() {
        for (link, named) in [
            (r#"<https://a.b/x?cursor=2>; rel="next""#, true),
            ("<https://a.b/x>; title=x; Rel=next", true),
            (
                r#"<https://a.b/1>; rel="prev", <https://a.b/3>; rel="last next""#,
                true,
            ),
            (r#"<https://a.b/next>; rel="self""#, false),
            ("", false),
        ] {
            let mut answer = Answer {
                status: 200,
                headers: HeaderMap::new(),
                body: Zeroizing::new(Vec::new()),
            };
            answer.headers.insert(LINK, HeaderValue::from_static(link));
            assert_eq!(answer.links_to_next(), named, "{link}");
        }
    }

    #[test]
    fn no_path_leads_away_from_the_tenant() {
        let transport = transport("https://acme.example");
        let at = |path, query| transport.address(path, query).map(String::from);
        for (path, query, address) in [
            ("/a/b", "", Some("https://acme.example/a/b")),
            ("/a", "b=https://c", Some("https://acme.example/a?b=https://c")),
            ("//elsewhere/a", "", Some("https://acme.example//elsewhere/a")),
            (r"/\elsewhere/a", "", Some("https://acme.example//elsewhere/a")),
            ("/@elsewhere/a", "", Some("https://acme.example/@elsewhere/a")),
            ("https://acme.example/a", "", None), // of blob:https://acme.example/a
            ("text/plain,a", "", None),
            ("@elsewhere/a", "", None),
            ("@acme.example/a", "", None),
            (":8443/a", "", None),
            (".elsewhere/a", "", None),
            ("elsewhere/a", "", None),
            ("", "", None),
            ("?a", "", None),
        ] {
            assert_eq!(at(path, query).as_deref(), address, "{path}");
        }
    }

    #[tokio::test]
    async fn what_would_leave_the_tenant_is_not_sent() {
        let transport = transport("http://127.0.0.1:1"); // where nobody listens
        for (path, kind) in [
            ("/a", ErrorKind::Connect),
            ("text/plain,a", ErrorKind::Configuration),
        ] {
            let request = Outgoing {
                method: &Method::POST,
                path,
                query: "",
                headers: HeaderMap::new(),
                body: Some(Bytes::from_static(b"secret")),
                limit: 1,
            };
            let error = transport.exchange(request).await.err().expect("no answer");
            assert_eq!(error.kind(), kind, "{error}");
        }
    }
}
