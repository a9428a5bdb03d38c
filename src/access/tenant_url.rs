//! The address of a tenant, and where its API lives below it (EVIDENCE 4.6, Q28).

use std::fmt;
use std::net::IpAddr;

use url::{Host, Url};

/// Why a text is no tenant URL. The messages never repeat user names, passwords or queries.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TenantUrlError {
    /// No text at all.
    #[error(
        "the tenant URL is empty; give the address of the tenant, such as https://acme.workspaceoneaccess.com"
    )]
    Empty,
    /// A bare host name.
    #[error("the tenant URL has no scheme; write https:// in front of the host name")]
    NoScheme,
    /// A scheme that is neither https nor http.
    #[error("the tenant URL must start with https://, not {0}://")]
    Scheme(String),
    /// http to another machine.
    #[error(
        "the tenant URL must start with https://, because secrets would be readable on the way; http:// is for loopback addresses only"
    )]
    PlainHttp,
    /// A user name or a password in front of the host.
    #[error(
        "the tenant URL must not contain a user name or password; credentials have arguments of their own"
    )]
    UserInfo,
    /// A query.
    #[error("the tenant URL must not have a query (the part from ? on)")]
    Query,
    /// A fragment.
    #[error("the tenant URL must not have a fragment (the part from # on)")]
    Fragment,
    /// A page or an API path below the tenant.
    #[error("the tenant URL has a path beyond the tenant's own; give {0}")]
    TooDeep(String),
    /// Anything else that the URL standard does not allow.
    #[error("the tenant URL is not a valid URL: {0}")]
    Invalid(String),
}

/// The address of a tenant: scheme, host, port and an optional path prefix, without a slash at the end.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TenantUrl {
    text: String,
    /// `https://host[:port]`.
    origin: String,
    /// The path of the URL, empty or with a slash in front.
    prefix: String,
    /// `/SAAS` or `/SAAS/t/{tenant}`, with what stands before it.
    root: String,
}

/// Below `/SAAS` or `/SAAS/t/{tenant}`.
pub(super) const SAML_METADATA: &str = "/API/1.0/GET/metadata/sp.xml";

/// First path segments that belong to the product, so they are never part of a prefix.
const PRODUCT_PATHS: [&str; 3] = ["SAAS", "acs", "catalog-portal"];

