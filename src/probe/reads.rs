//! The questions that reading answers.

use serde_json::Value;
use terraform_plugin::secret::Secret;

use super::findings::Fact;
use super::session::{Session, Stop};
use super::shapes;
use crate::access::{Ask, Caller, Directory, Endpoint, Look, Media};

/// What reading has shown that later questions need.
#[derive(Default)]
pub struct Seen {
    /// A discovery document is there, or the API has answered in JSON.
    pub is_a_tenant: bool,
}

/// Asks them all.
pub async fn ask_all(session: &mut Session<'_>) -> Result<Seen, Stop> {
    let mut seen = Seen::default();
    session.progress.doing("reading what the tenant announces");
    discovery(session, &mut seen).await?;
    session.progress.doing("looking at the token");
    let life = own_token(session).await?;
    token_check(session).await?;
    session.progress.doing("reading the list of clients");
    clients(session, &mut seen).await?;
    own_client(session, life).await?;
    session.progress.doing("reading the list of directories");
    directories(session, &mut seen).await?;
    session.progress.doing("asking SCIM and SAML");
    others(session).await?;
    Ok(seen)
}

async fn discovery(session: &mut Session<'_>, seen: &mut Seen) -> Result<(), Stop> {
    let prefix = session.tenant.is_below_a_path();
    let at = if prefix { "prefix" } else { "root" };
    session.findings.answer("Q28.path", at);
    let mut found = Vec::new();
    let mut revocation = None;
    for (name, endpoint) in [("auth", Endpoint::AuthDiscovery), ("acs", Endpoint::AcsDiscovery)] {
        let ask = Ask::get(endpoint).as_caller(Caller::Nobody);
        let Some(look) = session.ask(ask).await? else {
            continue;
        };
        let fact = if name == "auth" {
            "status below /SAAS/auth"
        } else {
            "status below /acs"
        };
        session.findings.number("discovery", fact, look.status());
        let Some(Value::Object(document)) = look.json().filter(|_| look.is_success()) else {
            continue;
        };
        if document.contains_key("issuer") || document.contains_key("token_endpoint") {
            found.push(name);
            let endpoint = document.get("revocation_endpoint").and_then(Value::as_str);
            revocation = revocation.or(endpoint.map(str::to_owned));
        }
    }
    seen.is_a_tenant |= !found.is_empty();
    let where_it_is = match found[..] {
        [] => "neither",
        [one] => one,
        _ => "both",
    };
    session.findings.answer("discovery", where_it_is);
    let revocation = match revocation {
        None => "absent",
        Some(url) if session.tenant.is_at_the_tenant(&url) => "announced",
        Some(_) => "elsewhere",
    };
    session.findings.answer("revocation", revocation);
    Ok(())
}

/// Seconds that a token of the client that signs in lives.
async fn own_token(session: &mut Session<'_>) -> Result<Option<i64>, Stop> {
    let tenant = session.tenant.clone();
    let Some((id, secret)) = tenant.own_service_client() else {
        let how = if tenant.is_given_a_token() {
            "given"
        } else {
            "session"
        };
        session.findings.answer("sign-in", how);
        for id in ["Q17.own", "Q19.own", "Q2.own"] {
            session
                .findings
                .unanswered(id, "it needs a service client to sign in");
        }
        return Ok(None);
    };
    let form = [("grant_type", "client_credentials")];
    let Some(look) = session
        .ask(shapes::token(&form, Caller::Basic(id, secret)))
        .await?
    else {
        return Ok(None);
    };
    let token = shapes::Token::of(&look);
    let findings = &mut session.findings;
    findings.number("sign-in", "status", look.status());
    findings
        .media_type("sign-in", &look)
        .fields("sign-in", look.json().as_ref());
    let Some(token) = token else {
        return Ok(None);
    };
    let scope = match &token.scope {
        None => "opaque",
        Some(scope) if scope.split_whitespace().any(|scope| scope == "admin") => "admin",
        Some(_) => "other-scope",
    };
    findings.answer("sign-in", scope);
    findings.answer("Q19.own", if token.is_refreshable { "present" } else { "absent" });
    let unknown = Secret::new("not-a-secret-of-anybody");
    let caller = Caller::Basic("wsoa-probe-nobody", &unknown);
    if let Some(look) = session.ask(shapes::token(&form, caller)).await? {
        let key = shapes::refused_client(&look);
        session
            .findings
            .answer("Q15.unknown", key)
            .seen("Q15.unknown", &look);
    }
    Ok(token.expires_in)
}

