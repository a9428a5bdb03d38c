//! A provider that keeps a record of what core asks of it, and answers as a test wants it to.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};

use terraform_plugin::testing;
use terraform_plugin::testing::generated::tfplugin6 as pb;
use terraform_plugin::testing::{Answers, Rpc, Service, at_once};
use wsoa_test_kit::value::codec;
use wsoa_test_kit::value::types::Type;
use wsoa_test_kit::{Core, Host, Phase, Val, obj};

/// Its one type: `name` forces a replacement, `kept` is made up unless it is configured, `secret_wo` is write-only.
pub const THING: &str = "wsoa_thing";

const ATTRIBUTES: [(&str, &str, &str); 6] = [
    ("id", "c", r#""string""#),
    ("name", "r", r#""string""#),
    ("note", "o", r#""string""#),
    ("kept", "oc", r#""string""#),
    ("labels", "o", r#"["map","string"]"#),
    ("secret_wo", "ow", r#""string""#),
];

/// What an answer says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Says {
    /// It worked, with a warning.
    Warning,
    /// It did not work, and there is nothing to show.
    Error,
    /// It did not work, but there is an object.
    HalfDone,
}

/// A handle on the provider. Clones are the same one.
#[derive(Clone, Default)]
pub struct Fake(Arc<Mutex<Record>>);

#[derive(Default)]
struct Record {
    calls: Vec<String>,
    validated: Vec<String>,
    counts: BTreeMap<String, usize>,
    script: Vec<(String, Says)>,
    gone: BTreeSet<String>,
}

impl Fake {
    /// Answers every call that begins like this so.
    pub fn on(&self, call: &str, says: Says) {
        self.record().script.push((call.to_owned(), says));
    }

    /// Everything works again.
    pub fn well(&self) {
        self.record().script.clear();
    }

    /// Somebody else removed the thing with this name.
    pub fn lose(&self, name: &str) {
        self.record().gone.insert(name.to_owned());
    }

    /// What was asked so far, which is then forgotten:
    ///
    /// * `configure`, `read STATE (PRIVATE)`, `plan PRIOR -> CONFIG (PRIVATE)`,
    ///   `apply PRIOR -> PLANNED (PRIVATE) of CONFIG`;
    /// * an object is its name and, where they are set, `:note`, `+kept` (of a configuration), `{labels}`, `!secret_wo`;
    ///   `-` is null;
    /// * `late` is where deferral is allowed, which is how core shows that it applies;
    /// * private data are named after the answer that they came with: `plan a 2` is the second plan of `a`.
    pub fn calls(&self) -> Vec<String> {
        std::mem::take(&mut self.record().calls)
    }

    /// The configurations that were validated so far, which are then forgotten.
    pub fn validated(&self) -> Vec<String> {
        std::mem::take(&mut self.record().validated)
    }

    /// Serves it.
    pub fn serve(&self) -> Answers {
        testing::serve("registry.terraform.io/wsoa/wsoa", self.clone())
    }

    fn record(&self) -> MutexGuard<'_, Record> {
        self.0.lock().unwrap()
    }

    /// Records a call. Returns what to say to it, and the private data of the answer.
    fn called(&self, answer: &str, call: &str, late: bool) -> (Option<Says>, Vec<pb::Diagnostic>, Vec<u8>) {
        let mut record = self.record();
        let count = record.counts.entry(answer.to_owned()).or_default();
        *count += 1;
        let private = format!("{answer} {count}").into_bytes();
        let (says, told) = record.says(call);
        record
            .calls
            .push(format!("{call}{}", if late { " late" } else { "" }));
        (says, told, private)
    }
}

impl Record {
    fn says(&self, call: &str) -> (Option<Says>, Vec<pb::Diagnostic>) {
        let says = self.script.iter().find(|(begins, _)| call.starts_with(begins));
        let says = says.map(|(_, says)| *says);
        let severity = match says {
            Some(Says::Warning) => pb::diagnostic::Severity::Warning,
            _ => pb::diagnostic::Severity::Error,
        };
        let told = says.map(|_| pb::Diagnostic {
            severity: severity.into(),
            summary: format!("Heard {call}"),
            ..Default::default()
        });
        (says, told.into_iter().collect())
    }
}

impl Core for Fake {
    async fn start(&self, _: Phase) -> Host {
        let served = self.serve();
        Host::attach(served.address.as_ref()).await.ending(served.serving)
    }

    fn provider_config(&self) -> Val {
        obj! {}
    }
}

fn schema() -> pb::Schema {
    let attributes = ATTRIBUTES.map(|(name, flags, ty)| pb::schema::Attribute {
        name: name.to_owned(),
        r#type: ty.as_bytes().to_vec(),
        required: flags.contains('r'),
        optional: flags.contains('o'),
        computed: flags.contains('c'),
        write_only: flags.contains('w'),
        ..Default::default()
    });
    pb::Schema {
        version: 0,
        block: Some(pb::schema::Block {
            attributes: attributes.to_vec(),
            ..Default::default()
        }),
    }
}

fn ty() -> Type {
    let read =
        |(name, _, ty): (&str, &str, &str)| (name.to_owned(), Type::from_bytes(ty.as_bytes()).unwrap());
    Type::Object(ATTRIBUTES.map(read).into())
}

fn decode(value: Option<pb::DynamicValue>) -> Val {
    codec::decode(&ty(), &value.expect("a value").msgpack).unwrap()
}

fn encode(value: &Val) -> pb::DynamicValue {
    pb::DynamicValue {
        msgpack: codec::encode(&ty(), value),
        json: Vec::new(),
    }
}

fn object(value: &Val) -> String {
    if value.is_null() {
        return "-".to_owned();
    }
    let text = |name: &str| match value.at(name) {
        Val::Null => String::new(),
        Val::Str(text) => text.clone(),
        other => other.to_string(),
    };
    let marked = |mark: &str, name: &str| match text(name) {
        text if text.is_empty() => text,
        text => format!("{mark}{text}"),
    };
    format!(
        "{}{}{}{}",
        text("name"),
        marked(":", "note"),
        text("labels"),
        marked("!", "secret_wo")
    )
}

fn config(value: &Val) -> String {
    match value {
        Val::Null => "-".to_owned(),
        value => match value.at("kept") {
            Val::Str(kept) => format!("{}+{kept}", object(value)),
            _ => object(value),
        },
    }
}

/// An answer about the first of these that is there.
fn answer<const N: usize>(method: &str, about: [&Val; N]) -> String {
    let object = about
        .into_iter()
        .find(|value| !value.is_null())
        .expect("an object");
    format!("{method} {}", object.str_at("name"))
}

fn private(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn late(capabilities: Option<pb::ClientCapabilities>) -> bool {
    capabilities.is_some_and(|capabilities| capabilities.deferral_allowed)
}

fn described(_: pb::get_provider_schema::Request) -> pb::get_provider_schema::Response {
    pb::get_provider_schema::Response {
        provider: Some(pb::Schema {
            block: Some(pb::schema::Block::default()),
            ..Default::default()
        }),
        resource_schemas: [(THING.to_owned(), schema())].into(),
        server_capabilities: Some(pb::ServerCapabilities {
            plan_destroy: true,
            ..Default::default()
        }),
        ..Default::default()
    }
}

fn upgraded(request: pb::upgrade_resource_state::Request) -> pb::upgrade_resource_state::Response {
    fn value(json: serde_json::Value) -> Val {
        match json {
            serde_json::Value::String(text) => text.into(),
            serde_json::Value::Object(fields) => {
                Val::Object(fields.into_iter().map(|(name, it)| (name, value(it))).collect())
            }
            _ => Val::Null,
        }
    }
    let stored = request.raw_state.expect("a state").json;
    pb::upgrade_resource_state::Response {
        upgraded_state: Some(encode(&value(serde_json::from_slice(&stored).unwrap()))),
        ..Default::default()
    }
}

impl Fake {
    fn configure(&self, request: &pb::configure_provider::Request) -> pb::configure_provider::Response {
        let late = late(request.client_capabilities);
        let (_, diagnostics, _) = self.called("", "configure", late);
        pb::configure_provider::Response { diagnostics }
    }

    fn validate(
        &self,
        request: pb::validate_resource_config::Request,
    ) -> pb::validate_resource_config::Response {
        let config = config(&decode(request.config));
        let mut record = self.record();
        let (_, diagnostics) = record.says(&format!("validate {config}"));
        record.validated.push(config);
        pb::validate_resource_config::Response { diagnostics }
    }

    fn read(&self, request: pb::read_resource::Request) -> pb::read_resource::Response {
        let state = decode(request.current_state);
        let call = format!("read {} ({})", object(&state), private(&request.private));
        let (_, diagnostics, private) = self.called(
            &answer("read", [&state]),
            &call,
            late(request.client_capabilities),
        );
        let is_gone = self.record().gone.contains(state.str_at("name"));
        pb::read_resource::Response {
            new_state: Some(encode(if is_gone { &Val::Null } else { &state })),
            diagnostics,
            private,
            ..Default::default()
        }
    }

    fn plan(&self, request: pb::plan_resource_change::Request) -> pb::plan_resource_change::Response {
        let (prior, configured) = (decode(request.prior_state), decode(request.config));
        let proposed = decode(request.proposed_new_state);
        let call = format!(
            "plan {} -> {} ({})",
            object(&prior),
            config(&configured),
            private(&request.prior_private)
        );
        let (_, diagnostics, planned_private) = self.called(
            &answer("plan", [&prior, &configured]),
            &call,
            late(request.client_capabilities),
        );
        let planned = match (&prior, proposed) {
            (_, Val::Null) => Val::Null,
            (Val::Null, mut new) => {
                for name in ["id", "kept"] {
                    if new.at(name).is_null() {
                        new = new.with(name, Val::Unknown);
                    }
                }
                new.with("secret_wo", Val::Null)
            }
            (_, changed) => changed.with("secret_wo", Val::Null),
        };
        let name = pb::attribute_path::Step {
            selector: Some(pb::attribute_path::step::Selector::AttributeName(
                "name".to_owned(),
            )),
        };
        let replaces = !planned.is_null() && !prior.is_null();
        pb::plan_resource_change::Response {
            planned_state: Some(encode(&planned)),
            requires_replace: replaces
                .then_some(pb::AttributePath { steps: vec![name] })
                .into_iter()
                .collect(),
            planned_private,
            diagnostics,
            ..Default::default()
        }
    }

    fn apply(&self, request: pb::apply_resource_change::Request) -> pb::apply_resource_change::Response {
        let (prior, planned) = (decode(request.prior_state), decode(request.planned_state));
        let of = match decode(request.config) {
            Val::Null => String::new(),
            written => format!(" of {}", config(&written)),
        };
        let call = format!(
            "apply {} -> {} ({}){of}",
            object(&prior),
            object(&planned),
            private(&request.planned_private)
        );
        let (says, diagnostics, private) = self.called(&answer("apply", [&prior, &planned]), &call, false);
        let done = match planned {
            Val::Null => Val::Null,
            mut new => {
                for name in ["id", "kept"] {
                    if new.at(name).is_unknown() {
                        new = new.with(name, name);
                    }
                }
                new
            }
        };
        let (new_state, private) = match says {
            Some(Says::Error) => (Val::Null, Vec::new()),
            Some(Says::HalfDone) if done.is_null() => (prior, private),
            _ => (done, private),
        };
        pb::apply_resource_change::Response {
            new_state: Some(encode(&new_state)),
            private,
            diagnostics,
            ..Default::default()
        }
    }

    fn import(&self, request: pb::import_resource_state::Request) -> pb::import_resource_state::Response {
        let name = request.id;
        let call = format!("import {name}");
        let (_, diagnostics, private) = self.called(&call, &call, false);
        let labels = Val::Null;
        let state = obj! {
            id: "id", name: name, note: Val::Null, kept: "kept", labels: labels, secret_wo: Val::Null,
        };
        pb::import_resource_state::Response {
            imported_resources: vec![pb::import_resource_state::ImportedResource {
                type_name: THING.to_owned(),
                state: Some(encode(&state)),
                private,
                ..Default::default()
            }],
            diagnostics,
            ..Default::default()
        }
    }
}

impl Service for Fake {
    const NAME: &'static str = "tfplugin6.Provider";

    fn rpc(&self, name: &str) -> Option<Rpc> {
        let fake = self.clone();
        Some(match name {
            "GetProviderSchema" => at_once(described),
            "ValidateProviderConfig" => at_once(|_: pb::validate_provider_config::Request| {
                pb::validate_provider_config::Response::default()
            }),
            "ConfigureProvider" => at_once(move |request| fake.configure(&request)),
            "StopProvider" => at_once(|_: pb::stop_provider::Request| pb::stop_provider::Response::default()),
            "ValidateResourceConfig" => at_once(move |request| fake.validate(request)),
            "UpgradeResourceState" => at_once(upgraded),
            "ReadResource" => at_once(move |request| fake.read(request)),
            "PlanResourceChange" => at_once(move |request| fake.plan(request)),
            "ApplyResourceChange" => at_once(move |request| fake.apply(request)),
            "ImportResourceState" => at_once(move |request| fake.import(request)),
            _ => return None,
        })
    }
}
