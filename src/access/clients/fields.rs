//! What an OAuth 2.0 client consists of, and how that looks on the wire (EVIDENCE 2.2, 2.4).

use std::collections::BTreeSet;
use std::fmt;

use serde_json::{Map, Value};
use terraform_plugin::secret::Secret;

use super::kinds::{Addresses, Flag, Kind, Minutes, Text, Uuid, Words, put};
use crate::access::decode;

/// Declares what a client has, one field a line: its name here, its kind, and the API's names for it. All of them are
/// read, and the one that the tenant uses is written; the first, where it uses none yet. The dollar sign is for the macro
/// that is made here.
macro_rules! fields {
    ($d:tt $($(#[$doc:meta])* $name:ident: $kind:ident = $($api:literal)|+,)*) => {
        /// An OAuth 2.0 client. `None` means "not sent" in a request and "not told" in an answer (EVIDENCE 2.2, 2.4).
        #[derive(Clone, Default, PartialEq, Eq)]
        pub struct OAuthClient {
            /// `clientId`, unique in the tenant.
            pub client_id: String,
            $($(#[$doc])* pub $name: <$kind as Kind>::Told,)*
            /// `secret`: the one to send, or the one that an answer shows. `None` when absent, empty or made of stars;
            /// what is shown may still be a mask in another form, such as the last four digits (EVIDENCE Q2).
            pub secret: Option<Secret>,
        }

        /// What an update shall change; `None` leaves a field as the tenant has it.
        #[derive(Clone, Default, PartialEq, Eq)]
        pub struct OAuthClientChange {
            $($(#[$doc])* pub $name: Option<<$kind as Kind>::Wanted>,)*
            /// What else is known. It is sent where the tenant does not tell it, as it might take it for removed, and
            /// otherwise left as the tenant has it.
            pub known: Option<Box<OAuthClientChange>>,
        }

        impl OAuthClient {
            /// Reads an answer. `None` without a `clientId`.
            pub(in crate::access) fn read(object: &Map<String, Value>) -> Option<Self> {
                Some(Self {
                    client_id: decode::text(object, &["clientId"])?,
                    $($name: $kind::read(object, &[$($api),+]),)*
                    secret: object
                        .get("secret")
                        .and_then(Value::as_str)
                        .filter(|s| !is_masked(s))
                        .map(Secret::new),
                })
            }
        }

        impl OAuthClientChange {
            /// Everything that `client` says.
            pub(in crate::access) fn all_of(client: &OAuthClient) -> Self {
                let client = client.clone();
                Self {
                    $($name: $kind::wanted(client.$name),)*
                    known: None,
                }
            }

            /// This, and what is known besides and `client` is not told to have.
            pub(in crate::access) fn with_what_is_not_told(&self, client: &OAuthClient) -> Self {
                let mut change = Self { known: None, ..self.clone() };
                if let Some(known) = &self.known {
                    let told = Self::all_of(client);
                    $(if change.$name.is_none() && told.$name.is_none() {
                        change.$name.clone_from(&known.$name);
                    })*
                }
                change
            }

            /// Writes each field that is to be changed, and leaves the others as they are.
            fn write_into(&self, body: &mut Map<String, Value>) {
                $(if let Some(wanted) = &self.$name {
                    put(body, &[$($api),+], &$kind::write(wanted));
                })*
            }

            /// Whether `client` is as this change wants it, the secret aside.
            pub(in crate::access) fn is_visible_in(&self, client: &OAuthClient) -> bool {
                $(self.$name.as_ref().is_none_or(|wanted| $kind::same(wanted, &client.$name)))&&*
            }

            /// Whether `client` is told to be otherwise. What is not told is no contradiction.
            pub(in crate::access) fn is_contradicted_by(&self, client: &OAuthClient) -> bool {
                $(self.$name.as_ref().is_some_and(|wanted| {
                    $kind::wanted(client.$name.clone()).is_some() && !$kind::same(wanted, &client.$name)
                }))||*
            }
        }

        /// Hands the names of all fields but the id and the secret to another macro.
        macro_rules! each_client_field {
            ($d callback:ident) => {
                $d callback! { $($name,)* }
            };
        }
        pub(crate) use each_client_field;

        /// Whether what a tenant tells of a field means the same as what is wanted.
        pub mod same {
            use super::Kind;

            $(/// See the field of this name.
            pub fn $name(
                wanted: &<super::$kind as Kind>::Wanted,
                told: &<super::$kind as Kind>::Told,
            ) -> bool {
                super::$kind::same(wanted, told)
            })*
        }
    };
}

fields! { $
    /// `rememberAs`, the friendly name.
    display_name: Text = "rememberAs",
    /// `scope`, as a set.
    scopes: Words = "scope",
    /// `authGrantTypes`, as a set; `grantTypes` on some tenants (EVIDENCE 2.5).
    grant_types: Words = "authGrantTypes" | "grantTypes",
    /// `redirectUri`, split on white space and commas; in a change, an empty set removes them all.
    redirect_uris: Addresses = "redirectUri",
    /// `accessTokenTTL`, minutes (EVIDENCE Q17).
    access_token_ttl_minutes: Minutes = "accessTokenTTL",
    /// `refreshTokenTTL`, minutes.
    refresh_token_ttl_minutes: Minutes = "refreshTokenTTL",
    /// `refreshTokenIdleTTL`, minutes.
    refresh_token_idle_ttl_minutes: Minutes = "refreshTokenIdleTTL",
    /// `displayUserGrant`.
    display_user_grant: Flag = "displayUserGrant",
    /// `inheritanceAllowed`.
    inheritance_allowed: Flag = "inheritanceAllowed",
    /// `internalSystemClient`.
    internal_system_client: Flag = "internalSystemClient",
    /// `resourceUuid`.
    resource_uuid: Uuid = "resourceUuid",
}

impl fmt::Debug for OAuthClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OAuthClient")
            .field("client_id", &self.client_id)
            .field("scopes", &self.scopes)
            .field("grant_types", &self.grant_types)
            .finish_non_exhaustive() // the secret, above all
    }
}

/// What the list tells of a client (EVIDENCE 2.5).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OAuthClientSummary {
    /// `clientId`.
    pub client_id: String,
    /// `rememberAs`.
    pub display_name: Option<String>,
    /// `scope`, as a set.
    pub scopes: BTreeSet<String>,
    /// `grantTypes`, as a set; empty on tenants that do not list them.
    pub grant_types: BTreeSet<String>,
    /// `internal` or `internalSystemClient`.
    pub internal: Option<bool>,
    /// `publicClient` (EVIDENCE 2.5).
    pub public_client: Option<bool>,
    /// `pkceEnforced` (EVIDENCE 2.5).
    pub pkce_enforced: Option<bool>,
    /// `isActivated` (EVIDENCE 2.5).
    pub is_activated: Option<bool>,
}

/// Where the secret of a new client comes from, which decides what it proves of a client that has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// Generated for this very call: nobody else has it, so a client that accepts it is ours.
    FreshSecret,
    /// Given by the user, who may have created another client with it before. It proves something only of a client that
    /// was not there before the creation.
    GivenSecret,
    /// The same, after an earlier creation of the same client that got no answer: a client that accepts it may be of then.
    GivenBefore,
}

/// A client that was created.
#[derive(Debug)]
pub struct Created {
    /// The client as the tenant tells it.
    pub client: OAuthClient,
    /// Which secret it has.
    pub secret: Chosen,
}

/// A client after an update.
#[derive(Debug)]
pub struct Updated {
    /// The client as the tenant tells it.
    pub client: OAuthClient,
    /// What became of its secret.
    pub secret: SecretOutcome,
}

/// Which secret a client has after one was set.
#[derive(Clone)]
pub enum Chosen {
    /// The one that was sent, as far as anybody can tell.
    Sent,
    /// One that the tenant showed: it is accepted, and the one that was sent is not (EVIDENCE Q4).
    Tenants(Secret),
    /// The tenant showed another than was sent, and accepts neither yet, or they cannot be tried.
    Undecided(Secret),
}

impl fmt::Debug for Chosen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sent => "Sent",
            Self::Tenants(_) => "Tenants",
            Self::Undecided(_) => "Undecided",
        })
    }
}