async fn token_check(session: &mut Session<'_>) -> Result<(), Stop> {
    let check = || Ask::get(Endpoint::TokenCheck).with_query("attribute=isValid");
    if let Some(look) = session.ask(check()).await? {
        let key = match look.text().trim() {
            _ if !look.is_success() => "not-offered",
            "true" => "true",
            "True" => "True",
            text if text.trim_matches(['"', '\'']).eq_ignore_ascii_case("true") => "quoted",
            text if text.trim_matches(['"', '\'']).eq_ignore_ascii_case("false") => "false",
            _ => "other",
        };
        session
            .findings
            .answer("Q21", key)
            .seen("Q21", &look)
            .media_type("Q21", &look);
    }
    let dead = Secret::new("bm90LWEtdG9rZW4.bm90LWEtdG9rZW4.bm90LWEtdG9rZW4");
    if let Some(look) = session.ask(check().as_caller(Caller::Bearer(&dead))).await? {
        let text = look.text().trim().trim_matches(['"', '\'']).to_ascii_lowercase();
        let key = match (look.status(), text.as_str()) {
            (200..=299, "false") => "false",
            (200..=299, "true") => "true",
            (401, _) => "401",
            _ => "other",
        };
        session.findings.answer("Q21.dead", key).seen("Q21.dead", &look);
    }
    let ask = Ask::get(Endpoint::Clients).as_caller(Caller::Bearer(&dead));
    if let Some(look) = session.ask(ask).await? {
        let key = match look.status() {
            _ if look.is_page() => "page",
            200..=299 => "served",
            300..=399 => "redirect",
            401 => "401",
            403 => "403",
            _ => "other",
        };
        session.findings.answer("Q14", key).seen("Q14", &look);
    }
    Ok(())
}

