//! `/_control/...`: control over the tenant from another process. The provider never uses it.
//!
//! Its requests are not recorded and meet no faults.

#![allow(clippy::unnecessary_wraps)] // the common form of endpoints

use axum::Router;
use axum::routing::{get, post, put};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::clients::Client;
use crate::directories::{Directory, DirectoryType};
use crate::fault::Fault;
use crate::http::{Call, Reply};
use crate::routes::{Shared, at, at_id};
use crate::world::World;

pub(crate) fn router() -> Router<Shared> {
    Router::new()
        .route("/requests", get(at!(requests)).delete(at!(clear_requests)))
        .route("/switches", get(at!(switches)).patch(at!(change_switches)))
        .route(
            "/faults",
            get(at!(faults)).post(at!(push_faults)).delete(at!(clear_faults)),
        )
        .route("/clock", get(at!(clock)).post(at!(set_clock)))
        .route("/clients", get(at!(clients)))
        .route(
            "/clients/{id}",
            put(at_id!(put_client))
                .patch(at_id!(change_client))
                .delete(at_id!(delete_client)),
        )
        .route("/directories", get(at!(directories)).post(at!(add_directory)))
        .route(
            "/directories/{id}",
            axum::routing::delete(at_id!(delete_directory)),
        )
        .route("/tokens/revoke", post(at!(revoke)))
        .route("/secrets", get(at!(secrets)))
        .route("/scim/users", get(at!(scim_users)))
        .route("/scim/groups", get(at!(scim_groups)))
}

type Answer = Result<Reply, Reply>;

fn requests(world: &mut World, _: &Call) -> Answer {
    shown(&world.journal.entries())
}

fn clear_requests(world: &mut World, _: &Call) -> Answer {
    world.journal.clear();
    Ok(Reply::empty(204))
}

fn switches(world: &mut World, _: &Call) -> Answer {
    shown(&world.switches)
}

/// Takes any part of the switches; the others stay.
fn change_switches(world: &mut World, call: &Call) -> Answer {
    world.switches = merged(&world.switches, call)?;
    shown(&world.switches)
}

fn faults(world: &mut World, _: &Call) -> Answer {
    shown(&world.faults)
}

fn push_faults(world: &mut World, call: &Call) -> Answer {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum OneOrMany {
        Many(Vec<Fault>),
        One(Fault),
    }
    match parsed(call)? {
        OneOrMany::Many(faults) => world.faults.extend(faults),
        OneOrMany::One(fault) => world.faults.push(fault),
    }
    Ok(Reply::empty(204))
}

fn clear_faults(world: &mut World, _: &Call) -> Answer {
    world.faults.clear();
    Ok(Reply::empty(204))
}

fn clock(world: &mut World, _: &Call) -> Answer {
    Ok(Reply::json(200, &json!({"now": world.clock.now().to_string()})))
}

fn set_clock(world: &mut World, call: &Call) -> Answer {
    #[derive(Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Change {
        AdvanceSeconds(i64),
        SkewSeconds(i64),
        Now(String),
    }
    match parsed(call)? {
        Change::AdvanceSeconds(seconds) => world.clock.advance(SignedDuration::from_secs(seconds)),
        Change::SkewSeconds(seconds) => world.clock.skew(seconds),
        Change::Now(text) => world
            .clock
            .freeze(text.parse::<Timestamp>().map_err(|error| bad(&error))?),
    }
    clock(world, call)
}

fn clients(world: &mut World, _: &Call) -> Answer {
    shown(&world.clients.values().collect::<Vec<_>>())
}

/// Creates or replaces a client; absent fields take their defaults.
fn put_client(world: &mut World, call: &Call, id: &str) -> Answer {
    let mut client: Client = parsed(call)?;
    id.clone_into(&mut client.client_id);
    if let Some(before) = world.clients.get(id) {
        client.subject = before.subject;
        client.over_api = before.over_api;
    }
    store(world, client)
}

/// Changes the given fields; a new secret is what the console's "Regenerate Secret" does.
fn change_client(world: &mut World, call: &Call, id: &str) -> Answer {
    let Some(before) = world.clients.get(id) else {
        return Err(Reply::error(
            404,
            "not.found",
            &format!("There is no client {id}."),
        ));
    };
    let mut client = merged(before, call)?;
    id.clone_into(&mut client.client_id);
    client.subject = before.subject;
    client.over_api = before.over_api;
    store(world, client)
}

fn store(world: &mut World, client: Client) -> Answer {
    let answer = shown(&client);
    world.put_client(client);
    answer
}

fn delete_client(world: &mut World, _: &Call, id: &str) -> Answer {
    Ok(Reply::empty(if world.delete_client(id) { 204 } else { 404 }))
}

fn directories(world: &mut World, _: &Call) -> Answer {
    shown(&world.directories)
}

fn add_directory(world: &mut World, call: &Call) -> Answer {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct New {
        name: String,
        domains: Vec<String>,
        #[serde(rename = "type", default = "other")]
        directory_type: DirectoryType,
    }
    fn other() -> DirectoryType {
        DirectoryType::OtherDirectory
    }
    let new: New = parsed(call)?;
    let directory = Directory::new(&new.name, new.domains, new.directory_type);
    let answer = shown(&directory);
    world.directories.push(directory);
    answer
}

fn delete_directory(world: &mut World, _: &Call, id: &str) -> Answer {
    Ok(Reply::empty(if world.delete_directory(id) { 204 } else { 404 }))
}

fn revoke(world: &mut World, call: &Call) -> Answer {
    #[derive(Deserialize)]
    struct Named {
        token: String,
    }
    let Named { token } = parsed(call)?;
    Ok(Reply::empty(if world.tokens.revoke(&token, None) {
        204
    } else {
        404
    }))
}

fn secrets(world: &mut World, _: &Call) -> Answer {
    shown(&world.secrets)
}

fn scim_users(world: &mut World, _: &Call) -> Answer {
    shown(&world.scim.users(world))
}

fn scim_groups(world: &mut World, _: &Call) -> Answer {
    shown(&world.scim.groups(world))
}

fn shown(value: &impl serde::Serialize) -> Answer {
    Ok(Reply::json(
        200,
        &serde_json::to_value(value).map_err(|error| bad(&error))?,
    ))
}

fn parsed<T: DeserializeOwned>(call: &Call) -> Result<T, Reply> {
    serde_json::from_slice(&call.body).map_err(|error| bad(&error))
}

/// A value with some of its fields replaced by those of the request.
fn merged<T: serde::Serialize + DeserializeOwned>(before: &T, call: &Call) -> Result<T, Reply> {
    let mut value = serde_json::to_value(before).map_err(|error| bad(&error))?;
    if let Value::Object(fields) = &mut value {
        fields.extend(call.object()?);
    }
    serde_json::from_value(value).map_err(|error| bad(&error))
}

fn bad(error: &dyn std::fmt::Display) -> Reply {
    Reply::error(400, "bad.request", &error.to_string())
}
