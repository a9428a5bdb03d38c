//! What a sequence is made of, and how it is drawn: a tenant's answers to the open questions and its lags, what is done,
//! and what goes wrong meanwhile.

use std::fmt;
use std::time::Duration;

use access_simulator::{
    Acceptance, AcsDiscovery, Action as Happens, DeleteAnswer, DirectoryIds, DomainsRead, ErrorBody, Etags,
    Fault, IdRead, ListOrder, ListShape, MediaTypes, NameRead, OddEntry, Paging, PostAnswer, PutSecret,
    SecretRead, Spelling, Switches, TokenCheck,
};
use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any};
use proptest::prop_oneof;
use proptest::sample::select;
use proptest::strategy::BoxedStrategy;

use crate::bench::{CLIENTS, DIRECTORIES, MINT};

/// A tenant, what is done there, and what goes wrong.
#[derive(Clone, Debug)]
pub struct Sequence {
    pub subject: Subject,
    /// `create_before_destroy`
    pub create_first: bool,
    pub tenant: Vec<Twist>,
    pub steps: Vec<Step>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A client, and perhaps a token of it.
    Client {
        source: Source,
        token: bool,
    },
    Directory {
        protected: bool,
    },
}

/// Where the secret of a client comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    Generated,
    Given,
    WriteOnly,
    /// Generated, for a client without the grant that could try it.
    Untried,
}

/// One answer to an open question, or one lag.
#[derive(Clone, Copy)]
pub struct Twist {
    pub name: &'static str,
    pub set: fn(&mut Switches),
}

impl fmt::Debug for Twist {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

#[derive(Clone, Debug)]
pub struct Step {
    pub wait: Duration,
    pub does: Does,
    pub trouble: Vec<Trouble>,
    /// The user interrupts the run at its next pause but so many.
    pub interrupted: Option<usize>,
}

/// What is done: by the user, or by others in the console.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Does {
    Apply,
    ApplyUnrefreshed,
    /// A field that is changed in place.
    Change,
    /// The secret, or the domains.
    Rotate,
    /// The id, or the name.
    Rename,
    Replace,
    Taint,
    Refresh,
    Plan,
    Destroy,
    /// `state rm`, and an import block.
    Adopt,
    ConsoleSecret,
    ConsoleField,
    ConsoleDelete,
    ConsoleRevoke,
    /// Somebody else makes an object with our id or name, or something else that is unique; a twin has our settings.
    Somebody {
        twin: bool,
    },
}

/// Something that goes wrong with a request.
#[derive(Clone)]
pub struct Trouble {
    pub kind: Kind,
    pub after: u32,
    pub times: u32,
}

#[derive(Clone, Copy, Debug)]
pub struct Kind {
    pub name: &'static str,
    method: &'static str,
    path: &'static str,
    action: fn() -> Happens,
    /// A well-formed answer that is not true. One at a time.
    lie: bool,
}

impl Trouble {
    pub fn fault(&self) -> Fault {
        let times = if self.kind.lie { 1 } else { self.times };
        Fault::on(self.kind.method, self.kind.path, (self.kind.action)())
            .after(self.after)
            .times(times)
    }
}

impl fmt::Debug for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, after, times } = self;
        write!(
            f,
            "{} {} +{after} x{times}: {}",
            kind.method, kind.path, kind.name
        )
    }
}

macro_rules! twists {
    ($($name:literal: $switches:ident => $set:expr;)*) => {
        &[$(Twist { name: $name, set: |$switches: &mut Switches| $set }),*]
    };
}

/// For every kind of object.
const EVERYWHERE: &[Twist] = twists! {
    "refusals of credentials are 400": it => it.bad_client_status = 400;
    "discovery without revocation": it => it.acs_discovery = AcsDiscovery::NoRevocation;
    "no discovery": it => it.acs_discovery = AcsDiscovery::Absent;
    "no discovery below auth": it => it.auth_discovery_absent = true;
    "pages of one": it => it.list_page_size = 1;
    "pages of two": it => it.list_page_size = 2;
};