impl TenantUrl {
    /// Reads a tenant URL.
    ///
    /// Allowed are https with any host and port, http on loopback, and a path prefix: either a reverse proxy's
    /// (`/access`, the API is then at `/access/SAAS/…`) or a tenant's (`/SAAS/t/acme`, `/SAAS/t/acme/jersey/…`).
    ///
    /// # Errors
    /// [`TenantUrlError`] says what is wrong, and for an address that is too long, which part of it to give.
    pub fn parse(text: &str) -> Result<Self, TenantUrlError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(TenantUrlError::Empty);
        }
        let Some((scheme, _)) = text.split_once("://") else {
            return Err(TenantUrlError::NoScheme);
        };
        if !scheme
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
        {
            return Err(TenantUrlError::NoScheme); // `host/path?u=https://…`; not echoed, it may hold anything
        }
        let url = Url::parse(text).map_err(|error| TenantUrlError::Invalid(error.to_string()))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(TenantUrlError::UserInfo);
        }
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(&url) => {}
            "http" => return Err(TenantUrlError::PlainHttp),
            other => return Err(TenantUrlError::Scheme(other.to_owned())),
        }
        if url.fragment().is_some() {
            return Err(TenantUrlError::Fragment);
        }
        if url.query().is_some() {
            return Err(TenantUrlError::Query);
        }
        let origin = url.origin().ascii_serialization();
        let segments: Vec<&str> = url
            .path()
            .split('/')
            .filter(|segment| !segment.is_empty())
            .collect();
        let product = segments.iter().position(|segment| {
            PRODUCT_PATHS
                .iter()
                .any(|known| known.eq_ignore_ascii_case(segment))
        });
        let outer = join(&segments[..product.unwrap_or(segments.len())]);
        let below = product.map_or(&[][..], |at| &segments[at..]);
        let (prefix, root) = match below {
            [] => (outer.clone(), format!("{outer}/SAAS")),
            [saas, t, _tenant] if saas.eq_ignore_ascii_case("saas") && *t == "t" => {
                let prefix = format!("{outer}{}", join(below));
                (prefix.clone(), prefix)
            }
            [saas, t, tenant, ..] if saas.eq_ignore_ascii_case("saas") && *t == "t" => {
                return Err(TenantUrlError::TooDeep(format!(
                    "{origin}{outer}{}",
                    join(&[saas, t, tenant])
                )));
            }
            _ => return Err(TenantUrlError::TooDeep(format!("{origin}{outer}"))),
        };
        Ok(Self {
            text: format!("{origin}{prefix}"),
            origin,
            prefix,
            root,
        })
    }

    /// The URL without a slash at the end.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The URL without its scheme: what tells the tenant from all others.
    pub fn without_scheme(&self) -> &str {
        self.text.split_once("://").map_or("", |(_, rest)| rest)
    }

    /// Where Okta's connector finds SCIM 1.1, without a slash at the end (EVIDENCE 3.7).
    pub fn scim_base_url(&self) -> String {
        format!("{}{}/jersey/manager/api/scim", self.origin, self.root)
    }

    /// The entity id of the tenant as a SAML service provider, which is where its metadata is (EVIDENCE 4.8).
    pub fn saml_entity_id(&self) -> String {
        self.saml_metadata_url()
    }

    /// Where the tenant takes SAML assertions (EVIDENCE 4.8).
    pub fn saml_acs_url(&self) -> String {
        format!("{}{}/auth/saml/response", self.origin, self.root)
    }

    /// Where the metadata of the tenant as a SAML service provider is, for everybody (EVIDENCE 4.8).
    pub fn saml_metadata_url(&self) -> String {
        format!("{}{}", self.origin, self.path(SAML_METADATA))
    }

    /// `https://host[:port]`.
    pub(in crate::access) fn origin(&self) -> &str {
        &self.origin
    }

    /// Whether a request to `url` goes to the tenant, by its scheme, host and port, and brings no credentials of its own.
    ///
    /// The scheme is compared for itself, because the origin of `blob:https://acme.example/` is that of the inner URL.
    pub(in crate::access) fn has_origin_of(&self, url: &Url) -> bool {
        let scheme = self.origin.split_once(':').map_or("", |(scheme, _)| scheme);
        url.scheme() == scheme
            && url.origin().ascii_serialization() == self.origin
            && url.username().is_empty()
            && url.password().is_none()
    }

    /// The path of `rest` below `/SAAS` or `/SAAS/t/{tenant}`; `rest` starts with a slash.
    pub(in crate::access) fn path(&self, rest: &str) -> String {
        format!("{}{rest}", self.root)
    }

    /// The path of `rest` below the tenant URL itself; `rest` starts with a slash.
    pub(in crate::access) fn path_beside(&self, rest: &str) -> String {
        format!("{}{rest}", self.prefix)
    }
}

