//! The SCIM endpoints.

use axum::Router;
use axum::http::header;
use axum::routing::get;
use serde_json::{Map, Value, json};

use super::filter::Filter;
use super::store::{Kind, Resource};
use super::{CORE, WORKSPACE, patch};
use crate::http::{Call, Reply};
use crate::routes::{Shared, at, at_id};
use crate::tokens::Owner;
use crate::world::World;

type Answer = Result<Reply, Reply>;

pub(crate) fn router() -> Router<Shared> {
    Router::new()
        .route("/ServiceProviderConfigs", get(at!(service_provider)))
        .route("/Me", get(at!(me)))
        .route(
            "/Users",
            get(at!(|w, c| list(w, c, Kind::User))).post(at!(|w, c| create(w, c, Kind::User))),
        )
        .route(
            "/Users/{id}",
            get(at_id!(|w, c, id| read(w, c, id, Kind::User)))
                .put(at_id!(|w, c, id| replace(w, c, id, Kind::User)))
                .patch(at_id!(|w, c, id| change(w, c, id, Kind::User)))
                .delete(at_id!(|w, c, id| delete(w, c, id, Kind::User))),
        )
        .route(
            "/Groups",
            get(at!(|w, c| list(w, c, Kind::Group))).post(at!(|w, c| create(w, c, Kind::Group))),
        )
        .route(
            "/Groups/{id}",
            get(at_id!(|w, c, id| read(w, c, id, Kind::Group)))
                .put(at_id!(|w, c, id| replace(w, c, id, Kind::Group)))
                .patch(at_id!(|w, c, id| change(w, c, id, Kind::Group)))
                .delete(at_id!(|w, c, id| delete(w, c, id, Kind::Group))),
        )
}

fn service_provider(world: &mut World, call: &Call) -> Answer {
    world.admin(call)?;
    let body = json!({
        "schemas": [CORE],
        "patch": {"supported": true},
        "bulk": {"supported": false, "maxOperations": 0, "maxPayloadSize": 0},
        "filter": {"supported": true, "maxResults": 1000},
        "changePassword": {"supported": false},
        "sort": {"supported": false},
        "etag": {"supported": true},
        "xmlDataFormat": {"supported": false},
        "authenticationSchemes": [{
            "name": "OAuth Bearer Token", "description": "An access token of this tenant", "type": "oauthbearertoken",
            "primary": true,
        }],
    });
    Ok(Reply::json(200, &body))
}

/// The user behind the token (F12); for a service client that is the hidden one of its own.
fn me(world: &mut World, call: &Call) -> Answer {
    let (name, id, internal_type) = match &world.admin(call)?.owner {
        Owner::User(name) => (name.clone(), name.clone(), "LOCAL"),
        Owner::Client(id) => {
            let subject = world.clients.get(id).map(|client| client.subject.to_string());
            (
                format!("OAuthClient_{id}"),
                subject.unwrap_or_default(),
                "SERVICE",
            )
        }
    };
    let system = world
        .directories
        .iter()
        .find(|directory| directory.name == "System Domain");
    let store_id = system.map(|directory| directory.user_store_id.clone());
    let body = json!({
        "schemas": [WORKSPACE, CORE],
        "id": id,
        "userName": name,
        "active": true,
        WORKSPACE: {
            "internalUserType": internal_type, "userStatus": "1", "domain": "System Domain", "userStoreUuid": store_id,
        },
    });
    Ok(Reply::json(200, &body))
}

/// 201 with `Location` and `ETag` (F11).
fn create(world: &mut World, call: &Call, kind: Kind) -> Answer {
    allowed(world, call)?;
    let attributes = accepted(call.object()?, kind)?;
    let directory = directory_of(world, &attributes, kind)?;
    let resource = Resource::new(kind, &directory, attributes, world.clock.now());
    available(world, &resource)?;
    world.scim.put(resource.clone());
    let reply = shown(world, &resource, 201);
    Ok(reply.header(header::LOCATION, resource.location(world)))
}

/// `startIndex` counts from 1 as in SCIM 1.1; the 0 that the product documents as its default means the same (Q22).
fn list(world: &mut World, call: &Call, kind: Kind) -> Answer {
    allowed(world, call)?;
    let filter = call
        .query("filter")
        .map(|text| Filter::parse(&text))
        .transpose()
        .map_err(|text| bad(&text))?;
    let number = |name: &str, default: usize| match call.query(name) {
        Some(text) => text
            .parse()
            .map_err(|_| bad(&format!("{name} must be a number."))),
        None => Ok(default),
    };
    let (start, count) = (number("startIndex", 0)?.max(1), number("count", 20)?);
    let found: Vec<_> = world
        .scim
        .all(kind)
        .filter(|resource| filter.as_ref().is_none_or(|filter| filter.passes(resource)))
        .collect();
    let page: Vec<_> = found
        .iter()
        .skip(start - 1)
        .take(count)
        .map(|resource| resource.view(world))
        .collect();
    let body = json!({
        "schemas": [CORE], "totalResults": found.len(), "itemsPerPage": page.len(), "startIndex": start,
        "Resources": page,
    });
    Ok(Reply::json(200, &body))
}

fn read(world: &mut World, call: &Call, id: &str, kind: Kind) -> Answer {
    allowed(world, call)?;
    Ok(shown(world, find(world, id, kind)?, 200))
}

