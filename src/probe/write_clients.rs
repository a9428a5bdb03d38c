//! The questions that take an OAuth client of our own.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Map, Value, json};
use terraform_plugin::secret::Secret;

use super::made::{Fate, Made};
use super::session::{Session, Stop};
use super::shapes::Token;
use super::{names, shapes};
use crate::access::{Ask, Caller, Endpoint, Look, Media, Payload, client_secret};

/// The pauses before each look for something that was just written.
pub const LOOKS: [Duration; 6] = [
    Duration::ZERO,
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
    Duration::from_secs(8),
    Duration::from_secs(15),
];

/// Minutes that a token of the client lives: not a round number, so that it is recognized.
const MINUTES: i64 = 34;

/// Minutes of a year, as Okta's guide wants a token to live (EVIDENCE 5).
const YEAR: i64 = 525_600;

/// What the client is for, for whoever finds it.
const PURPOSE: &str = "terraform-provider-wsoa probe, may be deleted";

/// In an order that no sorting makes.
const SCOPE: &str = "user admin";
const GRANTS: &str = "refresh_token client_credentials";

/// The form that asks for a token.
const MINT: [(&str, &str); 1] = [("grant_type", "client_credentials")];

/// Asks them all.
pub async fn ask_all(session: &mut Session<'_>, made: &mut Made, run: &str) -> Result<(), Stop> {
    let [id, second] = names::clients(run);
    let mut ours = Ours {
        id,
        secret: client_secret::generate(),
    };
    session.progress.doing("creating a client");
    if ours.create(session, made).await? {
        session.progress.doing("looking at the client's tokens");
        ours.tokens(session).await?;
        session.progress.doing("creating the client once more");
        ours.create_again(session, made).await?;
        session.progress.doing("updating the client");
        ours.update(session).await?;
        session.progress.doing("rotating the client's secret");
        ours.rotate(session).await?;
    }
    session.progress.doing("creating a client without a secret");
    without_secret(session, made, &second, &ours.id).await?;
    session.progress.doing("deleting the clients");
    delete(session, made, &ours.id).await
}

/// The client that most questions are asked with.
struct Ours {
    id: String,
    /// The secret that it has, as far as anybody can tell.
    secret: Secret,
}

impl Ours {
    fn body(&self) -> Value {
        json!({
            "clientId": self.id, "secret": self.secret.expose(), "scope": SCOPE, "authGrantTypes": GRANTS,
            "tokenType": "Bearer", "accessTokenTTL": MINUTES, "refreshTokenTTL": 77, "refreshTokenIdleTTL": 55,
            "rememberAs": PURPOSE, "redirectUri": "", "displayUserGrant": false, "internalSystemClient": false,
        })
    }

    /// Whether there is a client now.
    async fn create(&mut self, session: &mut Session<'_>, made: &mut Made) -> Result<bool, Stop> {
        made.client(&self.id);
        let Some(look) = post(session, Endpoint::Clients, self.body()).await? else {
            return Ok(false);
        };
        made.client_is(&self.id, fate(&look));
        let shown = look.json().filter(|_| look.is_success());
        let shows_it = shown.as_ref().is_some_and(|it| it.get("clientId").is_some());
        let key = match look.status() {
            201 if shows_it => "201",
            200 if shows_it => "200",
            _ if look.is_success() => "mute",
            _ => "refused",
        };
        let findings = &mut session.findings;
        findings.answer("client.post", key).seen("client.post", &look);
        findings
            .media_type("client.post", &look)
            .fields("client.post", shown.as_ref());
        let mut candidate = None;
        if let Some(object) = shown.as_ref().filter(|_| shows_it) {
            let secret = object.get("secret");
            findings.answer("Q2.post", shapes::secret(secret, &self.secret));
            candidate = secret
                .and_then(Value::as_str)
                .filter(|it| !it.is_empty())
                .map(Secret::new);
        }
        if !look.is_success() && look.status() < 500 {
            return Ok(false);
        }
        self.settles(session, made, candidate.as_ref()).await?;
        Ok(true)
    }