const OF_CLIENTS: &[Twist] = twists! {
    "vendor types alone": it => it.client_media_types = MediaTypes::StrictVendor;
    "JSON alone": it => it.client_media_types = MediaTypes::JsonOnly;
    "secret in clear": it => it.secret_read = SecretRead::Clear;
    "secret left out": it => it.secret_read = SecretRead::Omit;
    "secret as stars": it => it.secret_read = SecretRead::Stars;
    "secret as crosses": it => it.secret_read = SecretRead::Crosses;
    "secret by its end": it => it.secret_read = SecretRead::LastFour;
    "secret as [hidden]": it => it.secret_read = SecretRead::Hidden;
    "secret as a hash": it => it.secret_read = SecretRead::Sha256;
    "POST masks with dots": it => it.secret_post = SecretRead::Dots;
    "POST masks by its end": it => it.secret_post = SecretRead::LastFour;
    "POST shows no secret": it => it.secret_post = SecretRead::Blank;
    "secret required": it => it.secret_required = true;
    "own secrets": it => it.own_secret = true;
    "PUT ignores the secret": it => it.put_secret = PutSecret::Ignored;
    "PUT refuses the secret": it => it.put_secret = PutSecret::Refused;
    "duplicate is 409": it => it.duplicate_client_status = 409;
    "duplicate is 400": it => it.duplicate_client_status = 400;
    "duplicate is 200 with errors": it => it.duplicate_client_status = 200;
    "duplicate is 201 and empty": it => (it.duplicate_client_status, it.duplicate_client_body) = (201, ErrorBody::Empty);
    "duplicate is 200 and empty": it => (it.duplicate_client_status, it.duplicate_client_body) = (200, ErrorBody::Empty);
    "duplicate is an empty 500": it => it.duplicate_client_body = ErrorBody::Empty;
    "POST is 200": it => it.client_post_status = 200;
    "POST is 202": it => it.client_post_status = 202;
    "PUT is 200": it => it.client_put_status = 200;
    "PUT is 202": it => it.client_put_status = 202;
    "PUT is 204": it => it.client_put_status = 204;
    "ids in small letters": it => it.client_ids_lower = true;
    "no redirect URIs": it => it.omit_redirect_uri = true;
    "strong ETags": it => it.client_etags = Etags::Strong;
    "weak ETags": it => it.client_etags = Etags::Weak;
    "DELETE is text": it => it.client_delete_answer = DeleteAnswer::Text;
    "DELETE is errors": it => it.client_delete_answer = DeleteAnswer::Errors;
    "rotation revokes tokens": it => it.rotation_revokes_tokens = true;
    "isValid in capitals": it => it.token_check_spelling = Spelling::Capital;
    "isValid quoted": it => it.token_check_spelling = Spelling::Quoted;
    "isValid is 401": it => it.token_check = TokenCheck::Status401;
    "short tokens": it => it.ttl_cap_minutes = 60;
    "list in pages": it => it.client_list = ListShape::New;
    "list by next": it => it.client_list = ListShape::Next;
    "list by Link": it => it.client_list = ListShape::Link;
    "list cut short": it => it.client_list = ListShape::Cut;
    "scopes reversed": it => it.token_order = ListOrder::Reversed;
    "reads lag 2 s": it => it.lag_client_reads_ms = 2_000;
    "reads lag 8 s": it => it.lag_client_reads_ms = 8_000;
    "reads lag 50 s": it => it.lag_client_reads_ms = 50_000;
    "list lags 8 s": it => it.lag_client_list_ms = 8_000;
    "list lags 50 s": it => it.lag_client_list_ms = 50_000;
    "tokens lag 2 s": it => it.lag_token_ms = 2_000;
    "tokens lag 8 s": it => it.lag_token_ms = 8_000;
    "tokens lag 50 s": it => it.lag_token_ms = 50_000;
    "isValid lags 2 s": it => it.lag_is_valid_ms = 2_000;
    "isValid lags 8 s": it => it.lag_is_valid_ms = 8_000;
};