fn replace(world: &mut World, call: &Call, id: &str, kind: Kind) -> Answer {
    allowed(world, call)?;
    let before = find(world, id, kind)?.clone();
    let mut attributes = call.object()?;
    // The domain decides on the directory, and a resource does not move; one that is not repeated stays.
    if attributes.get(WORKSPACE).is_none() {
        attributes.insert(WORKSPACE.into(), Value::Object(before.extension()));
    }
    let attributes = accepted(attributes, kind)?;
    save(world, before, attributes, 200)
}

/// 204 without a body.
fn change(world: &mut World, call: &Call, id: &str, kind: Kind) -> Answer {
    allowed(world, call)?;
    let before = find(world, id, kind)?.clone();
    let mut attributes = before.attributes.clone();
    patch::apply(&mut attributes, call.object()?);
    let attributes = accepted(attributes, kind)?;
    save(world, before, attributes, 204)
}

fn save(world: &mut World, before: Resource, attributes: Map<String, Value>, status: u16) -> Answer {
    if directory_of(world, &attributes, before.kind)? != before.directory {
        return Err(bad("The domain belongs to another directory."));
    }
    let resource = Resource {
        attributes,
        modified: world.clock.now(),
        ..before
    };
    available(world, &resource)?;
    world.scim.put(resource.clone());
    Ok(if status == 204 {
        Reply::empty(204)
    } else {
        shown(world, &resource, status)
    })
}

fn delete(world: &mut World, call: &Call, id: &str, kind: Kind) -> Answer {
    allowed(world, call)?;
    find(world, id, kind)?;
    world.scim.delete(kind, id);
    Ok(Reply::empty(204))
}

fn shown(world: &World, resource: &Resource, status: u16) -> Reply {
    let body = resource.view(world).to_string();
    Reply::text(status, "application/json", body).header(header::ETAG, resource.version())
}

fn find<'a>(world: &'a World, id: &str, kind: Kind) -> Result<&'a Resource, Reply> {
    let missing = || Reply::error(404, "not.found", &format!("{} has no {id}.", kind.collection()));
    world.scim.find(kind, id).ok_or_else(missing)
}

/// Checks what is required and brings it into one form.
fn accepted(mut attributes: Map<String, Value>, kind: Kind) -> Result<Map<String, Value>, Reply> {
    for name in ["id", "meta", "groups", "roles", "schemas"] {
        attributes.remove(name);
    }
    // Spelled in several ways by connectors.
    if let Some(address) = attributes.get("emails").and_then(Value::as_str) {
        let list = json!([{"value": address}]);
        attributes.insert("emails".into(), list);
    }
    let mut required = vec![("/displayName", kind == Kind::Group)];
    let names = [
        "/userName",
        "/name/givenName",
        "/name/familyName",
        "/emails/0/value",
    ];
    required.extend(names.map(|path| (path, kind == Kind::User)));
    let value = Value::Object(attributes);
    for (path, _) in required.into_iter().filter(|(_, applies)| *applies) {
        if value
            .pointer(path)
            .and_then(Value::as_str)
            .is_none_or(str::is_empty)
        {
            return Err(bad(&format!("{} is required.", &path[1..].replace('/', "."))));
        }
    }
    let Value::Object(attributes) = value else {
        return Err(bad("The body must be an object."));
    };
    let several = |name: &str| {
        attributes
            .get(name)
            .and_then(Value::as_array)
            .is_some_and(|list| list.len() > 1)
    };
    if kind == Kind::User && several("emails") {
        return Err(bad("A user has exactly one e-mail address."));
    }
    let extension = attributes.get(WORKSPACE).and_then(Value::as_object);
    let stated = |name: &str| {
        extension
            .and_then(|extension| extension.get(name))
            .and_then(Value::as_str)
    };
    if kind == Kind::User
        && stated("internalUserType") == Some("PROVISIONED")
        && !attributes.contains_key("externalId")
    {
        return Err(bad("externalId is required for provisioned users."));
    }
    Ok(attributes)
}

/// The directory that has the domain of the workspace extension.
fn directory_of(world: &World, attributes: &Map<String, Value>, kind: Kind) -> Result<String, Reply> {
    let extension = attributes.get(WORKSPACE);
    let domain = extension
        .and_then(|extension| extension.get("domain"))
        .and_then(Value::as_str);
    let domain = match (domain, kind) {
        (Some(domain), _) => domain,
        (None, Kind::Group) => "System Domain",
        (None, Kind::User) => return Err(bad("domain is required in the workspace extension.")),
    };
    world
        .directories
        .iter()
        .find(|directory| {
            directory
                .domains
                .iter()
                .any(|used| used.eq_ignore_ascii_case(domain))
        })
        .map(|directory| directory.id.clone())
        .ok_or_else(|| bad(&format!("No directory has the domain {domain}.")))
}

fn available(world: &World, resource: &Resource) -> Result<(), Reply> {
    if world.scim.taken(resource) {
        let message = format!(
            "The {} {} is taken.",
            resource.kind.name_attribute(),
            resource.name()
        );
        return Err(Reply::error(409, "simulator.scim.name.exists", &message));
    }
    Ok(())
}

/// Q5: provisioned users are for tenants for which it has been enabled (EVIDENCE 3.7).
fn allowed(world: &World, call: &Call) -> Result<(), Reply> {
    world.admin(call)?;
    if world.switches.scim_closed {
        return Err(Reply::error(
            403,
            "forbidden",
            "User is not authorized to perform the task.",
        ));
    }
    Ok(())
}

fn bad(message: &str) -> Reply {
    Reply::error(400, "simulator.scim.invalid", message)
}