    /// Waits until reads and the token endpoint know the client; each may take its own time.
    async fn settles(
        &mut self,
        session: &mut Session<'_>,
        made: &mut Made,
        shown: Option<&Secret>,
    ) -> Result<(), Stop> {
        let mut waited = Duration::ZERO;
        let (mut is_read, mut is_known) = (false, false);
        for pause in LOOKS {
            session.pause(pause).await?;
            waited += pause;
            if !is_read && self.is_read(session).await? {
                is_read = true;
                made.client_is(&self.id, Fate::Exists);
                seen_after(session, "lag.client", waited);
            }
            if !is_known && self.has_its_secret(session, shown).await? {
                is_known = true;
                seen_after(session, "lag.token", waited);
            }
            if is_read && is_known {
                return Ok(());
            }
        }
        if !is_read {
            session.findings.answer("lag.client", "not-seen");
        }
        if !is_known {
            session.findings.answer("lag.token", "not-seen");
            session.findings.answer("Q4.given", "neither");
        }
        Ok(())
    }

    async fn is_read(&self, session: &mut Session<'_>) -> Result<bool, Stop> {
        let look = session.ask(Ask::get(Endpoint::Client(&self.id))).await?;
        let Some(Value::Object(object)) = look.filter(Look::is_success).and_then(|it| it.json()) else {
            return Ok(false);
        };
        let shown = shapes::secret(object.get("secret"), &self.secret);
        session.findings.answer("Q2.read", shown);
        let is = |name: &str, sent: &str| object.get(name).and_then(Value::as_str) == Some(sent);
        let kept = is("scope", SCOPE) && is("authGrantTypes", GRANTS);
        session
            .findings
            .answer("Q23", if kept { "kept" } else { "changed" });
        Ok(true)
    }

    /// Finds out which secret the client has.
    async fn has_its_secret(
        &mut self,
        session: &mut Session<'_>,
        shown: Option<&Secret>,
    ) -> Result<bool, Stop> {
        if self.mints(session, &self.secret).await?.is_some() {
            session.findings.answer("Q4.given", "taken");
            return Ok(true);
        }
        if let Some(shown) = shown.filter(|shown| **shown != self.secret)
            && self.mints(session, shown).await?.is_some()
        {
            session.findings.answer("Q4.given", "own");
            self.secret = shown.clone();
            return Ok(true);
        }
        Ok(false)
    }

    async fn mints(&self, session: &mut Session<'_>, secret: &Secret) -> Result<Option<Token>, Stop> {
        let ask = shapes::token(&MINT, Caller::Basic(&self.id, secret));
        Ok(session.ask(ask).await?.and_then(|look| Token::of(&look)))
    }

    /// The same, asked again until it does or nobody would wait any longer.
    async fn mints_in_a_while(
        &self,
        session: &mut Session<'_>,
        secret: &Secret,
    ) -> Result<Option<Token>, Stop> {
        for pause in &LOOKS[..5] {
            session.pause(*pause).await?;
            if let Some(token) = self.mints(session, secret).await? {
                return Ok(Some(token));
            }
        }
        Ok(None)
    }

    async fn tokens(&self, session: &mut Session<'_>) -> Result<(), Stop> {
        let Some(token) = self.mints(session, &self.secret).await? else {
            for id in ["Q5.made", "Q15.secret", "Q16", "Q17.made", "Q19.made"] {
                session
                    .findings
                    .unanswered(id, "no token can be had for the client");
            }
            return Ok(());
        };
        shapes::unit(
            &mut session.findings,
            "Q17.made",
            Some(&json!(MINUTES)),
            token.expires_in,
        );
        let refresh = if token.is_refreshable { "present" } else { "absent" };
        session.findings.answer("Q19.made", refresh);
        let ask = Ask::get(Endpoint::Clients).as_caller(Caller::Bearer(&token.secret));
        if let Some(look) = session.ask(ask).await? {
            let key = match look.status() {
                _ if look.is_success() => "allowed",
                403 => "forbidden",
                _ => "other",
            };
            session.findings.answer("Q5.made", key).seen("Q5.made", &look);
        }
        let in_body = [
            ("grant_type", "client_credentials"),
            ("client_id", self.id.as_str()),
            ("client_secret", self.secret.expose()),
        ];
        if let Some(look) = session.ask(shapes::token(&in_body, Caller::Nobody)).await? {
            let key = if Token::of(&look).is_some() {
                "taken"
            } else {
                "refused"
            };
            session.findings.answer("Q16", key).seen("Q16", &look);
        }
        let wrong = client_secret::generate();
        if let Some(look) = session
            .ask(shapes::token(&MINT, Caller::Basic(&self.id, &wrong)))
            .await?
        {
            let key = shapes::refused_client(&look);
            session
                .findings
                .answer("Q15.secret", key)
                .seen("Q15.secret", &look);
        }
        let odd = [("grant_type", "urn:example:none")];
        for (id, form) in [("Q15.grant", &odd[..]), ("Q15.absent", &[])] {
            let ask = shapes::token(form, Caller::Basic(&self.id, &self.secret));
            if let Some(look) = session.ask(ask).await? {
                let key = look.status().to_string();
                session.findings.answer(id, &key).seen(id, &look);
            }
        }
        Ok(())
    }