impl fmt::Display for TenantUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn join(segments: &[&str]) -> String {
    segments
        .iter()
        .fold(String::new(), |path, segment| path + "/" + segment)
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        // Names below it may resolve to anything: only some resolvers keep them on this machine.
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => IpAddr::from(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::from(address).is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_hosts_ports_and_prefixes() {
        for (given, text, api) in [
            (
                "https://acme.workspaceoneaccess.com",
                "https://acme.workspaceoneaccess.com",
                "/SAAS/x",
            ),
            (
                " https://acme.vmwareidentity.de/ ",
                "https://acme.vmwareidentity.de",
                "/SAAS/x",
            ),
            (
                "HTTPS://Access.Corp.Example:8443//",
                "https://access.corp.example:8443",
                "/SAAS/x",
            ),
            (
                "https://access.corp.example:443",
                "https://access.corp.example",
                "/SAAS/x",
            ),
            (
                "https://vra/SAAS/t/acme/",
                "https://vra/SAAS/t/acme",
                "/SAAS/t/acme/x",
            ),
            (
                "https://proxy.example/access",
                "https://proxy.example/access",
                "/access/SAAS/x",
            ),
            (
                "https://proxy.example/a/SAAS/t/b",
                "https://proxy.example/a/SAAS/t/b",
                "/a/SAAS/t/b/x",
            ),
            (
                "https://[2001:db8::1]:8443",
                "https://[2001:db8::1]:8443",
                "/SAAS/x",
            ),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080", "/SAAS/x"),
            ("http://localhost:8080/", "http://localhost:8080", "/SAAS/x"),
            ("http://[::1]:8080", "http://[::1]:8080", "/SAAS/x"),
        ] {
            let url = TenantUrl::parse(given).expect(given);
            assert_eq!((url.as_str(), url.path("/x").as_str()), (text, api), "{given}");
        }
    }

    #[test]
    fn scim_lives_below_the_manager_api() {
        let url = TenantUrl::parse("https://acme.example/").expect("valid");
        assert_eq!(
            url.scim_base_url(),
            "https://acme.example/SAAS/jersey/manager/api/scim"
        );
        let url = TenantUrl::parse("https://acme.example/SAAS/t/b").expect("valid");
        assert_eq!(
            url.scim_base_url(),
            "https://acme.example/SAAS/t/b/jersey/manager/api/scim"
        );
        assert_eq!(url.path_beside("/acs/x"), "/SAAS/t/b/acs/x");
    }

    #[test]
    fn only_its_own_addresses_are_the_tenants() {
        let tenant = TenantUrl::parse("https://acme.example").expect("valid");
        for (address, own) in [
            ("https://acme.example/x?y", true),
            ("HTTPS://ACME.example:443/x", true),
            (r"https:\\acme.example\x", true), // as browsers read it
            ("https:acme.example/x", true),
            ("http://acme.example/x", false),
            ("https://acme.example:8443/x", false),
            ("https://acme.example./x", false),
            ("https://user@acme.example/x", false),
            ("https://:secret@acme.example/x", false),
            ("https://acme.example@elsewhere.example/x", false),
            ("blob:https://acme.example/x", false),
            ("data:text/plain,https://acme.example/", false),
            ("wss://acme.example/x", false),
            ("file:///x", false),
        ] {
            let url = Url::parse(address).expect(address);
            assert_eq!(tenant.has_origin_of(&url), own, "{address}");
        }
    }

    #[test]
    fn refuses_what_is_no_tenant() {
        for (given, error) in [
            ("", TenantUrlError::Empty),
            ("acme.example", TenantUrlError::NoScheme),
            ("acme.example:8443", TenantUrlError::NoScheme),
            ("acme.example?u=http://x", TenantUrlError::NoScheme),
            ("ftp://acme.example", TenantUrlError::Scheme("ftp".into())),
            ("http://acme.example", TenantUrlError::PlainHttp),
            ("http://10.0.0.1", TenantUrlError::PlainHttp),
            ("http://acme.localhost:8080", TenantUrlError::PlainHttp),
            ("http://localhost.", TenantUrlError::PlainHttp),
            ("https://admin:hunter2@acme.example", TenantUrlError::UserInfo),
            ("https://hunter2@acme.example", TenantUrlError::UserInfo),
            ("https://acme.example/?token=hunter2", TenantUrlError::Query),
            ("https://acme.example/#hunter2", TenantUrlError::Fragment),
            (
                "https://acme.example/SAAS",
                TenantUrlError::TooDeep("https://acme.example".into()),
            ),
            (
                "https://acme.example/SAAS/",
                TenantUrlError::TooDeep("https://acme.example".into()),
            ),
            (
                "https://acme.example/saas/auth",
                TenantUrlError::TooDeep("https://acme.example".into()),
            ),
            (
                "https://acme.example/SAAS/jersey/manager/api/scim",
                TenantUrlError::TooDeep("https://acme.example".into()),
            ),
            (
                "https://acme.example/SAAS/t/b/auth/oauthtoken",
                TenantUrlError::TooDeep("https://acme.example/SAAS/t/b".into()),
            ),
            (
                "https://acme.example/SAAS/t",
                TenantUrlError::TooDeep("https://acme.example".into()),
            ),
            (
                "https://acme.example/catalog-portal/ui",
                TenantUrlError::TooDeep("https://acme.example".into()),
            ),
        ] {
            let found = TenantUrl::parse(given).expect_err(given);
            assert_eq!(found, error, "{given}");
            assert!(!found.to_string().contains("hunter2"), "{found}");
        }
        let invalid = TenantUrl::parse("https://user:hunter2@:port/").expect_err("no host");
        assert!(!invalid.to_string().contains("hunter2"), "{invalid}");
    }
}