/// What an update is to do about the secret.
#[derive(Clone)]
pub enum SecretChange {
    /// Set this one.
    Set(Secret),
    /// Leave it alone. The known one, if any, is sent along where the tenant accepts it, as a tenant might wipe one that
    /// is left out (EVIDENCE Q3).
    Keep(Option<Secret>),
}

/// What became of a secret in an update.
#[derive(Clone)]
pub enum SecretOutcome {
    /// It was not to be changed.
    Kept,
    /// It was not to be changed, and the known one was left out, because the tenant was asked and did not accept it.
    KnownIsLeftOut,
    /// The new one is in force.
    New,
    /// The tenant set one of its own and showed it; it is accepted, and the new one is not.
    Tenants(Secret),
    /// The tenant said yes, and the client cannot be tried, as it lacks the grant type `client_credentials`.
    Untried,
    /// The tenant said yes, and accepts the old one still, or neither, or would not say.
    Undecided,
}

impl fmt::Debug for SecretOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Kept => "Kept",
            Self::KnownIsLeftOut => "KnownIsLeftOut",
            Self::New => "New",
            Self::Tenants(_) => "Tenants",
            Self::Untried => "Untried",
            Self::Undecided => "Undecided",
        })
    }
}

/// What the tenant adds to an answer and does not want back.
const LINKS: &str = "_links";

