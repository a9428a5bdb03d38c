//! What Okta keeps, what it answers, and what it was sent.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, MutexGuard};

use serde_json::{Value as Json, json};

/// Id of the application.
const APP: &str = "0oa1a2b3c4d5e6f7g8h9";

/// An organization with one application. Clones are the same one.
#[derive(Clone)]
pub struct Org(Arc<Mutex<Inside>>);

struct Inside {
    label: String,
    connection: Option<Connection>,
    features: BTreeMap<String, Json>,
    features_need_provisioning: bool,
    requests: Vec<Request>,
}

/// The application's default provisioning connection.
struct Connection {
    base_url: Json,
    auth_scheme: Json,
    token: String,
    enabled: bool,
}

/// One request that reached Okta.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// Method.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// JSON body; null where there is none. It holds the token.
    pub body: Json,
}

/// What Okta answers: a status, and a JSON body, which is null where there is none.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Body.
    pub body: Json,
}

impl Answer {
    fn ok(body: Json) -> Self {
        Self { status: 200, body }
    }

    fn done() -> Self {
        Self {
            status: 204,
            body: Json::Null,
        }
    }

    fn refused(status: u16, code: &str, summary: &str) -> Self {
        let body = json!({ "errorCode": code, "errorSummary": summary, "errorCauses": [] });
        Self { status, body }
    }

    fn without_provisioning() -> Self {
        let summary = "Api validation failed: feature. Provisioning is not enabled for the app instance.";
        Self::refused(400, "E0000001", summary)
    }

    fn not_found() -> Self {
        Self::refused(404, "E0000007", "Not found: Resource not found")
    }
}

impl Org {
    /// An organization whose one application has this label, and no connection yet.
    pub fn with_app(label: &str) -> Self {
        Self(Arc::new(Mutex::new(Inside {
            label: label.to_owned(),
            connection: None,
            features: BTreeMap::new(),
            features_need_provisioning: false,
            requests: Vec::new(),
        })))
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.0.lock().unwrap()
    }

    /// From now on a feature cannot be read while the connection is off. The reference says so of the list of features, and
    /// leaves open whether it holds for one of them.
    pub fn let_features_need_provisioning(&self) {
        self.inside().features_need_provisioning = true;
    }

    /// Takes a request, and answers it. `target` is the path with the query.
    pub fn answer(&self, method: &str, target: &str, body: &Json) -> Answer {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut inside = self.inside();
        inside.requests.push(Request {
            method: method.to_owned(),
            target: target.to_owned(),
            body: body.clone(),
        });
        let parts: Vec<_> = path.trim_matches('/').split('/').collect();
        match parts[..] {
            ["api", "v1", "users", "me"] => {
                Answer::ok(json!({ "id": "00u1", "status": "ACTIVE", "profile": {} }))
            }
            ["api", "v1", "apps"] => Answer::ok(inside.found(query)),
            ["api", "v1", "apps", APP, ref rest @ ..] => inside.app(method, rest, body),
            _ => Answer::not_found(),
        }
    }

    /// What reached Okta so far, in order.
    pub fn requests(&self) -> Vec<Request> {
        self.inside().requests.clone()
    }

    /// The changes among them, each as method and what comes after the application's id.
    pub fn changes(&self) -> Vec<String> {
        let requests = self.requests().into_iter();
        let changes = requests.filter(|request| request.method != "GET");
        changes
            .map(|it| {
                format!(
                    "{} {}",
                    it.method,
                    it.target.rsplit_once(APP).map_or("", |(_, rest)| rest)
                )
            })
            .collect()
    }

    /// Base URL and token of each connection that was sent, in order.
    pub fn connections_sent(&self) -> Vec<(String, String)> {
        let text = |value: &Json| value.as_str().unwrap_or_default().to_owned();
        let requests = self.requests().into_iter();
        requests
            .filter(|request| !request.body["profile"]["token"].is_null())
            .map(|it| (text(&it.body["baseUrl"]), text(&it.body["profile"]["token"])))
            .collect()
    }

    /// Base URL, token and status of the connection that Okta has.
    pub fn connection(&self) -> Option<(String, String, &'static str)> {
        let inside = self.inside();
        let it = inside.connection.as_ref()?;
        Some((it.base_url.as_str()?.to_owned(), it.token.clone(), it.status()))
    }