    async fn create_again(&self, session: &mut Session<'_>, made: &mut Made) -> Result<(), Stop> {
        let look = post(session, Endpoint::Clients, self.body()).await?;
        made.client_is(&self.id, Fate::Exists);
        if let Some(look) = look {
            let key = taken(&look);
            session.findings.answer("Q6", &key).seen("Q6", &look);
            if !matches!(session.findings.key("Q4.given"), Some("taken" | "own")) {
                let why = "no token can be had for the client";
                session.findings.unanswered("Q27.client", why);
                return Ok(());
            }
            let key = match self.mints_in_a_while(session, &self.secret).await? {
                None => "spoiled",
                Some(_) if look.is_success() && look.errors().is_empty() => "accepted",
                Some(_) => "refused",
            };
            session.findings.answer("Q27.client", key);
        }
        Ok(())
    }

    /// What the tenant has of the client, as an update wants it back.
    async fn whole(&self, session: &mut Session<'_>) -> Result<Option<Map<String, Value>>, Stop> {
        let look = session.ask(Ask::get(Endpoint::Client(&self.id))).await?;
        let Some(Value::Object(mut object)) = look.filter(Look::is_success).and_then(|look| look.json())
        else {
            return Ok(None);
        };
        object.remove("_links");
        object.remove("secret");
        Ok(Some(object))
    }

    /// Updates the client: all that the tenant has of it and the secret, with `change`. In the vendor's media type, and in
    /// the other one where the tenant refuses that.
    async fn put(
        &self,
        session: &mut Session<'_>,
        change: impl FnOnce(&mut Map<String, Value>),
    ) -> Result<Option<Look>, Stop> {
        let Some(mut object) = self.whole(session).await? else {
            return Ok(None);
        };
        object.insert("secret".to_owned(), json!(self.secret.expose()));
        change(&mut object);
        let look = self.put_as(session, Media::Vendor, object.clone()).await?;
        match look {
            Some(look) if matches!(look.status(), 406 | 415) => {
                self.put_as(session, Media::Json, object).await
            }
            look => Ok(look),
        }
    }

    async fn put_as(
        &self,
        session: &mut Session<'_>,
        media: Media,
        object: Map<String, Value>,
    ) -> Result<Option<Look>, Stop> {
        let ask = Ask::new(
            Method::PUT,
            Endpoint::Client(&self.id),
            Payload::Json(object.into()),
        );
        session.ask(ask.in_media(media)).await
    }

    async fn update(&self, session: &mut Session<'_>) -> Result<(), Stop> {
        let renamed = |object: &mut Map<String, Value>| {
            object.insert("rememberAs".to_owned(), json!(format!("{PURPOSE}.")));
            object.remove("secret");
        };
        let Some(look) = self.put(session, renamed).await? else {
            session.findings.unanswered("Q7", "the client cannot be read");
            return Ok(());
        };
        let shows_it = look.is_success() && look.json().is_some_and(|it| it.get("clientId").is_some());
        let key = match look.status() {
            201 if shows_it => "201",
            200 if shows_it => "200",
            _ if look.is_success() => "mute",
            _ => "refused",
        };
        session.findings.answer("Q7", key).seen("Q7", &look);
        if look.is_success() {
            let kept = self.mints_in_a_while(session, &self.secret).await?.is_some();
            session
                .findings
                .answer("Q3.absent", if kept { "kept" } else { "lost" });
        }
        if let Some(mut object) = self.whole(session).await? {
            object.insert("secret".to_owned(), json!(self.secret.expose()));
            if let Some(look) = self.put_as(session, Media::Json, object).await? {
                let key = if look.is_success() { "taken" } else { "refused" };
                session.findings.answer("Q1.put", key).seen("Q1.put", &look);
            }
        }
        self.update_in_part(session).await?;
        self.update_to_a_year(session).await
    }

    async fn update_in_part(&self, session: &mut Session<'_>) -> Result<(), Stop> {
        let look = self.put(session, |object| {
            object.remove("refreshTokenIdleTTL");
        });
        let Some(look) = look.await? else {
            return Ok(());
        };
        let mut key = "refused";
        if look.is_success() {
            session.pause(lag(session)).await?;
            let now = self.whole(session).await?;
            let idle = now.and_then(|it| it.get("refreshTokenIdleTTL").and_then(Value::as_i64));
            key = if idle == Some(55) { "kept" } else { "reset" };
        }
        session.findings.answer("Q3.fields", key).seen("Q3.fields", &look);
        Ok(())
    }

