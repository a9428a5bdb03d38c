//! OAuth 2.0 clients: fields, defaults, and what is a valid one.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::choices::{Etags, ListOrder, SecretRead};
use crate::http::Reply;
use crate::mask::{sha256, shown};
use crate::world::World;

const SCOPES: [&str; 6] = ["admin", "user", "profile", "email", "openid", "group"];
const GRANTS: [&str; 4] = [
    "authorization_code",
    "client_credentials",
    "password",
    "refresh_token",
];

/// An OAuth 2.0 client, with the names of the wire in JSON. Absent fields take the defaults of Q18.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[allow(missing_docs, clippy::struct_excessive_bools)] // given by the wire, and named as there
pub struct Client {
    pub client_id: String,
    /// Empty means that there is none: every token request fails.
    pub secret: String,
    pub scope: String,
    pub auth_grant_types: String,
    pub redirect_uri: Option<String>,
    pub token_type: String,
    pub token_length: i32,
    #[serde(rename = "accessTokenTTL")]
    pub access_token_ttl: i32,
    #[serde(rename = "refreshTokenTTL")]
    pub refresh_token_ttl: i32,
    #[serde(rename = "refreshTokenIdleTTL")]
    pub refresh_token_idle_ttl: i32,
    pub display_user_grant: bool,
    pub internal_system_client: bool,
    pub inheritance_allowed: bool,
    pub remember_as: Option<String>,
    pub resource_uuid: Option<String>,
    pub str_data: Option<String>,
    pub activation_token: Option<String>,
    /// Created over the API rather than in the console (Q5).
    #[serde(skip)]
    pub over_api: bool,
    /// The hidden user behind a service client, the token's `sub`.
    #[serde(skip)]
    pub subject: Uuid,
}

impl Default for Client {
    fn default() -> Self {
        Self {
            client_id: String::new(),
            secret: String::new(),
            scope: String::new(),
            auth_grant_types: String::new(),
            redirect_uri: None,
            token_type: "Bearer".to_owned(),
            token_length: 32,
            access_token_ttl: 180,
            refresh_token_ttl: 129_600,
            refresh_token_idle_ttl: 5_760,
            display_user_grant: false,
            internal_system_client: false,
            inheritance_allowed: false,
            remember_as: None,
            resource_uuid: None,
            str_data: None,
            activation_token: None,
            over_api: false,
            subject: Uuid::new_v4(),
        }
    }
}

impl Client {
    /// A service client with the scope `admin`.
    pub fn service(id: &str, secret: &str) -> Self {
        Self {
            client_id: id.to_owned(),
            secret: secret.to_owned(),
            scope: "admin".to_owned(),
            auth_grant_types: "client_credentials".to_owned(),
            ..Self::default()
        }
    }

    /// Whether the client may use a grant.
    pub(crate) fn has_grant(&self, grant: &str) -> bool {
        words(&self.auth_grant_types).any(|found| found == grant)
    }

    /// Reads a client out of a request; a key that is null counts as absent.
    pub(crate) fn parse(mut object: Map<String, Value>) -> Result<Self, Reply> {
        object.retain(|_, value| !value.is_null());
        for name in ["clientId", "scope", "authGrantTypes"] {
            if object
                .get(name)
                .and_then(Value::as_str)
                .is_none_or(|text| text.trim().is_empty())
            {
                return Err(invalid(&format!("{name} is required.")));
            }
        }
        let client: Self =
            serde_json::from_value(Value::Object(object)).map_err(|error| invalid(&error.to_string()))?;
        client.check()?;
        Ok(client)
    }

    fn check(&self) -> Result<(), Reply> {
        let id_character = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '@' | '-');
        if self.client_id.len() > 256 || !self.client_id.chars().all(id_character) {
            return Err(invalid(
                "clientId may have 256 characters out of A-Z a-z 0-9 . _ @ -",
            ));
        }
        let known_scope = |scope: &str| SCOPES.contains(&scope) || Uuid::try_parse(scope).is_ok();
        if let Some(scope) = words(&self.scope).find(|scope| !known_scope(scope)) {
            return Err(invalid(&format!("Invalid scope: {scope}")));
        }
        if let Some(grant) = words(&self.auth_grant_types).find(|grant| !GRANTS.contains(grant)) {
            return Err(invalid(&format!("Invalid grant type: {grant}")));
        }
        let mut uris = words(self.redirect_uri.as_deref().unwrap_or_default()).peekable();
        if self.has_grant("authorization_code") && uris.peek().is_none() {
            return Err(invalid("redirectUri is required for authorization_code."));
        }
        if let Some(uri) = uris.find(|uri| uri.split_once("://").is_none_or(|(_, rest)| rest.is_empty())) {
            return Err(invalid(&format!("Invalid redirectUri: {uri}")));
        }
        if self.token_type != "Bearer" {
            return Err(invalid("tokenType must be Bearer."));
        }
        if self.access_token_ttl <= 0 || self.refresh_token_ttl < 0 || self.refresh_token_idle_ttl < 0 {
            return Err(invalid("A time-to-live must be positive."));
        }
        Ok(())
    }

    /// The answer to a request about this client, with its secret shown that way (Q2).
    pub(crate) fn view(&self, world: &World, secret: SecretRead) -> Value {
        let mut view = serde_json::to_value(self).unwrap_or_default(); // plain fields: cannot fail
        match shown(&self.secret, secret) {
            Some(text) => view["secret"] = json!(text),
            None => {
                view.as_object_mut().and_then(|object| object.remove("secret"));
            }
        }
        if world.switches.omit_redirect_uri {
            view.as_object_mut()
                .and_then(|object| object.remove("redirectUri"));
        }
        for name in ["scope", "authGrantTypes", "redirectUri"] {
            let Some(text) = view.get(name).and_then(Value::as_str) else {
                continue;
            };
            match world.switches.token_order {
                ListOrder::Reversed if name != "redirectUri" => view[name] = json!(reversed(text)),
                ListOrder::Commas => view[name] = json!(words(text).collect::<Vec<_>>().join(",")),
                ListOrder::Reversed | ListOrder::Preserved => {}
            }
        }
        view["_links"] = self.links(world);
        view
    }

    /// The `ETag` of this state of the client, secret included.
    pub(crate) fn etag(&self, how: Etags) -> Option<String> {
        let digits = sha256(&serde_json::to_string(self).unwrap_or_default()); // plain fields: cannot fail
        match how {
            Etags::None => None,
            Etags::Strong => Some(format!("\"{}\"", &digits[..16])),
            Etags::Weak => Some(format!("W/\"{}\"", &digits[..16])),
        }
    }

    /// Takes a grant away.
    pub(crate) fn drop_grant(&mut self, grant: &str) {
        let others: Vec<_> = words(&self.auth_grant_types)
            .filter(|found| *found != grant)
            .collect();
        self.auth_grant_types = others.join(" ");
    }

    pub(crate) fn links(&self, world: &World) -> Value {
        json!({"self": {"href": format!("{}/jersey/manager/api/oauth2clients/{}", world.saas, self.client_id)}})
    }
}

/// Splits a list that the product separates by spaces and some callers by commas.
pub(crate) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || c == ',')
        .filter(|word| !word.is_empty())
}

fn reversed(text: &str) -> String {
    let mut list: Vec<_> = words(text).collect();
    list.reverse();
    list.join(" ")
}

fn invalid(message: &str) -> Reply {
    Reply::error(400, "oauth2.client.invalid", message)
}
