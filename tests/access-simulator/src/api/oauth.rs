//! The token endpoint and revocation.

use axum::http::header;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use jiff::{SignedDuration, Timestamp};
use serde_json::{json, to_string};
use uuid::Uuid;

use crate::choices::{AcsDiscovery, RefreshToken, TokenRequest};
use crate::clients::{Client, words};
use crate::http::{Call, Reply};
use crate::jwt::Claims;
use crate::tokens::{Issued, Owner};
use crate::world::{World, random_secret};

/// `POST /auth/oauthtoken` and its older path (Q15, Q16, Q19).
pub(crate) fn token(world: &mut World, call: &Call) -> Result<Reply, Reply> {
    let place = world.switches.token_request;
    let credentials = match place {
        TokenRequest::Anywhere => call.client_credentials(),
        TokenRequest::BasicAndForm => call.basic_credentials(),
    };
    let grant = match place {
        TokenRequest::Anywhere => call.parameter("grant_type"),
        TokenRequest::BasicAndForm => call.form("grant_type"),
    };
    let Some(grant) = grant.filter(|grant| !grant.is_empty()) else {
        let status = world.switches.absent_grant_status;
        return Err(Reply::oauth_error(
            status,
            "invalid_request",
            "grant_type is incorrect or absent",
        ));
    };
    let client = authenticate(world, credentials)?;
    if !matches!(
        grant.as_str(),
        "client_credentials" | "refresh_token" | "password"
    ) {
        return Err(Reply::oauth_error(
            world.switches.bad_grant_status,
            "unsupported_grant_type",
            &format!("Unsupported grant type: {grant}"),
        ));
    }
    if !client.has_grant(&grant) {
        let message = format!("The client is not authorized for the grant type {grant}.");
        return Err(Reply::oauth_error(400, "unauthorized_client", &message));
    }
    let mut owner = Owner::Client(client.client_id.clone());
    let mut held = client.scope.clone();
    let mut refresh_token = None;
    if grant == "password" {
        owner = Owner::User(user(world, call)?);
    } else if grant == "refresh_token" {
        let sent = call.parameter("refresh_token").unwrap_or_default();
        held = refreshable(world, &sent, &owner)?;
        refresh_token = Some(sent);
    }
    let scope = narrowed(&held, call.parameter("scope").as_deref())?;
    Ok(mint(world, &client, &owner, &scope, refresh_token))
}

/// `POST /acs/revoke` (RFC 7009).
pub(crate) fn revoke(world: &mut World, call: &Call) -> Result<Reply, Reply> {
    if world.switches.acs_discovery != AcsDiscovery::Full {
        return Err(Reply::error(
            404,
            "not.found",
            "This tenant does not offer revocation.",
        ));
    }
    let credentials = call.client_credentials();
    let client = authenticate(world, credentials)?;
    let Some(token) = call.parameter("token").filter(|token| !token.is_empty()) else {
        return Err(Reply::oauth_error(400, "invalid_request", "token is required"));
    };
    // An unknown or foreign token is answered like a known one, so that nothing can be probed.
    world.tokens.revoke(&token, Some(&client.client_id));
    Ok(Reply::empty(200))
}

fn authenticate(world: &World, credentials: Option<(String, String)>) -> Result<Client, Reply> {
    credentials
        .and_then(|(id, secret)| {
            world
                .client_behind(&world.client_id(&id), world.switches.lag_token_ms)
                .filter(|c| !c.secret.is_empty() && c.secret == secret)
        })
        .cloned()
        .ok_or_else(|| {
            let status = world.switches.bad_client_status;
            Reply::oauth_error(status, "invalid_client", "Client authentication failed.")
                .header(header::WWW_AUTHENTICATE, "Basic realm=\"oauthtoken\"")
                .with(world.switches.bad_client_body)
        })
}

fn user(world: &World, call: &Call) -> Result<String, Reply> {
    let name = call.parameter("username").unwrap_or_default();
    let password = call.parameter("password").unwrap_or_default();
    if world.admin_user == Some((name.clone(), password)) {
        return Ok(name);
    }
    Err(Reply::oauth_error(
        400,
        "invalid_grant",
        "The user name or password is wrong.",
    ))
}

fn refreshable(world: &World, token: &str, owner: &Owner) -> Result<String, Reply> {
    world
        .tokens
        .get_refresh(token)
        .filter(|issued| !issued.revoked && issued.expires > world.clock.now() && issued.owner == *owner)
        .map(|issued| issued.scope.clone())
        .ok_or_else(|| Reply::oauth_error(400, "invalid_grant", "The refresh token is not valid."))
}

