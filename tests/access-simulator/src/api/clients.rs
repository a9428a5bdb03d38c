//! `/jersey/manager/api/oauth2clients`

use axum::http::header;
use serde_json::{Map, Value, json};

use super::media::{check_content, negotiate};
use super::paging::Page;
use crate::choices::{DeleteAnswer, Etags, ListShape, Paging, PutSecret, SecretRead};
use crate::clients::Client;
use crate::http::{Call, Reply};
use crate::world::{World, random_secret};

const TYPE: &str = "application/vnd.vmware.horizon.manager.oauth2client+json";
const LIST_TYPE: &str = "application/vnd.vmware.horizon.manager.oauth2clientsummarylist+json";
const SERVICE_TYPE: &str = "application/vnd.vmware.horizon.manager.clientcredentialsoauth2client+json";
const CLASSIC_TYPE: &str = "application/vnd.vmware.horizon.manager.classicoauth2client+json";

/// POST: Q2, Q4, Q6.
pub(crate) fn create(world: &mut World, call: &Call) -> Result<Reply, Reply> {
    world.admin(call)?;
    let mode = world.switches.client_media_types;
    check_content(call, TYPE, mode, true)?;
    let media_type = negotiate(call, TYPE, mode)?;
    let mut client = Client::parse(completed(world, call.object()?))?;
    client.client_id = world.client_id(&client.client_id);
    client.access_token_ttl = world.stored_ttl(client.access_token_ttl);
    if world.clients.contains_key(&client.client_id) {
        return Err(duplicate(world, &client.client_id));
    }
    if world.switches.own_secret {
        client.secret = random_secret();
    } else if client.secret.is_empty() {
        if world.switches.secret_required {
            return Err(Reply::error(400, "oauth2.client.invalid", "secret is required."));
        }
        client.secret = random_secret();
    }
    client.over_api = true;
    let (status, secret) = (world.switches.client_post_status, world.switches.secret_post);
    let reply = written(world, &client, status, media_type, secret);
    world.write_client(client);
    Ok(reply)
}

/// Q18
fn completed(world: &World, mut body: Map<String, Value>) -> Map<String, Value> {
    let switches = &world.switches;
    for (name, minutes) in [
        ("accessTokenTTL", switches.default_access_ttl),
        ("refreshTokenTTL", switches.default_refresh_ttl),
        ("refreshTokenIdleTTL", switches.default_refresh_idle_ttl),
    ] {
        let value = body.entry(name).or_insert(Value::Null);
        if value.is_null() {
            *value = json!(minutes);
        }
    }
    body
}

/// Q6
fn duplicate(world: &World, id: &str) -> Reply {
    let message = format!("OAuth2 Client with client id {id} already exists.");
    Reply::error(
        world.switches.duplicate_client_status,
        "oauth2.client.with.client.id.already.exists",
        &message,
    )
    .with(world.switches.duplicate_client_body)
}

/// A write that succeeded; two statuses say that there is nothing to show.
fn written(world: &World, client: &Client, status: u16, media_type: &str, secret: SecretRead) -> Reply {
    match status {
        202 | 204 => Reply::empty(status),
        _ => shown(world, client, status, media_type, secret),
    }
}

fn shown(world: &World, client: &Client, status: u16, media_type: &str, secret: SecretRead) -> Reply {
    let reply = Reply::typed(status, media_type, &client.view(world, secret));
    match client.etag(world.switches.client_etags) {
        Some(tag) => reply.header(header::ETAG, tag),
        None => reply,
    }
}

/// GET of the list: Q22.
pub(crate) fn list(world: &mut World, call: &Call) -> Result<Reply, Reply> {
    world.admin(call)?;
    let media_type = negotiate(call, LIST_TYPE, world.switches.client_media_types)?;
    let asked = call.query("pageSize").is_some() || call.query("startIndex").is_some();
    let how = match world.switches.client_list {
        ListShape::Auto if asked => Paging::Totals,
        ListShape::Auto | ListShape::Old => Paging::Whole,
        ListShape::New => Paging::Totals,
        ListShape::Next => Paging::Next,
        ListShape::Link => Paging::Link,
        ListShape::Cut => Paging::Cut,
    };
    let item = if how == Paging::Whole { old_item } else { new_item };
    let clients = world.clients_behind(world.switches.lag_client_list_ms);
    let items: Vec<_> = clients.iter().map(|client| item(world, client)).collect();
    let href = format!("{}/jersey/manager/api/oauth2clients", world.saas);
    let page = Page::of(items, how, world.switches.list_page_size, call, &href);
    Ok(page.with_self(&href).reply(media_type))
}

fn old_item(world: &World, client: &Client) -> Value {
    json!({
        "clientId": client.client_id,
        "scope": client.scope,
        "rememberAs": client.remember_as,
        "mediaType": if client.has_grant("client_credentials") { SERVICE_TYPE } else { CLASSIC_TYPE },
        "_links": client.links(world),
    })
}

