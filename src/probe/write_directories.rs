//! The questions that take a directory of our own.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use super::made::{Fate, Made};
use super::session::{Session, Stop};
use super::write_clients::{LOOKS, deleted, fate, post, seen_after, taken};
use super::{names, reads, shapes};
use crate::access::{Ask, Directory, Endpoint, Media, Payload};

/// How long to wait for a second directory of the same name to be listed, if there is one.
const FOR_A_NAMESAKE: Duration = Duration::from_secs(15);

/// The list, with all types in it.
const ALL: &str = "includeJitDirectories=true";

/// Asks them all.
pub async fn ask_all(session: &mut Session<'_>, made: &mut Made, run: &str) -> Result<(), Stop> {
    let [first, second, third, fourth] = names::directories(run);
    session.progress.doing("creating a directory");
    let Some(before) = list(session).await? else {
        for id in ["Q1.create", "Q1.json", "Q8.post", "Q8.delete"] {
            session
                .findings
                .unanswered(id, "the list of directories cannot be read");
        }
        return Ok(());
    };
    made.directories_before(&before);
    let Some(directory) = create(session, made, &first).await? else {
        return create_in_json(session, made, &fourth).await;
    };
    session.progress.doing("creating the directory once more");
    create_again(session, made, &first).await?;
    session
        .progress
        .doing("creating directories whose name or domain is taken");
    create_taken(
        session,
        made,
        ("Q13.name", &first, &first),
        &names::domain(&second),
    )
    .await?;
    create_taken(
        session,
        made,
        ("Q13.domain", &second, &second),
        &names::domain(&first),
    )
    .await?;
    session.progress.doing("updating a directory");
    update(session, &directory, &first).await?;
    session.progress.doing("creating another directory");
    made.directory(&third);
    if let Some(look) = post(
        session,
        Endpoint::Directories,
        body(&third, &names::domain(&third)),
    )
    .await?
    {
        let shown = look.directory().filter(|_| look.is_success());
        made.directory_is(&third, fate(&look), shown.map(|it| it.id).as_deref());
        if look.is_success()
            && let Some(third) = appears(session, made, &third, None).await?
        {
            session.progress.doing("deleting a directory");
            delete(session, made, &third, "").await?;
        }
    }
    session.progress.doing("deleting a directory in the background");
    delete(session, made, &directory, "asyncDelete=true").await?;
    create_in_json(session, made, &fourth).await
}

fn body(name: &str, domain: &str) -> Value {
    json!({"type": "OTHER_DIRECTORY", "domains": [domain], "name": name})
}

/// All directories, on however many pages they are listed.
async fn list(session: &Session<'_>) -> Result<Option<Vec<Directory>>, Stop> {
    session.go_on()?;
    let listed = session.tenant.directories_now().await;
    Ok(listed.ok().map(|(directories, _)| directories))
}

/// The entry of the list about a directory, where it is on the first page.
async fn entry(session: &mut Session<'_>, id: &str) -> Result<Option<Value>, Stop> {
    let look = session
        .ask(Ask::get(Endpoint::Directories).with_query(ALL))
        .await?;
    let list = look.and_then(|look| look.json()).unwrap_or_default();
    Ok(shapes::items(&list)
        .into_iter()
        .find(|entry| shapes::is_entry_of(entry, id)))
}

/// The directory that was made, if one was.
async fn create(session: &mut Session<'_>, made: &mut Made, name: &str) -> Result<Option<Directory>, Stop> {
    made.directory(name);
    let look = post(session, Endpoint::Directories, body(name, &names::domain(name))).await?;
    let Some(look) = look else {
        return Ok(None);
    };
    let shown = look.directory().filter(|_| look.is_success());
    made.directory_is(name, fate(&look), shown.as_ref().map(|it| it.id.as_str()));
    let is_media = matches!(look.status(), 406 | 415);
    let key = match look.status() {
        _ if is_media => "refused",
        201 if shown.is_some() => "201",
        200 if shown.is_some() => "200",
        _ if look.is_success() => "mute",
        403 => "read-only",
        _ => "refused",
    };
    let findings = &mut session.findings;
    findings.answer("Q1.create", if is_media { "refused" } else { "vendor" });
    findings.answer("Q8.post", key).seen("Q8.post", &look);
    if look.is_success() {
        let object = look.json();
        findings
            .media_type("Q8.post", &look)
            .fields("Q8.post", object.as_ref());
        findings.answer("Q9.post", shapes::id_name(object.as_ref(), shown.is_some()));
    } else if look.status() < 500 {
        return Ok(None);
    }
    appears(session, made, name, Some("lag.directory")).await
}

/// Makes a directory in `application/json`. Of whatever type it is, it is ours, and removed.
async fn create_in_json(session: &mut Session<'_>, made: &mut Made, name: &str) -> Result<(), Stop> {
    session.progress.doing("creating a directory in application/json");
    made.directory(name);
    let body = Payload::Json(body(name, &names::domain(name)));
    let ask = Ask::new(Method::POST, Endpoint::Directories, body).in_media(Media::Json);
    let Some(look) = session.ask(ask).await? else {
        return Ok(());
    };
    let shown = look.directory().filter(|_| look.is_success());
    made.directory_is(name, fate(&look), shown.map(|it| it.id).as_deref());
    session.findings.seen("Q1.json", &look);
    let key = if look.is_success() {
        let found = appears(session, made, name, None).await?;
        found.as_ref().map_or("unseen", type_of)
    } else {
        "refused"
    };
    session.findings.answer("Q1.json", key);
    Ok(())
}

