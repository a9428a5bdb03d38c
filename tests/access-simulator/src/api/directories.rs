//! `/jersey/manager/api/connectormanagement/directoryconfigs`
//!
//! No public source records an answer of these endpoints, so the codes in `errors[]` are invented and begin with
//! `simulator.`; callers must not depend on them.

use axum::http::header;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::media::{JSON, check_content, essence, negotiate, unsupported};
use super::paging::Page;
use crate::choices::{Acceptance, DirectoryIds, DirectoryJson, IdRead, MediaTypes, OddEntry, PostAnswer};
use crate::directories::{Directory, DirectoryType};
use crate::http::{Call, Reply};
use crate::world::World;

const OTHER_TYPE: &str = "application/vnd.vmware.horizon.manager.connector.management.directory.other+json";
const LOCAL_TYPE: &str = "application/vnd.vmware.horizon.manager.connector.management.directory.local+json";
const JIT_TYPE: &str = "application/vnd.vmware.horizon.manager.connector.management.directory.jit+json";
const LIST_TYPE: &str = "application/vnd.vmware.horizon.manager.connector.management.directory.list+json";
const DOMAINS_TYPE: &str =
    "application/vnd.vmware.horizon.manager.connector.management.directory.domain.list+json";

/// POST: the media type selects the kind of directory (F8); Q1, Q8, Q9, Q13.
pub(crate) fn create(world: &mut World, call: &Call) -> Result<Reply, Reply> {
    world.admin(call)?;
    writable(world)?;
    let sent = essence(call.header(header::CONTENT_TYPE).unwrap_or_default());
    match world.switches.directory_json {
        DirectoryJson::MakesLocal if sent == JSON => {
            return create_as(world, call, DirectoryType::LocalDirectory);
        }
        DirectoryJson::Moved => return Err(unsupported(&sent)),
        DirectoryJson::MakesLocal | DirectoryJson::AsDeclared => {}
    }
    let mode = world.switches.directory_media_types;
    let (vendor, kind) = match sent.as_str() {
        LOCAL_TYPE => (LOCAL_TYPE, DirectoryType::LocalDirectory),
        JIT_TYPE => (JIT_TYPE, DirectoryType::JitDirectory),
        _ => (OTHER_TYPE, DirectoryType::OtherDirectory),
    };
    check_content(call, vendor, mode, false)?;
    let media_type = negotiate(call, vendor, mode)?;
    let body = call.object()?;
    let kind = stated_type(&body, kind, mode)?;
    made(world, media_type, &body, kind)
}

/// POST at the address that takes JSON, where directories of type Other have one (Q1).
pub(crate) fn create_other(world: &mut World, call: &Call) -> Result<Reply, Reply> {
    world.admin(call)?;
    if world.switches.directory_json != DirectoryJson::Moved {
        return Err(Reply::error(404, "not.found", "There is no such address."));
    }
    writable(world)?;
    create_as(world, call, DirectoryType::OtherDirectory)
}

/// A creation with JSON, where it means this kind.
fn create_as(world: &mut World, call: &Call, kind: DirectoryType) -> Result<Reply, Reply> {
    check_content(call, JSON, MediaTypes::JsonOnly, true)?;
    let media_type = negotiate(call, JSON, MediaTypes::JsonOnly)?;
    let body = call.object()?;
    made(world, media_type, &body, kind)
}

fn made(
    world: &mut World,
    media_type: &str,
    body: &Map<String, Value>,
    kind: DirectoryType,
) -> Result<Reply, Reply> {
    let (name, domains) = name_and_domains(body)?;
    unique(world, None, &name, &domains)?;
    let directory = Directory::new(&name, domains, kind);
    let reply = created(world, media_type, &directory);
    world.write_directory(directory);
    Ok(reply)
}

/// Q8, Q9
fn created(world: &World, media_type: &str, directory: &Directory) -> Reply {
    let switches = &world.switches;
    let reply = match switches.directory_post_answer {
        PostAnswer::Whole | PostAnswer::NoStoreId => Reply::typed(
            switches.directory_post_status,
            media_type,
            &directory.view(world, true),
        ),
        PostAnswer::Empty => Reply::empty(switches.directory_post_status),
        PostAnswer::Job => {
            let job = format!("{}/jersey/manager/api/jobs/{}", world.saas, Uuid::new_v4());
            return Reply::empty(202).header(header::LOCATION, job);
        }
    };
    if switches.directory_ids == DirectoryIds::LocationOnly {
        return reply.header(header::LOCATION, directory.href(world));
    }
    reply
}