/// The clients that every tenant has for itself (EVIDENCE 2.5), for tenants that do not say which these are.
const INTERNAL: [&str; 3] = ["acs", "Service__OAuth2Client", "Configurator_OAuthClient"];

/// Whether the client is the tenant's own: by what it tells, or else by its id.
fn is_internal(id: &str, told: Option<bool>) -> bool {
    told.unwrap_or_else(|| INTERNAL.iter().any(|internal| internal.eq_ignore_ascii_case(id)))
}

impl OAuthClient {
    /// Whether the client is the tenant's own.
    pub fn is_internal(&self) -> bool {
        is_internal(&self.client_id, self.internal_system_client)
    }

    /// The body that creates this client.
    pub(in crate::access) fn to_body(&self) -> Map<String, Value> {
        let mut body = Map::new();
        body.insert("clientId".to_owned(), self.client_id.as_str().into());
        body.insert("tokenType".to_owned(), "Bearer".into());
        OAuthClientChange::all_of(self).merge_into(&mut body, self.secret.as_ref());
        body
    }
}

impl OAuthClientChange {
    /// Turns `body`, as the tenant sent it, into what is put back: all of it is kept, because what is left out is
    /// reset, except for links and for the secret, which may be shown masked in any form and would then be replaced by
    /// the mask (EVIDENCE Q2, Q3). Without `secret` the key is left out, which keeps the tenant's.
    pub(in crate::access) fn merge_into(&self, body: &mut Map<String, Value>, secret: Option<&Secret>) {
        body.remove(LINKS);
        body.remove("secret");
        self.write_into(body);
        if let Some(secret) = secret.filter(|secret| !secret.is_empty()) {
            body.insert("secret".to_owned(), secret.expose().into());
        }
    }
}

impl OAuthClientSummary {
    /// What is read of a client in a list.
    pub(in crate::access) const MEMBERS: [&str; 10] = [
        "clientId",
        "rememberAs",
        "scope",
        "grantTypes",
        "authGrantTypes",
        "internal",
        "internalSystemClient",
        "publicClient",
        "pkceEnforced",
        "isActivated",
    ];

    /// Whether the client is the tenant's own.
    pub fn is_internal(&self) -> bool {
        is_internal(&self.client_id, self.internal)
    }

    pub(in crate::access) fn read(object: &Map<String, Value>) -> Option<Self> {
        Some(Self {
            client_id: decode::text(object, &["clientId"])?,
            display_name: decode::text(object, &["rememberAs"]),
            scopes: decode::words(object, &["scope"]),
            grant_types: decode::words(object, &["grantTypes", "authGrantTypes"]),
            internal: ["internal", "internalSystemClient"]
                .iter()
                .find_map(|name| decode::boolean(object, name)),
            public_client: decode::boolean(object, "publicClient"),
            pkce_enforced: decode::boolean(object, "pkceEnforced"),
            is_activated: decode::boolean(object, "isActivated"),
        })
    }
}