/// The requested part of what the client holds; scopes it does not hold are ignored.
fn narrowed(held: &str, requested: Option<&str>) -> Result<String, Reply> {
    let Some(requested) = requested.filter(|text| !text.trim().is_empty()) else {
        return Ok(words(held).collect::<Vec<_>>().join(" "));
    };
    let granted: Vec<_> = words(held)
        .filter(|scope| words(requested).any(|wanted| wanted == *scope))
        .collect();
    if granted.is_empty() {
        return Err(Reply::oauth_error(
            400,
            "invalid_scope",
            "The client holds none of the requested scopes.",
        ));
    }
    Ok(granted.join(" "))
}

fn mint(
    world: &mut World,
    client: &Client,
    owner: &Owner,
    scope: &str,
    refresh_token: Option<String>,
) -> Reply {
    let now = world.clock.now();
    let lifetime = world.lifetime(client.access_token_ttl);
    let claims = claims(world, client, owner, scope, now, lifetime);
    let access_token = world.key.sign(&claims);
    world.note_secret(&access_token);
    let expires = later(now, lifetime);
    let issued = Issued {
        owner: owner.clone(),
        scope: scope.to_owned(),
        since: now,
        expires,
        revoked: false,
    };
    world.tokens.add(access_token.clone(), issued.clone());
    let mut body = json!({
        "access_token": access_token,
        "token_type": "Bearer",
        "expires_in": lifetime - 1, // computed a moment after the token and truncated (Q17)
        "scope": scope,
    });
    let refreshable = match world.switches.refresh_token {
        RefreshToken::ByGrant => client.has_grant("refresh_token"),
        RefreshToken::Always => true,
        RefreshToken::Never => false,
    };
    if refreshable {
        let refresh_token = refresh_token.unwrap_or_else(|| {
            let fresh = format!("{}#{}#{}", Uuid::new_v4(), random_secret(), now.as_millisecond());
            let fresh = BASE64_STANDARD.encode(fresh);
            let expires = later(now, i64::from(client.refresh_token_ttl) * world.ttl_unit());
            world.note_secret(&fresh);
            world
                .tokens
                .add_refresh(fresh.clone(), Issued { expires, ..issued });
            fresh
        });
        body["refresh_token"] = json!(refresh_token);
    }
    Reply::json(200, &body).header(header::CACHE_CONTROL, "no-store")
}

fn claims(
    world: &World,
    client: &Client,
    owner: &Owner,
    scope: &str,
    now: Timestamp,
    lifetime: i64,
) -> Claims {
    let issued_at = now.as_second();
    let (principal, prn_type) = match owner {
        Owner::Client(id) => (id, "SERVICE"),
        Owner::User(name) => (name, "USER"),
    };
    let alphanumeric: String = principal.chars().filter(char::is_ascii_alphanumeric).collect();
    let context = json!([{
        "mtd": "urn:vmware:names:ac:classes:LocalPasswordAuth", "iat": issued_at, "id": 1, "typ": prn_type, "idm": true,
    }]);
    Claims {
        jti: Uuid::new_v4().to_string(),
        prn: format!("{principal}@{}", world.tenant.to_uppercase()),
        domain: "System Domain",
        user_id: (client.subject.as_u128() % 1_000_000).to_string(),
        auth_time: issued_at,
        iss: format!("{}/auth", world.saas),
        aud: format!("{}/auth/oauthtoken", world.saas),
        ctx: to_string(&context).unwrap_or_default(), // a JSON value: cannot fail
        scp: scope.to_owned(),
        idp: "0",
        eml: format!("OAuthClient_{alphanumeric}@noreply.com"),
        cid: client.client_id.clone(),
        did: "",
        wid: "",
        exp: issued_at + lifetime,
        iat: issued_at,
        sub: client.subject.to_string(),
        prn_type,
    }
}

/// The moment that many seconds later, or the end of time.
pub(crate) fn later(now: Timestamp, seconds: i64) -> Timestamp {
    // Whole seconds, because that is what the token itself says.
    let start = Timestamp::from_second(now.as_second()).unwrap_or(now);
    start
        .checked_add(SignedDuration::from_secs(seconds))
        .unwrap_or(Timestamp::MAX)
}