const OF_DIRECTORIES: &[Twist] = twists! {
    "vendor types alone": it => it.directory_media_types = MediaTypes::StrictVendor;
    "POST without store id": it => it.directory_post_answer = PostAnswer::NoStoreId;
    "POST is empty": it => it.directory_post_answer = PostAnswer::Empty;
    "POST is a job": it => it.directory_post_answer = PostAnswer::Job;
    "POST is 200": it => it.directory_post_status = 200;
    "DELETE is 202": it => it.directory_delete_status = 202;
    "DELETE is 204": it => it.directory_delete_status = 204;
    "DELETE at once": it => it.directory_delete_reads = 0;
    "DELETE takes 9 reads": it => it.directory_delete_reads = 9;
    "DELETE is always asynchronous": it => it.directory_delete_always_async = true;
    "ids as directoryConfigId": it => it.directory_ids = DirectoryIds::ConfigId;
    "ids as directoryId": it => it.directory_ids = DirectoryIds::DirectoryId;
    "ids as id": it => it.directory_ids = DirectoryIds::Id;
    "ids in Location": it => it.directory_ids = DirectoryIds::LocationOnly;
    "ids in the list": it => it.directory_ids = DirectoryIds::ListOnly;
    "ids in the list in capitals": it => it.directory_list_ids = IdRead::Upper;
    "no GET of one: 404": it => it.directory_get_one = Acceptance::Status404;
    "no GET of one: 405": it => it.directory_get_one = Acceptance::Status405;
    "list with domains": it => it.directory_list_domains = true;
    "names in capitals": it => it.directory_name_read = NameRead::Upper;
    "names decomposed": it => it.directory_name_read = NameRead::Nfd;
    "names null": it => it.directory_name_read = NameRead::Null;
    "names missing": it => it.directory_name_read = NameRead::Missing;
    "domains in capitals": it => it.directory_domains_read = DomainsRead::Upper;
    "domains in Unicode": it => it.directory_domains_read = DomainsRead::Unicode;
    "one domain more": it => it.directory_domains_read = DomainsRead::OneMore;
    "domains empty": it => it.directory_domains_read = DomainsRead::Empty;
    "domains null": it => it.directory_domains_read = DomainsRead::Null;
    "domains missing": it => it.directory_domains_read = DomainsRead::Missing;
    "an entry without id": it => it.directory_list_odd = OddEntry::WithoutId;
    "an entry of text": it => it.directory_list_odd = OddEntry::Text;
    "a null entry": it => it.directory_list_odd = OddEntry::Null;
    "list in pages": it => it.directory_list = Paging::Totals;
    "list by next": it => it.directory_list = Paging::Next;
    "list by Link": it => it.directory_list = Paging::Link;
    "no domains resource": it => it.directory_domains_resource = Acceptance::Status404;
    "duplicate is 400": it => it.duplicate_directory_status = 400;
    "duplicate is 500": it => it.duplicate_directory_status = 500;
    "reads lag 2 s": it => it.lag_directory_reads_ms = 2_000;
    "reads lag 8 s": it => it.lag_directory_reads_ms = 8_000;
    "reads lag 50 s": it => it.lag_directory_reads_ms = 50_000;
    "list lags 2 s": it => it.lag_directory_list_ms = 2_000;
    "list lags 8 s": it => it.lag_directory_list_ms = 8_000;
    "list lags 50 s": it => it.lag_directory_list_ms = 50_000;
};

macro_rules! kinds {
    ($($name:literal $method:literal $path:ident: $action:expr;)*) => {
        &[$(Kind { name: $name, method: $method, path: $path, action: || $action, lie: false }),*]
    };
}

