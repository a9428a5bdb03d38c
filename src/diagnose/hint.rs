//! One sentence of what to do, for the causes that are known.

use crate::access::{Area, Error, ErrorKind, SignInKind, TlsCause};

/// What to do about it, where the cause is known. One or two sentences, without a line break.
pub fn hint(error: &Error) -> Option<String> {
    let facts = error.facts();
    let host = facts.host.as_str();
    if let (Some(ahead), ErrorKind::Unauthorized) = (facts.clock_skew, error.kind()) {
        let direction = if ahead > 0 { "ahead of" } else { "behind" };
        return Some(format!(
            "The tenant's clock is {} s {direction} this machine's. Set the clock that is wrong: tokens look \
             expired, or not yet valid, to a clock that differs.",
            ahead.unsigned_abs()
        ));
    }
    let hint = match error.kind() {
        _ if facts.refused_pause.is_some() => "Nothing was repeated. Run it again when that time is over.".to_owned(),
        ErrorKind::Dns => format!(
            "Check tenant_url for a typo: no address is known for {host}. If the name is right, check \
             this machine's DNS and, behind a proxy, HTTPS_PROXY."
        ),
        ErrorKind::Connect => format!(
            "Check that {host} is the tenant, that this machine may connect to it, and the proxy in HTTPS_PROXY \
             and NO_PROXY."
        ),
        ErrorKind::Tls => tls(facts.tls, host)?,
        ErrorKind::Timeout => {
            "The tenant is slow or out of reach; raise request_timeout_seconds if it is slow.".to_owned()
        }
        ErrorKind::Unauthorized => match facts.sign_in? {
            SignInKind::AccessToken => "The access token has expired or was revoked, and cannot be renewed from \
                                        here. Give a new one, or sign in with client_id and client_secret."
                .to_owned(),
            _ => "The tenant rejects the token that it has just issued. Check that tenant_url is the host that \
                  issues this tenant's tokens."
                .to_owned(),
        },
        ErrorKind::Forbidden => forbidden(facts.area, facts.sign_in?),
        ErrorKind::InvalidClient => match facts.sign_in {
            Some(SignInKind::Session) => {
                "Check username and password. Only users of the system domain can sign in this way.".to_owned()
            }
            Some(SignInKind::ServiceClient) => "Check client_id and client_secret of the provider (WSOA_CLIENT_ID, \
                                                WSOA_CLIENT_SECRET): the client does not exist in this tenant, \
                                                or its secret was changed since."
                .to_owned(),
            _ => "Check client_id and client_secret: the client does not exist in this tenant, or its secret \
                  was changed since."
                .to_owned(),
        },
        ErrorKind::GrantRefused => "The client exists but may not have a token this way. Its grant types must \
                                    include client_credentials, and the scopes asked for must be among its own."
            .to_owned(),
        ErrorKind::NotJson | ErrorKind::Redirect => format!(
            "{host} answers with a web page or sends elsewhere, as login pages, proxies and other products do. \
             Check that tenant_url is the address of the Access tenant's API."
        ),
        ErrorKind::NotFound if facts.area == Area::Tokens => format!(
            "{host} does not have this endpoint. Check that tenant_url is the address of a Workspace ONE Access \
             (Omnissa Access) tenant, and not of Workspace ONE UEM or another product."
        ),
        ErrorKind::RateLimited => {
            "The tenant limits requests. Wait, or lower max_concurrent_requests.".to_owned()
        }
        ErrorKind::StillDeleting => "The tenant deletes a directory's users first, which can take long. Run it \
                                     again later, or raise delete_timeout_minutes."
            .to_owned(),
        ErrorKind::Conflict if facts.area == Area::Directories => match facts.method {
            "POST" => {
                "Another directory has this name or domain, or the tenant does not let directories be changed here."
            }
            // Said of the successor's directories, and likely here (EVIDENCE Q26).
            "DELETE" => {
                "Something may still use the directory. If authentication methods of it are used in access \
                 policies, remove them there first."
            }
            _ => return None,
        }
        .to_owned(),
        // EVIDENCE 0.2
        ErrorKind::MediaType if facts.area == Area::Directories && facts.method == "POST" => {
            "This tenant does not take this media type for directories of type Other (Omnissa KB 6000953). Nothing \
             else was tried, because application/json at this address may make a directory of another type. If the \
             tenant's documentation names another media type or path for it, give them in directory_media_type and \
             directory_create_path of the provider; or make the directory by the tenant's own means and import it."
                .to_owned()
        }
        ErrorKind::NotFound | ErrorKind::NotAllowed
            if facts.area == Area::Directories && facts.method == "POST" =>
        {
            "The tenant makes no directories at this address. Check directory_create_path of the provider: it is \
             for tenants whose documentation names another address than the usual one."
                .to_owned()
        }
        ErrorKind::MediaType => {
            "The tenant refuses both the vendor's media type and application/json for this request.".to_owned()
        }
        // Seen on the sister product, when the Host header is not the server's own name (EVIDENCE 4.1).
        _ if facts.status == Some(444) => {
            format!("The tenant answers only under its own host name. Check that {host} is that name.")
        }
        // only a loopback address may be asked in plain text
        ErrorKind::Lost if host.starts_with("http://") && facts.status.is_none() => {
            format!("{host} may want HTTPS. If so, write https:// in tenant_url (WSOA_TENANT_URL).")
        }
        _ => return None,
    };
    Some(hint)
}

