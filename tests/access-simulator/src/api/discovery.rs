//! Discovery documents, keys, and the token check.

use serde_json::json;

use crate::choices::{AcsDiscovery, Spelling, TokenCheck};
use crate::http::{Call, Reply};
use crate::world::World;

/// `GET /auth/.well-known/openid-configuration`
pub(crate) fn auth_document(world: &mut World, _: &Call) -> Result<Reply, Reply> {
    if world.switches.auth_discovery_absent {
        return Err(Reply::error(
            404,
            "not.found",
            "This tenant has no discovery document here.",
        ));
    }
    let saas = &world.saas;
    Ok(Reply::json(
        200,
        &json!({
            "issuer": format!("{saas}/auth"),
            "token_endpoint": format!("{saas}/auth/oauthtoken"),
            "jwks_uri": format!("{saas}/API/1.0/REST/auth/token?attribute=publicKey&format=jwks"),
            "userinfo_endpoint": format!("{saas}/jersey/manager/api/userinfo"),
        }),
    ))
}

/// `GET /acs/.well-known/openid-configuration`
pub(crate) fn acs_document(world: &mut World, _: &Call) -> Result<Reply, Reply> {
    let base = &world.base;
    let mut document = json!({
        "issuer": format!("{}/auth", world.saas),
        "token_endpoint": format!("{base}/acs/token"),
        "jwks_uri": format!("{base}/acs/jwks"),
        "userinfo_endpoint": format!("{base}/acs/userinfo"),
        "end_session_endpoint": format!("{base}/acs/openid/logout"),
    });
    match world.switches.acs_discovery {
        AcsDiscovery::Absent => {
            return Err(Reply::error(
                404,
                "not.found",
                "This tenant has no discovery document here.",
            ));
        }
        AcsDiscovery::NoRevocation => {}
        AcsDiscovery::Full => document["revocation_endpoint"] = json!(format!("{base}/acs/revoke")),
    }
    Ok(Reply::json(200, &document))
}

/// `GET /acs/jwks`
#[allow(clippy::unnecessary_wraps)] // the common form of endpoints
pub(crate) fn jwks(world: &mut World, _: &Call) -> Result<Reply, Reply> {
    Ok(Reply::json(200, &world.key.jwks()))
}

/// `GET /API/1.0/REST/auth/token?attribute=...` (Q21, F4)
pub(crate) fn check(world: &mut World, call: &Call) -> Result<Reply, Reply> {
    match world.switches.token_check {
        TokenCheck::Status404 => return Err(Reply::error(404, "not.found", "No such endpoint.")),
        TokenCheck::Status500 => return Err(Reply::error(500, "internal.error", "The check failed.")),
        TokenCheck::Answers | TokenCheck::Status401 => {}
    }
    match call.query("attribute").as_deref() {
        Some("publicKey") => Ok(public_key(world, call)),
        Some(attribute @ ("isValid" | "isRevoked")) => {
            let lag = world.switches.lag_is_valid_ms;
            let valid = world
                .valid_token(call)
                .is_some_and(|token| lag == 0 || token.since <= world.clock.ago(lag));
            if !valid && world.switches.token_check == TokenCheck::Status401 {
                return Err(Reply::error(
                    401,
                    "unauthorized",
                    "The access token is not valid.",
                ));
            }
            let revoked = call
                .token()
                .and_then(|token| world.tokens.get(token))
                .is_none_or(|token| token.revoked);
            let answer = if attribute == "isValid" { valid } else { revoked };
            let text = match (world.switches.token_check_spelling, answer) {
                (Spelling::Lower, _) => answer.to_string(),
                (Spelling::Capital, true) => "True".to_owned(),
                (Spelling::Capital, false) => "False".to_owned(),
                (Spelling::Quoted, _) => format!("\"{answer}\""),
            };
            Ok(Reply::text(200, "text/plain;charset=UTF-8", text))
        }
        _ => Err(Reply::error(
            400,
            "bad.request",
            "attribute must be isValid, isRevoked or publicKey.",
        )),
    }
}

fn public_key(world: &World, call: &Call) -> Reply {
    match call.query("format").as_deref() {
        Some("pem") => Reply::text(200, "text/plain;charset=UTF-8", world.key.pem()),
        Some("jwks") => Reply::json(200, &world.key.jwks()),
        _ => Reply::json(200, &world.key.decimal_jwk()),
    }
}
