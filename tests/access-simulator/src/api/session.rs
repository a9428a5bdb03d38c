//! Session login, and two endpoints of the old console.

use axum::http::header;
use serde_json::{Value, json};
use uuid::Uuid;

use super::media::essence;
use super::oauth::later;
use crate::http::{Call, Reply};
use crate::jwt::Claims;
use crate::tokens::{Issued, Owner};
use crate::world::{World, random_secret};

const SESSION_SECONDS: i64 = 8 * 3600;

/// `POST /API/1.0/REST/auth/system/login` (F3). No source tells how a refusal looks; this one is a guess.
pub(crate) fn login(world: &mut World, call: &Call) -> Result<Reply, Reply> {
    let body = call.object()?;
    let text = |name: &str| {
        body.get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let (name, password) = (text("username"), text("password"));
    if world.admin_user != Some((name.clone(), password)) {
        return Err(Reply::error(
            401,
            "invalid.credentials",
            "The user name or password is wrong.",
        ));
    }
    // A Boolean by the description, a string in practice; both are taken.
    if body
        .get("issueToken")
        .is_none_or(|value| *value != json!(true) && *value != json!("true"))
    {
        return Ok(Reply::json(
            200,
            &json!({"id": null, "sessionToken": null, "admin": false}),
        ));
    }
    let token = session_token(world, &name);
    world.note_secret(&token);
    let now = world.clock.now();
    let scope = "profile admin user email operator".to_owned();
    world.tokens.add(
        token.clone(),
        Issued {
            owner: Owner::User(name),
            scope,
            since: now,
            expires: later(now, SESSION_SECONDS),
            revoked: false,
        },
    );
    let body =
        json!({"id": null, "sessionToken": token, "firstName": null, "lastName": null, "admin": false});
    Ok(Reply::json(200, &body))
}

fn session_token(world: &World, name: &str) -> String {
    let now = world.clock.now().as_second();
    world.key.sign(&Claims {
        jti: Uuid::new_v4().to_string(),
        prn: format!("{name}@{}", world.tenant.to_uppercase()),
        domain: "Local Users",
        user_id: "1".to_owned(),
        auth_time: now,
        iss: format!("{}/API/1.0/REST/auth/token", world.saas),
        aud: world.base.clone(),
        ctx: "[]".to_owned(),
        scp: "profile admin user email operator".to_owned(),
        idp: "0",
        eml: format!("{name}@example.com"),
        cid: String::new(),
        did: "",
        wid: "",
        exp: now + SESSION_SECONDS,
        iat: now,
        sub: Uuid::new_v4().to_string(),
        prn_type: "USER",
    })
}

/// `POST /admin/settings/OAuthClient/generateRandomOAuthSecret` (F16): makes a secret, stores nothing.
pub(crate) fn random_client_secret(world: &mut World, call: &Call) -> Result<Reply, Reply> {
    if !matches!(world.admin(call)?.owner, Owner::User(_)) {
        return Err(Reply::error(403, "forbidden", "The console takes sessions only."));
    }
    let secret = random_secret();
    world.note_secret(&secret);
    Ok(Reply::json(200, &json!({"message": secret})))
}

/// `PUT /API/1.0/REST/admin/approvals` (F15): the one endpoint known to refuse vendor types.
pub(crate) fn approvals(world: &mut World, call: &Call) -> Result<Reply, Reply> {
    world.admin(call)?;
    let sent = essence(call.header(header::CONTENT_TYPE).unwrap_or_default());
    if sent != "application/json" {
        return Err(Reply::error(
            415,
            "unsupported.media.type",
            &format!("{sent:?} is not supported here."),
        ));
    }
    Ok(Reply::json(200, &Value::Object(call.object()?)))
}