/// True for what stands in for a secret: nothing, stars or bullets (EVIDENCE 2.4).
fn is_masked(secret: &str) -> bool {
    secret
        .chars()
        .all(|c| matches!(c, '*' | '•' | '●') || c.is_whitespace())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(value: &Value) -> &Map<String, Value> {
        value.as_object().expect("an object")
    }

    #[test]
    fn a_client_is_read_with_tolerance() {
        let answer = json!({
            "clientId": "a@b.c", "secret": "", "scope": "user admin", "authGrantTypes": "client_credentials",
            "redirectUri": "https://a/*, https://b", "accessTokenTTL": 10080, "refreshTokenTTL": "525600",
            "refreshTokenIdleTTL": null, "displayUserGrant": false, "rememberAs": null, "unknown": {"x": 1},
        });
        let client = OAuthClient::read(object(&answer)).expect("a client");
        assert_eq!(client.scopes, ["admin", "user"].map(str::to_owned).into());
        assert_eq!(
            client.redirect_uris,
            Some(["https://a/*", "https://b"].map(str::to_owned).into())
        );
        assert_eq!(
            (client.access_token_ttl_minutes, client.refresh_token_ttl_minutes),
            (Some(10080), Some(525_600))
        );
        assert_eq!(
            (client.refresh_token_idle_ttl_minutes, client.display_name),
            (None, None)
        );
        assert_eq!(
            (client.display_user_grant, client.inheritance_allowed),
            (Some(false), None)
        );
        assert!(OAuthClient::read(object(&json!({"scope": "admin"}))).is_none());
    }

    #[test]
    fn only_a_real_secret_is_one() {
        for (secret, shown) in [("", false), ("****", false), ("••••", false), ("s*cret", true)] {
            let client =
                OAuthClient::read(object(&json!({"clientId": "c", "secret": secret}))).expect("a client");
            assert_eq!(client.secret.is_some(), shown, "{secret}");
        }
    }

    #[test]
    fn merging_keeps_what_it_does_not_know_and_drops_what_would_do_harm() {
        let mut body = object(&json!({
            "clientId": "c", "scope": "admin", "accessTokenTTL": 180, "secret": "***", "future": [1],
            "_links": {"self": {"href": "/x"}},
        }))
        .clone();
        let change = OAuthClientChange {
            scopes: Some(["user", "admin"].map(str::to_owned).into()),
            ..OAuthClientChange::default()
        };
        change.merge_into(&mut body, Some(&Secret::new("")));
        assert_eq!(
            Value::from(body.clone()),
            json!({"clientId": "c", "scope": "admin user", "accessTokenTTL": 180, "future": [1]})
        );
        OAuthClientChange::default().merge_into(&mut body, Some(&Secret::new("new")));
        assert_eq!(body["secret"], "new");
        OAuthClientChange::default().merge_into(&mut body, None);
        assert_eq!(body.get("secret"), None, "what is shown may be a mask");
    }

    #[test]
    fn a_field_is_written_under_the_name_that_the_tenant_has_for_it() {
        let change = OAuthClientChange {
            grant_types: Some(["password".to_owned()].into()),
            ..OAuthClientChange::default()
        };
        for (shown, put) in [
            (json!({}), json!({"authGrantTypes": "password"})),
            (
                json!({"authGrantTypes": "x"}),
                json!({"authGrantTypes": "password"}),
            ),
            (json!({"grantTypes": "x"}), json!({"grantTypes": "password"})),
            (
                json!({"grantTypes": "x", "authGrantTypes": null}),
                json!({"grantTypes": "password", "authGrantTypes": "password"}),
            ),
        ] {
            let mut body = object(&shown).clone();
            change.merge_into(&mut body, None);
            assert_eq!(Value::from(body), put, "{shown}");
        }
    }

    #[test]
    fn a_field_has_one_meaning_of_the_same() {
        let client = json!({
            "clientId": "c", "scope": "Admin user", "authGrantTypes": "password", "resourceUuid": "AB",
            "redirectUri": "https://App.example/Path,myapp://Home", "rememberAs": "Name", "accessTokenTTL": 5,
        });
        let client = OAuthClient::read(object(&client)).expect("a client");
        let set = |words: &[&str]| Some(words.iter().map(|&word| word.to_owned()).collect());
        let uris = |words| OAuthClientChange {
            redirect_uris: set(words),
            ..OAuthClientChange::default()
        };
        for (visible, change) in [
            (true, uris(&["https://App.example/Path", "myapp://Home"])),
            (true, uris(&["HTTPS://app.EXAMPLE/Path", "myapp://home"])),
            (false, uris(&["https://app.example/path", "myapp://home"])),
            (false, uris(&["https://app.example/Path"])),
            (
                true,
                OAuthClientChange {
                    scopes: set(&["user", "admin"]),
                    resource_uuid: Some("ab".to_owned()),
                    ..OAuthClientChange::default()
                },
            ),
            (
                false,
                OAuthClientChange {
                    display_name: Some("name".to_owned()),
                    ..OAuthClientChange::default()
                },
            ),
        ] {
            assert_eq!(
                change.is_visible_in(&client),
                visible,
                "{:?}",
                change.redirect_uris
            );
        }
    }

    #[test]
    fn debug_shows_no_secret() {
        let client = OAuthClient {
            secret: Some(Secret::new("hunter2")),
            ..OAuthClient::default()
        };
        assert!(!format!("{client:?}").contains("hunter2"));
    }
}