/// What can happen to a write of the kind `path`.
macro_rules! writes {
    ($method:literal $path:ident) => {
        kinds! {
            "reset" $method $path: Happens::Reset;
            "done, reset" $method $path: Happens::CommitThenReset;
            "done, cut" $method $path: Happens::CommitThenTruncate;
            "done, empty" $method $path: Happens::CommitThenEmpty;
            "500" $method $path: Happens::status(500);
            "done, 500" $method $path: Happens::status(500).committed();
            "503" $method $path: Happens::status(503);
            "page 502" $method $path: Happens::html(502);
            "done, page 502" $method $path: Happens::html(502).committed();
            "done, 202" $method $path: Happens::status(202).committed();
            "200 with errors" $method $path: Happens::errors(200);
            "done, 200 with errors" $method $path: Happens::errors(200).committed();
            "page 200" $method $path: Happens::html(200);
            "403" $method $path: Happens::errors(403);
            "400" $method $path: Happens::errors(400);
            "429" $method $path: Happens::too_many_requests("1");
        }
    };
}

macro_rules! reads {
    ($path:ident) => {
        kinds! {
            "reset" "GET" $path: Happens::Reset;
            "500" "GET" $path: Happens::status(500);
            "page 502" "GET" $path: Happens::html(502);
            "page 200" "GET" $path: Happens::html(200);
            "403" "GET" $path: Happens::errors(403);
            "page 404" "GET" $path: Happens::html(404);
            "empty 200" "GET" $path: Happens::status(200);
        }
    };
}

const ISVALID: &str = "/REST/auth/token";

const AT_TOKENS: &[Kind] = kinds! {
    "reset" "POST" MINT: Happens::Reset;
    "500" "POST" MINT: Happens::status(500);
    "503" "POST" MINT: Happens::status(503);
    "401" "POST" MINT: Happens::status(401);
    "page 401" "POST" MINT: Happens::html(401);
    "page 403" "POST" MINT: Happens::html(403);
    "429" "POST" MINT: Happens::too_many_requests("1");
    "500" "GET" ISVALID: Happens::status(500);
    "page 200" "GET" ISVALID: Happens::html(200);
    "reset" "GET" ISVALID: Happens::Reset;
};

const LIES_OF_CLIENTS: &[Kind] = &[
    Kind {
        name: "404",
        method: "GET",
        path: CLIENTS,
        action: || Happens::errors(404),
        lie: true,
    },
    Kind {
        name: "204, not done",
        method: "DELETE",
        path: CLIENTS,
        action: || Happens::status(204),
        lie: true,
    },
];

const LIES_OF_DIRECTORIES: &[Kind] = &[
    Kind {
        name: "empty list",
        method: "GET",
        path: DIRECTORIES,
        action: Happens::empty_list,
        lie: true,
    },
    Kind {
        name: "200, not done",
        method: "DELETE",
        path: DIRECTORIES,
        action: || Happens::status(200),
        lie: true,
    },
];

fn kind(directory: bool) -> BoxedStrategy<Kind> {
    let any_of = |kinds: &'static [Kind]| select(kinds).boxed();
    if directory {
        return prop_oneof![
            4 => any_of(const { writes!("POST" DIRECTORIES) }),
            2 => any_of(const { writes!("DELETE" DIRECTORIES) }),
            4 => any_of(const { reads!(DIRECTORIES) }),
            1 => any_of(&AT_TOKENS[..7]),
            2 => any_of(LIES_OF_DIRECTORIES),
        ]
        .boxed();
    }
    prop_oneof![
        4 => any_of(const { writes!("POST" CLIENTS) }),
        4 => any_of(const { writes!("PUT" CLIENTS) }),
        2 => any_of(const { writes!("DELETE" CLIENTS) }),
        4 => any_of(const { reads!(CLIENTS) }),
        3 => any_of(AT_TOKENS),
        2 => any_of(LIES_OF_CLIENTS),
    ]
    .boxed()
}