    /// The capabilities of a feature that Okta has.
    pub fn capabilities(&self, feature: &str) -> Option<Json> {
        self.inside().features.get(feature).cloned()
    }

    /// What reached Okta, one request a line. In the place of a token is its number, by the order in which they came first.
    pub fn log(&self) -> String {
        let mut tokens: Vec<Json> = Vec::new();
        let mut log = String::new();
        for mut request in self.requests() {
            if let Some(token) = request.body.pointer_mut("/profile/token") {
                let known = tokens.iter().position(|it| it == token);
                let number = known.unwrap_or_else(|| {
                    tokens.push(token.clone());
                    tokens.len() - 1
                });
                *token = format!("token {}", number + 1).into();
            }
            let _ = write!(log, "{} {}", request.method, request.target);
            if !request.body.is_null() {
                let _ = write!(log, " {}", request.body);
            }
            log.push('\n');
        }
        log
    }
}

impl Inside {
    /// The applications whose label begins with what `q` asks for.
    fn found(&self, query: &str) -> Json {
        let asked = query.split('&').find_map(|pair| pair.strip_prefix("q="));
        let asked = asked.unwrap_or_default().replace('+', " ").replace("%20", " ");
        let all = [self.shown()];
        all.into_iter()
            .filter(|_| self.label.starts_with(&asked))
            .collect()
    }

    fn shown(&self) -> Json {
        json!({
            "id": APP,
            "name": "scim_app",
            "label": self.label,
            "status": "ACTIVE",
            "signOnMode": "AUTO_LOGIN",
            "_links": { "self": { "href": format!("/api/v1/apps/{APP}") } },
        })
    }

    fn app(&mut self, method: &str, rest: &[&str], body: &Json) -> Answer {
        match (method, rest) {
            ("GET", []) => Answer::ok(self.shown()),
            ("GET", ["connections", "default"]) => self.connected(),
            ("POST", ["connections", "default"]) => self.connect(body),
            ("POST", ["connections", "default", "lifecycle", step]) => self.enable(*step == "activate"),
            ("GET", ["features", name]) => self.feature(name),
            ("PUT", ["features", name]) => self.update_feature(name, body),
            _ => Answer::not_found(),
        }
    }

    fn connected(&self) -> Answer {
        self.connection
            .as_ref()
            .map_or_else(Answer::not_found, |it| Answer::ok(it.shown()))
    }

    fn connect(&mut self, body: &Json) -> Answer {
        let profile = &body["profile"];
        let token = profile["token"].as_str().unwrap_or_default();
        if profile["authScheme"] != "TOKEN" || token.is_empty() {
            return Answer::refused(400, "E0000001", "Api validation failed: profile");
        }
        self.connection = Some(Connection {
            base_url: body["baseUrl"].clone(),
            auth_scheme: profile["authScheme"].clone(),
            token: token.to_owned(),
            enabled: self.is_on(),
        });
        self.connected()
    }

    fn enable(&mut self, enabled: bool) -> Answer {
        let Some(connection) = &mut self.connection else {
            return Answer::not_found();
        };
        connection.enabled = enabled;
        Answer::done()
    }

    fn is_on(&self) -> bool {
        self.connection.as_ref().is_some_and(|it| it.enabled)
    }

    fn feature(&self, name: &str) -> Answer {
        if self.features_need_provisioning && !self.is_on() {
            return Answer::without_provisioning();
        }
        let Some(capabilities) = self.features.get(name) else {
            return Answer::not_found();
        };
        Answer::ok(json!({
            "name": name,
            "status": "ENABLED",
            "description": "User provisioning settings from Okta to a downstream application",
            "capabilities": capabilities,
        }))
    }

    fn update_feature(&mut self, name: &str, body: &Json) -> Answer {
        if !self.is_on() {
            return Answer::without_provisioning();
        }
        self.features.insert(name.to_owned(), body.clone());
        self.feature(name)
    }
}

impl Connection {
    fn status(&self) -> &'static str {
        if self.enabled { "ENABLED" } else { "DISABLED" }
    }

    /// As Okta shows it: without the token.
    fn shown(&self) -> Json {
        json!({
            "baseUrl": self.base_url,
            "profile": { "authScheme": self.auth_scheme },
            "status": self.status(),
        })
    }
}