/// GET of the list: Q11. JIT directories only on request.
pub(crate) fn list(world: &mut World, call: &Call) -> Result<Reply, Reply> {
    world.admin(call)?;
    let media_type = negotiate(call, LIST_TYPE, world.switches.directory_media_types)?;
    let jit_too = call.query("includeJitDirectories").as_deref() == Some("true");
    let going = world
        .directories
        .iter()
        .filter(|it| it.reads_until_gone.is_some());
    let going: Vec<_> = going.map(|directory| directory.id.clone()).collect();
    for id in &going {
        noticed(world, id);
    }
    let mut items: Vec<_> = odd_entry(world.switches.directory_list_odd).into_iter().collect();
    let directories = world
        .directories_behind(world.switches.lag_directory_list_ms)
        .into_iter()
        .filter(|directory| jit_too || directory.directory_type != DirectoryType::JitDirectory)
        .map(|directory| directory.list_item(world));
    items.extend(directories);
    let (how, most) = (world.switches.directory_list, world.switches.list_page_size);
    Ok(Page::of(items, how, most, call, &Directory::list_href(world)).reply(media_type))
}

fn odd_entry(entry: OddEntry) -> Option<Value> {
    match entry {
        OddEntry::None => None,
        OddEntry::WithoutId => Some(json!({"type": "OTHER_DIRECTORY", "name": "No id", "countDomains": 1})),
        OddEntry::Text => Some(json!("unreadable")),
        OddEntry::Null => Some(Value::Null),
    }
}

/// GET of one: Q10.
pub(crate) fn read(world: &mut World, call: &Call, id: &str) -> Result<Reply, Reply> {
    world.admin(call)?;
    let id = &meant(world, id);
    offered(world.switches.directory_get_one)?;
    let kind = seen(world, id)?.directory_type;
    let vendor = match kind {
        DirectoryType::OtherDirectory => OTHER_TYPE,
        DirectoryType::LocalDirectory => LOCAL_TYPE,
        DirectoryType::JitDirectory => JIT_TYPE,
    };
    let media_type = negotiate(call, vendor, world.switches.directory_media_types)?;
    noticed(world, id);
    Ok(Reply::typed(
        200,
        media_type,
        &seen(world, id)?.view(world, false),
    ))
}

/// GET of the domains of one: Q11.
pub(crate) fn domains(world: &mut World, call: &Call, id: &str) -> Result<Reply, Reply> {
    world.admin(call)?;
    let id = &meant(world, id);
    offered(world.switches.directory_domains_resource)?;
    let media_type = negotiate(call, DOMAINS_TYPE, world.switches.directory_media_types)?;
    let directory = seen(world, id)?;
    let href = directory.href(world);
    let item = |(index, name): (usize, &Value)| json!({"name": name, "_links": {"self": {"href": format!("{href}/domains/{}", index + 1)}}});
    let body = match directory.domains_read(world) {
        Some(Value::Array(domains)) => {
            let items: Vec<_> = domains.iter().enumerate().map(item).collect();
            json!({"items": items})
        }
        Some(other) => json!({"items": other}),
        None => json!({}),
    };
    Ok(Reply::typed(200, media_type, &body))
}

/// DELETE: Q8, Q26.
pub(crate) fn delete(world: &mut World, call: &Call, id: &str) -> Result<Reply, Reply> {
    world.admin(call)?;
    let id = &meant(world, id);
    writable(world)?;
    let switches = &world.switches;
    let (status, reads) = (switches.directory_delete_status, switches.directory_delete_reads);
    let in_background =
        switches.directory_delete_always_async || call.query("asyncDelete").as_deref() == Some("true");
    let mut directory = find(world, id)?.clone();
    if switches.directory_in_use {
        return Err(Reply::error(
            409,
            "simulator.directory.in.use",
            "Access policies use authentication methods of this directory.",
        ));
    }
    if in_background {
        directory.reads_until_gone.get_or_insert(reads);
        world.write_directory(directory);
    } else {
        world.remove_directory(id);
    }
    Ok(Reply::empty(status))
}

/// PUT and PATCH: Q12.
pub(crate) fn update(world: &mut World, call: &Call, id: &str) -> Result<Reply, Reply> {
    world.admin(call)?;
    let id = &meant(world, id);
    if !world.switches.directory_update {
        return Err(Reply::error(
            405,
            "simulator.method.not.allowed",
            "A directory cannot be changed.",
        ));
    }
    writable(world)?;
    let mut directory = find(world, id)?.clone();
    let (name, domains) = name_and_domains(&call.object()?)?;
    unique(world, Some(id), &name, &domains)?;
    directory.name = name;
    directory.domains = domains;
    let body = directory.view(world, false);
    world.write_directory(directory);
    Ok(Reply::typed(200, OTHER_TYPE, &body))
}