    async fn update_to_a_year(&self, session: &mut Session<'_>) -> Result<(), Stop> {
        let look = self.put(session, |object| {
            object.insert("accessTokenTTL".to_owned(), json!(YEAR));
        });
        let Some(look) = look.await? else {
            return Ok(());
        };
        session.findings.seen("Q18.cap", &look);
        if !look.is_success() {
            session.findings.answer("Q18.cap", "refused");
            return Ok(());
        }
        session.pause(lag(session)).await?;
        let life = self
            .mints(session, &self.secret)
            .await?
            .and_then(|token| token.expires_in);
        if let Some(life) = life {
            let unit = if session.findings.key("Q17.made") == Some("seconds") {
                1
            } else {
                60
            };
            let is_whole = life >= YEAR * unit - 60;
            session
                .findings
                .answer("Q18.cap", if is_whole { "honored" } else { "capped" })
                .number("Q18.cap", "seconds that a token lives", life);
        }
        Ok(())
    }

    async fn rotate(&mut self, session: &mut Session<'_>) -> Result<(), Stop> {
        let Some(token) = self.mints_in_a_while(session, &self.secret).await? else {
            session
                .findings
                .unanswered("rotation", "no token can be had for the client");
            return Ok(());
        };
        let new = client_secret::generate();
        let look = self.put(session, |object| {
            object.insert("secret".to_owned(), json!(new.expose()));
        });
        let Some(look) = look.await? else {
            return Ok(());
        };
        session.findings.seen("rotation", &look);
        if !look.is_success() {
            session.findings.answer("rotation", "refused");
            return Ok(());
        }
        let lingers = self.mints(session, &self.secret).await?.is_some();
        if self.mints_in_a_while(session, &new).await?.is_none() {
            let is_old = self.mints(session, &self.secret).await?.is_some();
            session
                .findings
                .answer("rotation", if is_old { "ignored" } else { "other" });
            return Ok(());
        }
        session.findings.answer("rotation", "taken");
        session
            .findings
            .answer("Q20.old", if lingers { "lingers" } else { "refused" });
        self.secret = new;
        session.pause(lag(session)).await?;
        let ask = Ask::get(Endpoint::TokenCheck).with_query("attribute=isValid");
        if let Some(look) = session.ask(ask.as_caller(Caller::Bearer(&token.secret))).await? {
            let text = look.text().trim().trim_matches(['"', '\'']).to_ascii_lowercase();
            let key = match text.as_str() {
                "true" if look.is_success() => "survive",
                "false" if look.is_success() => "die",
                _ if look.status() == 401 => "die",
                _ => "other",
            };
            session.findings.answer("Q20", key).seen("Q20", &look);
        }
        self.blank(session).await
    }

    /// Last, as it may leave a client without a secret.
    async fn blank(&self, session: &mut Session<'_>) -> Result<(), Stop> {
        let look = self.put(session, |object| {
            object.insert("secret".to_owned(), json!(""));
        });
        let Some(look) = look.await? else {
            return Ok(());
        };
        let mut key = "refused";
        if look.is_success() {
            session.pause(lag(session)).await?;
            let kept = self.mints(session, &self.secret).await?.is_some();
            key = if kept { "kept" } else { "lost" };
        }
        session.findings.answer("Q3.blank", key).seen("Q3.blank", &look);
        Ok(())
    }
}