/// Sends the creation of a directory that is there once more. A twin has its name, and is removed with it.
async fn create_again(session: &mut Session<'_>, made: &Made, name: &str) -> Result<(), Stop> {
    let look = post(session, Endpoint::Directories, body(name, &names::domain(name))).await?;
    if look.as_ref().map_or(Fate::Sent, fate) != Fate::Refused {
        session.pause(FOR_A_NAMESAKE).await?; // it is found by its name, so it has to be listed by then
    }
    let (Some(look), Some(listed)) = (look, list(session).await?) else {
        return Ok(());
    };
    let key = match listed.iter().filter(|it| made.is_ours(it, name)).count() {
        2.. => "twin",
        _ if look.is_success() && look.errors().is_empty() => "same",
        _ => "refused",
    };
    session
        .findings
        .answer("Q27.directory", key)
        .seen("Q27.directory", &look);
    Ok(())
}

/// The directory with this name, when the list has it; the questions about it are asked of the first one.
async fn appears(
    session: &mut Session<'_>,
    made: &mut Made,
    name: &str,
    question: Option<&'static str>,
) -> Result<Option<Directory>, Stop> {
    let mut waited = Duration::ZERO;
    for pause in LOOKS {
        session.pause(pause).await?;
        waited += pause;
        let listed = list(session).await?.unwrap_or_default();
        let found = listed.into_iter().find(|it| made.is_ours(it, name));
        let Some(directory) = found else {
            continue;
        };
        made.directory_is(name, Fate::Exists, Some(&directory.id));
        if let Some(question) = question {
            seen_after(session, question, waited);
            let entry = entry(session, &directory.id).await?;
            about(session, &directory, name, entry.as_ref()).await?;
        }
        return Ok(Some(directory));
    }
    if let Some(question) = question {
        session.findings.answer(question, "not-seen");
    }
    Ok(None)
}

async fn about(
    session: &mut Session<'_>,
    directory: &Directory,
    name: &str,
    entry: Option<&Value>,
) -> Result<(), Stop> {
    session.findings.answer("Q8.type", type_of(directory));
    let domain = names::domain(name);
    let shown = directory.domains.as_deref();
    let key = match shown {
        _ if directory.name.is_empty() => "silent",
        _ if directory.name != name => "altered",
        Some(domains) if domains != [domain.as_str()] => "altered",
        _ => "as-sent",
    };
    session.findings.answer("Q11.spelling", key);
    if session.findings.key("Q10").is_none() {
        reads::about_directory(session, directory, entry).await?;
    }
    Ok(())
}

/// Of which type the list says that a directory is.
fn type_of(directory: &Directory) -> &'static str {
    match () {
        () if directory.is_of_another_type() => "another",
        () if directory.r#type.is_empty() => "silent",
        () => "other",
    }
}

/// Tries to make a directory, some of which is taken. One that is made all the same is ours, and removed.
async fn create_taken(
    session: &mut Session<'_>,
    made: &mut Made,
    (question, name, journal): (&'static str, &str, &str),
    domain: &str,
) -> Result<(), Stop> {
    let is_first = question == "Q13.name";
    if !is_first {
        made.directory(journal);
    }
    let look = post(session, Endpoint::Directories, body(name, domain)).await?;
    let fate = look.as_ref().map_or(Fate::Sent, fate);
    if is_first && fate != Fate::Refused {
        session.pause(FOR_A_NAMESAKE).await?; // it is found by its name, so it has to be listed by then
    }
    let Some(look) = look else {
        return Ok(());
    };
    if !is_first {
        let shown = look.directory().filter(|_| look.is_success());
        made.directory_is(journal, fate, shown.map(|it| it.id).as_deref());
    }
    let key = taken(&look);
    session.findings.answer(question, &key).seen(question, &look);
    Ok(())
}

async fn update(session: &mut Session<'_>, directory: &Directory, name: &str) -> Result<(), Stop> {
    let body = body(name, &names::domain(name));
    let ask = Ask::new(
        Method::PUT,
        Endpoint::Directory(&directory.id),
        Payload::Json(body),
    );
    if let Some(look) = session.ask(ask).await? {
        let key = match look.status() {
            405 => "405",
            _ if look.is_success() => "taken",
            _ => "refused",
        };
        session.findings.answer("Q12", key).seen("Q12", &look);
    }
    Ok(())
}

async fn delete(
    session: &mut Session<'_>,
    made: &mut Made,
    directory: &Directory,
    query: &str,
) -> Result<(), Stop> {
    let ask = Ask::new(Method::DELETE, Endpoint::Directory(&directory.id), Payload::None);
    let Some(look) = session.ask(ask.with_query(query)).await? else {
        return Ok(());
    };
    let is_in_background = !query.is_empty();
    if !is_in_background {
        let key = deleted(&look);
        session.findings.answer("Q8.delete", &key);
    }
    let question = if is_in_background { "Q8.async" } else { "Q8.gone" };
    session.findings.seen(question, &look);
    if !look.is_success() {
        session.findings.unanswered(question, "the deletion is refused");
        return Ok(());
    }
    let mut key = "at-once";
    let mut waited = Duration::ZERO;
    for pause in LOOKS {
        session.pause(pause).await?;
        waited += pause;
        let Some(listed) = list(session).await? else {
            continue;
        };
        let listed = listed.iter().find(|it| it.id.eq_ignore_ascii_case(&directory.id));
        match listed {
            None => {
                let seconds = i64::try_from(waited.as_secs()).unwrap_or(i64::MAX);
                session
                    .findings
                    .answer(question, key)
                    .number(question, "seconds waited", seconds);
                return Ok(());
            }
            Some(listed) if listed.delete_in_progress => key = "in-progress",
            Some(_) if key == "at-once" => key = "late",
            Some(_) => {}
        }
    }
    session.findings.answer(question, "stays");
    // the removal at the end waits for it
    made.directory_is(&directory.name, Fate::Exists, Some(&directory.id));
    Ok(())
}