fn trouble(directory: bool) -> impl Strategy<Value = Trouble> {
    let times = prop_oneof![3 => Just(1_u32), 1 => Just(3), 1 => Just(9)];
    (kind(directory), 0_u32..4, times).prop_map(|(kind, after, times)| Trouble { kind, after, times })
}

/// At most one lie.
fn troubles(directory: bool) -> impl Strategy<Value = Vec<Trouble>> {
    let count = prop_oneof![3 => 0..1_usize, 4 => 1..2_usize, 2 => 2..3_usize];
    count
        .prop_flat_map(move |count| vec(trouble(directory), count))
        .prop_map(|mut all| {
            let mut lies = 0;
            all.retain(|it: &Trouble| {
                lies += u32::from(it.kind.lie);
                !it.kind.lie || lies == 1
            });
            all
        })
}

fn does(directory: bool) -> BoxedStrategy<Does> {
    let shared = prop_oneof![
        4 => Just(Does::Apply),
        1 => Just(Does::ApplyUnrefreshed),
        2 => Just(Does::Change),
        3 => Just(Does::Rotate),
        2 => Just(Does::Rename),
        1 => Just(Does::Replace),
        1 => Just(Does::Taint),
        1 => Just(Does::Refresh),
        1 => Just(Does::Plan),
        2 => Just(Does::Destroy),
        1 => Just(Does::Adopt),
        1 => Just(Does::ConsoleDelete),
        2 => any::<bool>().prop_map(|twin| Does::Somebody { twin }),
    ];
    if directory {
        return shared.boxed();
    }
    prop_oneof![
        8 => shared,
        1 => Just(Does::ConsoleSecret),
        1 => Just(Does::ConsoleField),
        1 => Just(Does::ConsoleRevoke),
    ]
    .boxed()
}

fn step(directory: bool) -> impl Strategy<Value = Step> {
    let wait = prop_oneof![
        3 => Just(Duration::ZERO),
        1 => Just(Duration::from_secs(4)),
        2 => Just(Duration::from_secs(61)),
        1 => Just(Duration::from_secs(24 * 60 * 60)),
    ];
    let interrupted = prop_oneof![9 => Just(None), 1 => (0_usize..3).prop_map(Some)];
    (wait, does(directory), troubles(directory), interrupted).prop_map(
        |(wait, does, trouble, interrupted)| Step {
            wait,
            does,
            trouble,
            interrupted,
        },
    )
}

fn of(subject: Subject) -> impl Strategy<Value = Sequence> {
    let directory = matches!(subject, Subject::Directory { .. });
    let own = if directory { OF_DIRECTORIES } else { OF_CLIENTS };
    let twist = prop_oneof![6 => select(own), 1 => select(EVERYWHERE)];
    let first =
        prop_oneof![3 => Just(Does::Apply), 1 => any::<bool>().prop_map(|twin| Does::Somebody { twin })];
    let first = (first, step(directory)).prop_map(|(does, step)| Step { does, ..step });
    let create_first = prop_oneof![5 => Just(false), 1 => Just(true)];
    (create_first, vec(twist, 0..5), first, vec(step(directory), 0..6)).prop_map(
        move |(create_first, tenant, first, mut steps)| {
            steps.insert(0, first);
            Sequence {
                subject,
                create_first,
                tenant,
                steps,
            }
        },
    )
}

pub fn sequence() -> impl Strategy<Value = Sequence> {
    let source = select(
        &[
            Source::Generated,
            Source::Given,
            Source::WriteOnly,
            Source::Untried,
        ][..],
    );
    let client = (source, any::<bool>()).prop_map(|(source, token)| Subject::Client {
        source,
        token: token && matches!(source, Source::Generated | Source::Given),
    });
    let directory = any::<bool>().prop_map(|protected| Subject::Directory { protected });
    prop_oneof![3 => client, 2 => directory].prop_flat_map(of)
}