fn new_item(world: &World, client: &Client) -> Value {
    let mut item = json!({
        "clientId": client.client_id,
        "scope": client.scope,
        "isActivated": true,
        "pkceEnforced": false,
        "grantTypes": client.auth_grant_types,
        "accessTokenTTL": client.access_token_ttl,
        "refreshTokenTTL": client.refresh_token_ttl,
        "refreshTokenIdleTTL": client.refresh_token_idle_ttl,
        "displayUserGrant": client.display_user_grant,
        "publicClient": false,
        "internal": client.internal_system_client,
        "rememberAs": client.remember_as,
        "_links": client.links(world),
    });
    if !world.switches.omit_redirect_uri {
        item["redirectUri"] = json!(client.redirect_uri);
    }
    item
}

/// GET of one: Q2, Q24.
pub(crate) fn read(world: &mut World, call: &Call, id: &str) -> Result<Reply, Reply> {
    world.admin(call)?;
    let id = &meant(world, call, id);
    let media_type = negotiate(call, TYPE, world.switches.client_media_types)?;
    let lag = world.switches.lag_client_reads_ms;
    let client = world.client_behind(id, lag).ok_or_else(|| missing(id))?;
    Ok(shown(world, client, 200, media_type, world.switches.secret_read))
}

/// PUT: Q3, Q7.
pub(crate) fn replace(world: &mut World, call: &Call, id: &str) -> Result<Reply, Reply> {
    world.admin(call)?;
    let id = &meant(world, call, id);
    let mode = world.switches.client_media_types;
    check_content(call, TYPE, mode, true)?;
    let media_type = negotiate(call, TYPE, mode)?;
    let before = find(world, id)?.clone();
    precondition(world, call, &before)?;
    let mut body = call.object()?;
    let sent = body.get("secret").is_some_and(|secret| !secret.is_null());
    let switches = &world.switches;
    let stays = if sent {
        body["secret"] == "" && switches.put_blank_secret_keeps
    } else {
        !switches.put_without_secret_wipes
    };
    if switches.put_keeps_absent {
        let Value::Object(whole) = json!(before) else {
            unreachable!("a client is an object")
        };
        for (name, value) in whole.into_iter().filter(|(name, _)| name != "secret") {
            body.entry(name).or_insert(value);
        }
    }
    let mut client = Client::parse(completed(world, body))?;
    if world.client_id(&client.client_id) != *id {
        return Err(Reply::error(
            500,
            "internal.error",
            "The id of a client cannot be changed.",
        ));
    }
    match world.switches.put_secret {
        PutSecret::Taken if !stays => {}
        PutSecret::Refused if sent => {
            return Err(Reply::error(
                400,
                "oauth2.client.invalid",
                "The secret of a client cannot be changed.",
            ));
        }
        _ => client.secret.clone_from(&before.secret),
    }
    if world.switches.put_drops_password_grant {
        client.drop_grant("password");
    }
    client.client_id = before.client_id;
    client.access_token_ttl = world.stored_ttl(client.access_token_ttl);
    client.subject = before.subject;
    client.over_api = before.over_api;
    let (status, secret) = (world.switches.client_put_status, world.switches.secret_read);
    let reply = written(world, &client, status, media_type, secret);
    world.write_client(client);
    Ok(reply)
}

/// DELETE: takes the client's tokens along.
pub(crate) fn delete(world: &mut World, call: &Call, id: &str) -> Result<Reply, Reply> {
    world.admin(call)?;
    let id = &meant(world, call, id);
    precondition(world, call, find(world, id)?)?;
    world.remove_client(id);
    Ok(match world.switches.client_delete_answer {
        DeleteAnswer::Empty => Reply::empty(204),
        DeleteAnswer::Text => Reply::text(200, "text/plain;charset=UTF-8", "The client has been deleted."),
        DeleteAnswer::Errors => Reply::error(200, "simulator.cache.stale", "A cache was not cleared."),
    })
}

/// Whether an `If-Match` allows a write.
fn precondition(world: &World, call: &Call, client: &Client) -> Result<(), Reply> {
    let (Some(wanted), Some(tag)) = (
        call.header(header::IF_MATCH),
        client.etag(world.switches.client_etags),
    ) else {
        return Ok(());
    };
    let strong = world.switches.client_etags == Etags::Strong;
    let mut wanted = wanted.split(',').map(str::trim);
    if strong && wanted.any(|wanted| wanted == "*" || wanted == tag) {
        return Ok(());
    }
    Err(Reply::error(
        412,
        "precondition.failed",
        "The client has changed since it was read.",
    ))
}

/// The client that a path names by this id, which has been percent-decoded (Q24).
fn meant(world: &World, call: &Call, decoded: &str) -> String {
    let as_sent = call
        .path
        .rsplit('/')
        .next()
        .filter(|_| world.switches.client_ids_undecoded);
    world.client_id(as_sent.unwrap_or(decoded))
}

fn find<'a>(world: &'a World, id: &str) -> Result<&'a Client, Reply> {
    world.clients.get(id).ok_or_else(|| missing(id))
}

fn missing(id: &str) -> Reply {
    Reply::error(
        404,
        "oauth2.client.not.found",
        &format!("OAuth2 Client with client id {id} does not exist."),
    )
}