/// A client of which as little is said as may be, under an id with every sign that an id may have.
async fn without_secret(
    session: &mut Session<'_>,
    made: &mut Made,
    id: &str,
    other: &str,
) -> Result<(), Stop> {
    made.client(id);
    let body = json!({
        "clientId": id, "scope": "user", "authGrantTypes": "client_credentials", "tokenType": "Bearer",
        "rememberAs": PURPOSE,
    });
    let Some(look) = post(session, Endpoint::Clients, body).await? else {
        return Ok(());
    };
    made.client_is(id, fate(&look));
    let shown = look.json().filter(|_| look.is_success());
    let secret = shown
        .as_ref()
        .and_then(|it| it.get("secret"))
        .and_then(Value::as_str);
    let is_shown = secret.is_some_and(|it| it.chars().filter(char::is_ascii_alphanumeric).count() >= 16);
    let key = match (look.is_success(), is_shown) {
        (true, true) => "shown",
        (true, false) => "hidden",
        (false, _) => "refused",
    };
    session.findings.answer("Q4.none", key).seen("Q4.none", &look);
    if look.is_success() {
        session.pause(lag(session)).await?;
        if let Some(look) = session.ask(Ask::get(Endpoint::Client(id))).await? {
            let found = look.json().filter(|_| look.is_success());
            let key = if found.is_some() { "found" } else { "lost" };
            session.findings.answer("Q24", key).seen("Q24", &look);
            if let Some(client) = found {
                defaults(session, &client);
            }
        }
    }
    let capitals = other.to_ascii_uppercase();
    if let Some(look) = session.ask(Ask::get(Endpoint::Client(&capitals))).await? {
        let key = if look.is_success() { "found" } else { "lost" };
        session.findings.answer("Q24.case", key).seen("Q24.case", &look);
    }
    Ok(())
}

fn defaults(session: &mut Session<'_>, client: &Value) {
    let minutes = |name: &str| client.get(name).and_then(Value::as_i64);
    let [access, refresh, idle] = ["accessTokenTTL", "refreshTokenTTL", "refreshTokenIdleTTL"].map(minutes);
    let key = match (access, refresh, idle) {
        (Some(180), Some(129_600), Some(5_760)) => "3h",
        (Some(360), _, _) => "6h",
        (None | Some(0), _, _) => "none",
        _ => "other",
    };
    session.findings.answer("Q18.defaults", key);
    for (name, value) in [
        ("access token", access),
        ("refresh token", refresh),
        ("idle", idle),
    ] {
        if let Some(value) = value {
            session.findings.number("Q18.defaults", name, value);
        }
    }
}

async fn delete(session: &mut Session<'_>, made: &mut Made, id: &str) -> Result<(), Stop> {
    let ask = Ask::new(Method::DELETE, Endpoint::Client(id), Payload::None);
    if let Some(look) = session.ask(ask).await?
        && look.status() != 404
    {
        let key = deleted(&look);
        session
            .findings
            .answer("client.delete", &key)
            .seen("client.delete", &look);
        made.client_is(id, Fate::Exists); // the removal at the end looks whether it is gone
    }
    Ok(())
}

/// A creation in the vendor's media type; in the other one where the tenant refuses that, except for directories, of
/// which it might make another type (EVIDENCE 0.2).
pub async fn post(
    session: &mut Session<'_>,
    endpoint: Endpoint<'_>,
    body: Value,
) -> Result<Option<Look>, Stop> {
    let ask = |media| Ask::new(Method::POST, endpoint, Payload::Json(body.clone())).in_media(media);
    let look = session.ask(ask(Media::Vendor)).await?;
    match look {
        Some(look) if endpoint == Endpoint::Clients && matches!(look.status(), 406 | 415) => {
            session.ask(ask(Media::Json)).await
        }
        look => Ok(look),
    }
}

/// What an answer to a creation says of what was to be created.
pub fn fate(look: &Look) -> Fate {
    let refuses = !look.is_page() && (400..500).contains(&look.status());
    let says_why = look.status() >= 500 && !look.errors().is_empty();
    match () {
        () if look.is_success() && !look.is_empty() && look.status() != 202 => Fate::Exists,
        () if refuses || says_why => Fate::Refused,
        () => Fate::Sent,
    }
}

/// How a creation is answered whose name is taken.
pub fn taken(look: &Look) -> String {
    if (200..300).contains(&look.status()) {
        return "accepted".to_owned();
    }
    look.status().to_string()
}

/// How a deletion is answered.
pub fn deleted(look: &Look) -> String {
    if look.is_success() {
        return look.status().to_string();
    }
    "refused".to_owned()
}

/// Answers when something that was written is seen.
pub fn seen_after(session: &mut Session<'_>, id: &'static str, waited: Duration) {
    let key = if waited.is_zero() { "at-once" } else { "late" };
    let seconds = i64::try_from(waited.as_secs()).unwrap_or(i64::MAX);
    session
        .findings
        .answer(id, key)
        .number(id, "seconds waited", seconds);
}

/// How long to wait for a read that follows a write, judging by how it went before.
pub fn lag(session: &Session<'_>) -> Duration {
    let late = |id| session.findings.key(id).is_some_and(|key| key != "at-once");
    if late("lag.client") || late("lag.token") {
        Duration::from_secs(20)
    } else {
        Duration::ZERO
    }
}