/// Counts a read of a directory that is being deleted, and removes it after the last one.
fn noticed(world: &mut World, id: &str) {
    let reads = world.directories.iter_mut().find(|directory| directory.id == id);
    match reads.and_then(|directory| directory.reads_until_gone.as_mut()) {
        Some(0) => {
            world.remove_directory(id);
        }
        Some(left) => *left -= 1,
        None => {}
    }
}

/// A directory as it is.
fn find<'a>(world: &'a World, id: &str) -> Result<&'a Directory, Reply> {
    world.directory_behind(id, 0).ok_or_else(|| missing(id))
}

/// The id that is meant: ids are in small letters, whatever a list says.
fn meant(world: &World, id: &str) -> String {
    match world.switches.directory_list_ids {
        IdRead::Upper => id.to_lowercase(),
        _ => id.to_owned(),
    }
}

/// A directory as a reader of this one sees it.
fn seen<'a>(world: &'a World, id: &str) -> Result<&'a Directory, Reply> {
    let lag = world.switches.lag_directory_reads_ms;
    world.directory_behind(id, lag).ok_or_else(|| missing(id))
}

fn missing(id: &str) -> Reply {
    Reply::error(
        404,
        "simulator.directory.not.found",
        &format!("There is no directory with the id {id}."),
    )
}

/// Q25
pub(super) fn writable(world: &World) -> Result<(), Reply> {
    if world.switches.directories_read_only {
        return Err(Reply::error(
            403,
            "forbidden",
            "Directories and identity providers are managed by the identity service.",
        ));
    }
    Ok(())
}

fn offered(acceptance: Acceptance) -> Result<(), Reply> {
    let status = match acceptance {
        Acceptance::Served => return Ok(()),
        Acceptance::Status403 => 403,
        Acceptance::Status404 => 404,
        Acceptance::Status405 => 405,
        Acceptance::Status406 => 406,
    };
    Err(Reply::error(
        status,
        "simulator.not.offered",
        "This tenant does not offer this.",
    ))
}

/// A JIT directory is created without `type`; every other body states its own.
fn stated_type(
    body: &Map<String, Value>,
    expected: DirectoryType,
    mode: MediaTypes,
) -> Result<DirectoryType, Reply> {
    let stated = match body.get("type") {
        None => {
            return if expected == DirectoryType::OtherDirectory {
                Err(bad("type is required."))
            } else {
                Ok(expected)
            };
        }
        Some(value) => serde_json::from_value(value.clone()).map_err(|_| bad("The type is not known."))?,
    };
    if stated == expected || mode == MediaTypes::JsonOnly {
        return Ok(stated);
    }
    Err(bad("The type does not fit the media type."))
}

fn name_and_domains(body: &Map<String, Value>) -> Result<(String, Vec<String>), Reply> {
    let name = body.get("name").and_then(Value::as_str).unwrap_or_default();
    if name.trim().is_empty() || name.chars().count() > 128 {
        return Err(bad("name must have 1 to 128 characters."));
    }
    let domains: Option<Vec<String>> = body.get("domains").and_then(Value::as_array).and_then(|list| {
        list.iter()
            .map(|domain| domain.as_str().filter(|text| !text.is_empty()).map(str::to_owned))
            .collect()
    });
    match domains {
        Some(domains) if !domains.is_empty() => Ok((name.to_owned(), domains)),
        _ => Err(bad("domains must name at least one domain.")),
    }
}

/// Q13
fn unique(world: &World, except: Option<&str>, name: &str, domains: &[String]) -> Result<(), Reply> {
    let status = world.switches.duplicate_directory_status;
    let form = world.switches.duplicate_directory_body;
    for other in world
        .directories
        .iter()
        .filter(|other| Some(other.id.as_str()) != except)
    {
        if other.name.eq_ignore_ascii_case(name) {
            let message = format!("A directory with the name {name} already exists.");
            return Err(Reply::error(status, "simulator.directory.name.exists", &message).with(form));
        }
        let taken = |domain: &&String| other.domains.iter().any(|used| used.eq_ignore_ascii_case(domain));
        if let Some(domain) = domains.iter().find(taken) {
            let message = format!(
                "The domain {domain} already belongs to the directory {}.",
                other.name
            );
            return Err(Reply::error(status, "simulator.directory.domain.exists", &message).with(form));
        }
    }
    Ok(())
}

fn bad(message: &str) -> Reply {
    Reply::error(400, "simulator.directory.invalid", message)
}