/// Asks for a list in the vendor's media type and in JSON, and returns what the tenant answers to the usual request.
async fn list_in_each_media_type(
    session: &mut Session<'_>,
    endpoint: Endpoint<'static>,
    query: &'static str,
    ids: [&'static str; 2],
) -> Result<Option<Look>, Stop> {
    let [media_question, rights_question] = ids;
    let mut taken = Vec::new();
    let mut refused = 0;
    let mut best = None;
    for (name, media) in [("vendor", Media::Vendor), ("json", Media::Json)] {
        let ask = Ask::get(endpoint).with_query(query).in_media(media);
        let Some(look) = session.ask(ask).await? else {
            continue;
        };
        let fact = if name == "vendor" {
            "status for the vendor's"
        } else {
            "status for application/json"
        };
        session.findings.number(media_question, fact, look.status());
        session.findings.media_type(media_question, &look);
        if look.is_success() && look.json().is_some() {
            taken.push(name);
        } else if matches!(look.status(), 406 | 415) {
            refused += 1;
        }
        if best.as_ref().is_none_or(|best: &Look| !best.is_success()) {
            best = Some(look);
        }
    }
    let Some(best) = best else {
        return Ok(None);
    };
    let rights = match best.status() {
        _ if !taken.is_empty() => "allowed",
        403 => "forbidden",
        401 => "unauthorized",
        _ => "other",
    };
    session
        .findings
        .answer(rights_question, rights)
        .seen(rights_question, &best);
    match taken[..] {
        [_, _] => session.findings.answer(media_question, "both"),
        [one] => session.findings.answer(media_question, one),
        _ if refused == 2 => session.findings.answer(media_question, "neither"),
        _ => {
            session
                .findings
                .unanswered(media_question, "the list cannot be read");
            return Ok(Some(best));
        }
    };
    Ok(Some(best))
}

async fn clients(session: &mut Session<'_>, seen: &mut Seen) -> Result<(), Stop> {
    let questions = ["Q1.clients", "Q5.clients"];
    let look = list_in_each_media_type(session, Endpoint::Clients, "", questions).await?;
    let Some(look) = look else {
        return Ok(());
    };
    seen.is_a_tenant |= look.json().is_some() || matches!(look.status(), 401 | 403);
    let list = look.json().filter(|_| look.is_success());
    let Some(list) = list else {
        return Ok(());
    };
    list_form(session, "Q22.clients", &look, &list);
    let count = shapes::items(&list).len();
    if count < 3 {
        session
            .findings
            .unanswered("Q22.start", "it takes three clients to tell");
        return Ok(());
    }
    let mut pages = Vec::new();
    for query in ["startIndex=1&pageSize=2", "startIndex=2&pageSize=2"] {
        if let Some(look) = session.ask(Ask::get(Endpoint::Clients).with_query(query)).await? {
            pages.push(shapes::client_ids(&look.json().unwrap_or_default()));
        }
    }
    let key = match &pages[..] {
        [first, _] if first.len() > 2 => "ignored",
        [first, second] if first == second => "size-alone",
        [first, second] if first.last() == second.first() => "items",
        [first, second] if !second.iter().any(|id| first.contains(id)) && !second.is_empty() => "pages",
        [_, _] => "other",
        _ => return Ok(()),
    };
    session.findings.answer("Q22.start", key);
    Ok(())
}

fn list_form(session: &mut Session<'_>, id: &'static str, look: &Look, list: &Value) {
    let totals = ["totalCount", "totalPages", "totalResults"];
    let key = match () {
        () if look.names_next() => "linked",
        () if totals.iter().any(|name| list.get(*name).is_some()) => "totals",
        () => "whole",
    };
    let findings = &mut session.findings;
    findings.answer(id, key).fields(id, Some(list));
    findings.fields_of(id, "fields of an entry", shapes::items(list).first());
    findings.fact(
        id,
        "entries",
        Fact::Words(vec![shapes::many(shapes::items(list).len())]),
    );
}

async fn own_client(session: &mut Session<'_>, life: Option<i64>) -> Result<(), Stop> {
    let tenant = session.tenant.clone();
    let Some((id, secret)) = tenant.own_service_client() else {
        return Ok(());
    };
    let Some(look) = session.ask(Ask::get(Endpoint::Client(id))).await? else {
        return Ok(());
    };
    let findings = &mut session.findings;
    findings.seen("Q2.own", &look);
    let Some(Value::Object(object)) = look.json().filter(|_| look.is_success()) else {
        findings.unanswered("Q2.own", "the client cannot be read");
        findings.unanswered("Q17.own", "the client cannot be read");
        return Ok(());
    };
    findings.answer("Q2.own", shapes::secret(object.get("secret"), secret));
    findings.fields("Q2.own", look.json().as_ref());
    let etag = match look.strong_etag() {
        None => "none",
        Some(true) => "strong",
        Some(false) => "weak",
    };
    findings.answer("etag", etag);
    shapes::unit(findings, "Q17.own", object.get("accessTokenTTL"), life);
    Ok(())
}

async fn directories(session: &mut Session<'_>, seen: &mut Seen) -> Result<(), Stop> {
    let questions = ["Q1.directories", "Q5.directories"];
    let query = "includeJitDirectories=true";
    let look = list_in_each_media_type(session, Endpoint::Directories, query, questions).await?;
    let Some(look) = look.filter(Look::is_success) else {
        return Ok(());
    };
    let Some(list) = look.json() else {
        return Ok(());
    };
    seen.is_a_tenant = true;
    list_form(session, "Q22.directories", &look, &list);
    let all = look.directories();
    let other = all
        .iter()
        .find(|it| !it.r#type.is_empty() && !it.is_of_another_type());
    let Some(directory) = other.or(all.first()) else {
        for id in ["Q9.list", "Q10", "Q11.list", "Q11.domains"] {
            session
                .findings
                .unanswered(id, "there is no directory to look at");
        }
        return Ok(());
    };
    let entry = shapes::items(&list)
        .into_iter()
        .find(|entry| shapes::is_entry_of(entry, &directory.id));
    about_directory(session, &directory.clone(), entry.as_ref()).await
}

/// The questions that take one directory and its entry in the list.
pub async fn about_directory(
    session: &mut Session<'_>,
    directory: &Directory,
    entry: Option<&Value>,
) -> Result<(), Stop> {
    if let Some(entry) = entry {
        let findings = &mut session.findings;
        findings.answer("Q9.list", shapes::id_name(Some(entry), true));
        let key = match (&directory.domains, entry.get("countDomains")) {
            (Some(_), _) => "names",
            (None, Some(_)) => "count",
            (None, None) => "silent",
        };
        findings.answer("Q11.list", key);
    }
    let endpoint = Endpoint::Directory(&directory.id);
    if let Some(look) = session.ask(Ask::get(endpoint)).await? {
        let is_it = look.is_success() && look.directory().is_some();
        let key = if is_it { "served" } else { "not-offered" };
        let findings = &mut session.findings;
        findings
            .answer("Q10", key)
            .seen("Q10", &look)
            .media_type("Q10", &look);
        findings.fields("Q10", look.json().filter(|_| is_it).as_ref());
    }
    let endpoint = Endpoint::DirectoryDomains(&directory.id);
    if let Some(look) = session.ask(Ask::get(endpoint)).await? {
        let items = look.json().map(|list| shapes::items(&list)).unwrap_or_default();
        let key = if look.is_success() && !items.is_empty() {
            "served"
        } else {
            "not-offered"
        };
        session
            .findings
            .answer("Q11.domains", key)
            .seen("Q11.domains", &look);
        session.findings.fields("Q11.domains", items.first());
    }
    Ok(())
}

async fn others(session: &mut Session<'_>) -> Result<(), Stop> {
    let ask = Ask::get(Endpoint::ScimUsers).with_query("count=1&attributes=id");
    if let Some(look) = session.ask(ask).await? {
        let key = match look.status() {
            _ if look.is_page() => "other",
            200..=299 => "ok",
            401 => "unauthorized",
            403 => "forbidden",
            404 => "absent",
            _ => "other",
        };
        let findings = &mut session.findings;
        findings
            .answer("scim", key)
            .seen("scim", &look)
            .media_type("scim", &look);
        findings.fields("scim", look.json().as_ref());
    }
    let ask = Ask::get(Endpoint::SamlMetadata).as_caller(Caller::Nobody);
    if let Some(look) = session.ask(ask).await? {
        let served = (200..300).contains(&look.status()) && look.text().contains("EntityDescriptor");
        session
            .findings
            .answer("saml", if served { "served" } else { "absent" });
        session.findings.number("saml", "status", look.status());
    }
    if let Some(look) = session
        .ask(Ask::get(Endpoint::IdentityServiceDirectories))
        .await?
    {
        let speaks_json = !look.is_page() && look.json().is_some();
        let is_there = speaks_json && matches!(look.status(), 200..=299 | 401 | 403);
        session
            .findings
            .answer("Q25", if is_there { "answers" } else { "absent" });
        session.findings.seen("Q25", &look);
    }
    Ok(())
}