fn tls(cause: Option<TlsCause>, host: &str) -> Option<String> {
    Some(match cause? {
        TlsCause::UnknownIssuer => format!(
            "The certificate of {host} is self-signed or from a private CA. Give that CA's certificate in \
             ca_certificate_file or ca_certificate_pem (WSOA_CA_CERTIFICATE_FILE, WSOA_CA_CERTIFICATE_PEM)."
        ),
        TlsCause::CaAsServer => format!(
            "{host} presents a CA certificate as its own, which is not accepted even when trusted. Give the appliance \
             a server certificate; insecure_skip_verify is the way around for experiments."
        ),
        TlsCause::WrongName => format!(
            "The certificate is for another name than {host}. Use the name in the certificate in tenant_url."
        ),
        TlsCause::Expired => {
            format!("The certificate of {host} has expired, unless this machine's clock is wrong.")
        }
        TlsCause::NotValidYet => {
            format!("The certificate of {host} is not valid yet. Check this machine's clock.")
        }
        TlsCause::NoRoots => {
            "This machine has no CA certificates. Install them (package ca-certificates), or give \
                              the tenant's CA in ca_certificate_pem or ca_certificate_file."
                .to_owned()
        }
        TlsCause::Other => return None,
    })
}

fn forbidden(area: Area, sign_in: SignInKind) -> String {
    let who = match sign_in {
        SignInKind::ServiceClient => {
            "The service client needs the scope admin and, on newer tenants, an admin role, which only the console \
             can give it (Settings > OAuth 2.0 Management)."
        }
        SignInKind::AccessToken => "The token's client or user needs the scope admin and an admin role.",
        SignInKind::Session => "The user needs an admin role.",
    };
    if area == Area::Directories {
        format!(
            "{who} If other calls succeed, the tenant may use Omnissa Identity Service, which makes directories \
             read-only in Access."
        )
    } else {
        who.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::access::Facts;

    fn hint(kind: ErrorKind, change: impl FnOnce(&mut Facts)) -> String {
        let mut facts = Facts::new(kind, "GET", "/p", "");
        facts.host = "https://acme.example".into();
        facts.sign_in = Some(SignInKind::ServiceClient);
        change(&mut facts);
        super::hint(&Error::from(facts)).unwrap_or_default()
    }

    #[test]
    fn known_causes_come_with_advice() {
        for (found, part) in [
            (hint(ErrorKind::Dns, |_| {}), "tenant_url"),
            (
                hint(ErrorKind::Tls, |e| e.tls = Some(TlsCause::UnknownIssuer)),
                "ca_certificate_pem",
            ),
            (
                hint(ErrorKind::Tls, |e| e.tls = Some(TlsCause::NotValidYet)),
                "clock",
            ),
            (
                hint(ErrorKind::Forbidden, |e| e.area = Area::Clients),
                "admin role",
            ),
            (
                hint(ErrorKind::Forbidden, |e| e.area = Area::Directories),
                "Omnissa Identity Service",
            ),
            (
                hint(ErrorKind::Unauthorized, |e| {
                    e.sign_in = Some(SignInKind::AccessToken);
                }),
                "new one",
            ),
            (
                hint(ErrorKind::Unauthorized, |e| e.clock_skew = Some(-3600)),
                "3600 s behind",
            ),
            (hint(ErrorKind::InvalidClient, |_| {}), "WSOA_CLIENT_SECRET"),
            (
                hint(ErrorKind::InvalidClient, |e| e.sign_in = None),
                "client_secret: ",
            ),
            (
                hint(ErrorKind::InvalidClient, |e| {
                    e.sign_in = Some(SignInKind::Session);
                }),
                "password",
            ),
            (
                hint(ErrorKind::MediaType, |e| {
                    (e.area, e.method) = (Area::Directories, "POST");
                }),
                "directory_media_type and directory_create_path",
            ),
            (
                hint(ErrorKind::NotAllowed, |e| {
                    (e.area, e.method) = (Area::Directories, "POST");
                }),
                "directory_create_path",
            ),
            (hint(ErrorKind::NotJson, |_| {}), "web page"),
            (
                hint(ErrorKind::Server, |e| e.refused_pause = Some(Duration::MAX)),
                "when that time is over",
            ),
            (hint(ErrorKind::RateLimited, |_| {}), "max_concurrent_requests"),
            (hint(ErrorKind::Redirect, |_| {}), "https://acme.example"),
        ] {
            assert!(found.contains(part), "{found:?} lacks {part:?}");
            assert!(!found.contains("  ") && !found.contains('\n'), "{found:?}");
        }
        assert_eq!(hint(ErrorKind::Server, |_| {}), "");
    }

    #[test]
    fn a_conflict_is_explained_by_what_was_asked_for() {
        for (area, method, part) in [
            (Area::Directories, "POST", "name or domain"),
            (Area::Directories, "DELETE", "access policies"),
            (Area::Directories, "PUT", ""),
            (Area::Clients, "POST", ""),
            (Area::Clients, "DELETE", ""),
        ] {
            let found = hint(ErrorKind::Conflict, |e| (e.area, e.method) = (area, method));
            assert_eq!(found.is_empty(), part.is_empty(), "{area:?} {method}");
            assert!(found.contains(part), "{found:?} lacks {part:?}");
        }
    }
}
