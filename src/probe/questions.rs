//! The open questions about Access, the answers that are known of, and what each means for the provider.
//!
//! `Q1` to `Q28` are those of EVIDENCE.md; what stands after the dot tells the parts of one apart. The others
//! are of the same kind, and have names. The texts are all there is: a report is made of them and of numbers, so that
//! nothing of a tenant can get into it.

use self::Grade::{Care, Fails, Works};
use self::Part::{Clients, Directories, Scim, SignIn, Tokens};
use self::Stage::{Never, Read, Write};

/// When a question is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Always: it takes nothing but reading.
    Read,
    /// With `--write`: something is made for it, and removed.
    Write,
    /// Never, and why.
    Never(&'static str),
}

/// What of the provider an answer is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Configuring it.
    SignIn,
    /// `wsoa_oauth_client`.
    Clients,
    /// `wsoa_bearer_token`.
    Tokens,
    /// `wsoa_other_directory`.
    Directories,
    /// The use of a token by Okta.
    Scim,
}

/// How well it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// As it should.
    Works,
    /// It works, and there is something to know.
    Care,
    /// It does not work.
    Fails,
}

/// What an answer means for the provider.
#[derive(Debug)]
pub struct Effect {
    /// What it is about.
    pub part: Part,
    /// How well that goes.
    pub grade: Grade,
    /// What the provider will do, a sentence.
    pub says: &'static str,
}

/// An answer that is known of.
#[derive(Debug)]
pub struct Known {
    /// Its name, unique among the answers to the question.
    pub key: &'static str,
    /// The answer in words.
    pub says: &'static str,
    /// What it means for the provider, where it means anything.
    pub effect: Option<Effect>,
}

/// One question.
#[derive(Debug)]
pub struct Question {
    /// Its name.
    pub id: &'static str,
    /// What is asked.
    pub asks: &'static str,
    /// When.
    pub stage: Stage,
    /// The answers that are known of.
    pub answers: &'static [Known],
}

const fn ask(id: &'static str, stage: Stage, asks: &'static str, answers: &'static [Known]) -> Question {
    Question {
        id,
        asks,
        stage,
        answers,
    }
}

const fn is(key: &'static str, says: &'static str) -> Known {
    Known {
        key,
        says,
        effect: None,
    }
}

const fn so(key: &'static str, says: &'static str, part: Part, grade: Grade, then: &'static str) -> Known {
    let effect = Some(Effect {
        part,
        grade,
        says: then,
    });
    Known { key, says, effect }
}

/// The question with this name.
pub fn question(id: &str) -> Option<&'static Question> {
    QUESTIONS.iter().find(|question| question.id == id)
}

/// All of them, in the order of the report.
pub const QUESTIONS: &[Question] = &[
    ask(
        "sign-in",
        Read,
        "How the sign-in ends",
        &[
            so(
                "admin",
                "in a token with the scope admin",
                SignIn,
                Works,
                "It signs in as the service client.",
            ),
            so(
                "other-scope",
                "in a token without the scope admin",
                SignIn,
                Fails,
                "It signs in, but every call needs the scope admin, which the console does not choose by default.",
            ),
            so(
                "given",
                "a token was given, so there is none",
                SignIn,
                Care,
                "It uses the token that it is given and cannot renew it.",
            ),
            so(
                "session",
                "in a session of a user",
                SignIn,
                Works,
                "It signs in as the user.",
            ),
            is("opaque", "in a token whose scope is not returned"),
        ],
    ),
    ask(
        "discovery",
        Read,
        "Where the discovery document is",
        &[
            is("auth", "below /SAAS/auth alone"),
            is("acs", "below /acs alone"),
            is("both", "below /SAAS/auth and below /acs"),
            is("neither", "at neither of the known addresses"),
        ],
    ),
    ask(
        "revocation",
        Read,
        "Whether a token can be revoked",
        &[
            so(
                "announced",
                "an endpoint of the tenant is announced",
                Tokens,
                Works,
                "revoke_on_destroy revokes a token.",
            ),
            so(
                "elsewhere",
                "an endpoint of another host is announced",
                Tokens,
                Care,
                "revoke_on_destroy revokes nothing: the announced endpoint is on another host, which must not see the token.",
            ),
            so(
                "absent",
                "no endpoint is announced",
                Tokens,
                Care,
                "revoke_on_destroy revokes nothing: a token lives until it expires or its client is deleted.",
            ),
        ],
    ),
    ask(
        "Q1.clients",
        Read,
        "Which media type the list of clients takes",
        &[
            is("both", "the vendor's and application/json"),
            is("vendor", "the vendor's alone"),
            is("json", "application/json alone"),
            so("neither", "neither", Clients, Fails, "Clients cannot be read."),
        ],
    ),
    ask(
        "Q1.directories",
        Read,
        "Which media type the list of directories takes",
        &[
            is("both", "the vendor's and application/json"),
            is("vendor", "the vendor's alone"),
            is("json", "application/json alone"),
            so(
                "neither",
                "neither",
                Directories,
                Fails,
                "Directories cannot be read.",
            ),
        ],
    ),
    ask(
        "Q5.clients",
        Read,
        "Whether clients may be read",
        &[
            so(
                "allowed",
                "yes",
                Clients,
                Works,
                "Clients can be read and imported.",
            ),
            so(
                "forbidden",
                "no, 403",
                Clients,
                Fails,
                "Clients cannot be managed: the service client lacks the scope admin or an admin role.",
            ),
            so(
                "unauthorized",
                "no, 401",
                Clients,
                Fails,
                "Clients cannot be managed: the token is not accepted.",
            ),
        ],
    ),
    ask(
        "Q5.directories",
        Read,
        "Whether directories may be read",
        &[
            so(
                "allowed",
                "yes",
                Directories,
                Works,
                "Directories can be read and imported.",
            ),
            so(
                "forbidden",
                "no, 403",
                Directories,
                Fails,
                "Directories cannot be managed: the service client lacks the scope admin or an admin role, or the tenant \
             uses Omnissa Identity Service.",
            ),
            so(
                "unauthorized",
                "no, 401",
                Directories,
                Fails,
                "Directories cannot be managed: the token is not accepted.",
            ),
        ],
    ),
    ask(
        "Q2.own",
        Read,
        "How a read shows the secret of the client that signs in",
        SECRET_SHOWN,
    ),
    ask(
        "etag",
        Read,
        "Whether a client has an ETag",
        &[
            is("none", "no"),
            so(
                "strong",
                "a strong one",
                Clients,
                Works,
                "An update says which version of the client it is for, so that nothing is overwritten unseen.",
            ),
            is("weak", "a weak one, which no If-Match ever meets"),
        ],
    ),
    ask(
        "Q9.list",
        Read,
        "What a directory's id is called in the list",
        DIRECTORY_ID,
    ),
    ask(
        "Q10",
        Read,
        "Whether one directory can be read by its id",
        &[
            is("served", "yes"),
            is("not-offered", "no: the list is all there is"),
        ],
    ),
    ask(
        "Q11.list",
        Read,
        "What the list tells of a directory's domains",
        &[
            is("names", "their names"),
            is("count", "how many there are"),
            is("silent", "nothing"),
        ],
    ),
    ask(
        "Q11.domains",
        Read,
        "Whether the domains of one directory can be read",
        &[
            so(
                "served",
                "yes",
                Directories,
                Works,
                "A domain that another directory has is found before anything is created.",
            ),
            is("not-offered", "no"),
        ],
    ),
    ask(
        "Q14",
        Read,
        "What a token that is none gets",
        &[
            is("401", "401"),
            so(
                "403",
                "403",
                SignIn,
                Care,
                "A token that expires during a run cannot be told from a missing role, except near its end.",
            ),
            so(
                "page",
                "a web page",
                SignIn,
                Care,
                "A token that expires during a run ends it with an error.",
            ),
            so(
                "redirect",
                "a redirect",
                SignIn,
                Care,
                "A token that expires during a run ends it with an error.",
            ),
            so(
                "served",
                "what was asked for",
                SignIn,
                Care,
                "Somebody on the way answers for the tenant.",
            ),
        ],
    ),
    ask(
        "Q15.unknown",
        Read,
        "What a client that does not exist is told by the token endpoint",
        REFUSED_CLIENT,
    ),
    ask(
        "Q17.own",
        Read,
        "The unit of the time-to-live, seen at the client that signs in",
        TTL_UNIT,
    ),
    ask(
        "Q19.own",
        Read,
        "Whether the token of the client that signs in comes with a refresh token",
        &[is("present", "yes"), is("absent", "no")],
    ),
    ask(
        "Q21",
        Read,
        "How the token check says yes",
        &[
            is("true", "true"),
            is("True", "True"),
            is("quoted", "\"true\", in quotation marks"),
            is("false", "it says no to the token that signs in"),
            so(
                "not-offered",
                "there is none",
                Tokens,
                Care,
                "A token that was revoked is not noticed until Okta is refused.",
            ),
        ],
    ),
    ask(
        "Q21.dead",
        Read,
        "What the token check says to a token that is none",
        &[
            is("false", "false"),
            is("401", "401"),
            so(
                "true",
                "true",
                Tokens,
                Care,
                "A token that was revoked is not noticed until Okta is refused.",
            ),
        ],
    ),
    ask("Q22.clients", Read, "The form of the list of clients", LIST_FORM),
    ask(
        "Q22.directories",
        Read,
        "The form of the list of directories",
        LIST_FORM,
    ),
    ask(
        "Q22.start",
        Read,
        "What startIndex counts in the list of clients",
        &[
            is("ignored", "nothing: the list comes whole"),
            is("pages", "pages, from 1"),
            is("items", "items"),
            is("size-alone", "nothing, although pageSize is obeyed"),
        ],
    ),
    ask(
        "Q25",
        Read,
        "Whether Omnissa Identity Service answers next to Access",
        &[
            is("absent", "no"),
            so(
                "answers",
                "yes, which is a sign and no proof that it is in use",
                Directories,
                Care,
                "Where Omnissa Identity Service is in use, directories are read-only in Access, and creating one is refused.",
            ),
        ],
    ),
    ask(
        "scim",
        Read,
        "What SCIM answers to the token",
        &[
            so("ok", "200", Scim, Works, "SCIM takes tokens of an admin client."),
            so(
                "forbidden",
                "403",
                Scim,
                Fails,
                "Okta will be refused: scope not admin, no admin role, or SCIM not opened for the tenant.",
            ),
            so(
                "unauthorized",
                "401",
                Scim,
                Fails,
                "Okta will be refused: the token is not accepted.",
            ),
            so(
                "absent",
                "there is no such address",
                Scim,
                Fails,
                "There is no SCIM for Okta to write to.",
            ),
        ],
    ),
    ask(
        "saml",
        Read,
        "Whether the SAML metadata is served to everybody",
        &[is("served", "yes"), is("absent", "no")],
    ),
    ask(
        "Q28.path",
        Read,
        "Where below its host the tenant is",
        &[is("root", "at the root"), is("prefix", "below a path")],
    ),
    ask(
        "client.post",
        Write,
        "What the creation of a client is answered with",
        &[
            so(
                "201",
                "201 and the client",
                Clients,
                Works,
                "Clients can be created.",
            ),
            so(
                "200",
                "200 and the client",
                Clients,
                Works,
                "Clients can be created.",
            ),
            so(
                "mute",
                "a success that does not show the client",
                Clients,
                Works,
                "Clients can be created; each creation is read back.",
            ),
            so(
                "refused",
                "a refusal",
                Clients,
                Fails,
                "Clients cannot be created.",
            ),
        ],
    ),
    ask("lag.client", Write, "When a read sees a new client", SEEN),
    ask(
        "lag.token",
        Write,
        "When the token endpoint knows a new client",
        SEEN,
    ),
    ask(
        "Q2.post",
        Write,
        "How the answer to the creation shows the secret that was sent",
        SECRET_SHOWN,
    ),
    ask(
        "Q2.read",
        Write,
        "How a read shows a secret that is known",
        SECRET_SHOWN,
    ),
    ask(
        "Q4.given",
        Write,
        "Whether a client has the secret that was sent",
        &[
            is("taken", "yes"),
            so(
                "own",
                "no, the tenant made one and showed it",
                Clients,
                Care,
                "A given client_secret is set once more after the creation; a generated one is replaced by the tenant's.",
            ),
            so(
                "neither",
                "no, and no other is known",
                Clients,
                Fails,
                "The secret of a new client is not known, so that no token can be had with it.",
            ),
        ],
    ),
    ask(
        "Q4.none",
        Write,
        "What becomes of a client that is created without a secret",
        &[
            is("shown", "the tenant makes one and shows it"),
            is("hidden", "it is created, and no secret is shown"),
            is("refused", "it is refused"),
        ],
    ),
    ask(
        "Q5.made",
        Write,
        "Whether a client that was made over the API may do what an admin may",
        &[
            so(
                "allowed",
                "yes",
                Scim,
                Works,
                "A client that this provider makes can be used for SCIM.",
            ),
            so(
                "forbidden",
                "no, 403",
                Scim,
                Care,
                "A client that this provider makes needs an admin role, which only the console can give, before Okta can use it.",
            ),
        ],
    ),
    ask(
        "Q6",
        Write,
        "What the creation of a client is answered with whose id is taken",
        TAKEN,
    ),
    ask(
        "Q27.client",
        Write,
        "Whether the creation of a client can be sent twice",
        &[
            is(
                "refused",
                "the second one is refused, and the client stays as it was",
            ),
            is("accepted", "yes, and the client stays as it was"),
            so(
                "spoiled",
                "the client loses its secret by the second one",
                Clients,
                Works,
                "A creation whose answer is lost is looked up, and never sent again.",
            ),
        ],
    ),
    ask(
        "Q7",
        Write,
        "What an update of a client is answered with",
        &[
            so(
                "201",
                "201 and the client",
                Clients,
                Works,
                "Clients can be updated.",
            ),
            so(
                "200",
                "200 and the client",
                Clients,
                Works,
                "Clients can be updated.",
            ),
            so(
                "mute",
                "a success that does not show the client",
                Clients,
                Works,
                "Clients can be updated; each update is read back.",
            ),
            so(
                "refused",
                "a refusal",
                Clients,
                Fails,
                "Clients cannot be updated.",
            ),
        ],
    ),
    ask(
        "Q1.put",
        Write,
        "Whether an update of a client may be application/json",
        &[is("taken", "yes"), is("refused", "no")],
    ),
    ask(
        "Q3.absent",
        Write,
        "What an update without a secret does to it",
        &[
            so(
                "kept",
                "it stays",
                Clients,
                Works,
                "An update leaves the secret alone.",
            ),
            so(
                "lost",
                "it is lost",
                Clients,
                Care,
                "An update without the secret would end the client's access: the known secret is sent along, so keep it in \
             state.",
            ),
        ],
    ),
    ask(
        "Q3.blank",
        Write,
        "What an update with an empty secret does to it",
        &[
            is("kept", "it stays"),
            is("lost", "it is lost"),
            is("refused", "the update is refused"),
        ],
    ),
    ask(
        "Q3.fields",
        Write,
        "What an update does to a field that it leaves out",
        &[
            is("reset", "it is reset"),
            is("kept", "it stays"),
            is("refused", "the update is refused"),
        ],
    ),
    ask(
        "Q15.secret",
        Write,
        "What a wrong secret is told by the token endpoint",
        REFUSED_CLIENT,
    ),
    ask(
        "Q15.grant",
        Write,
        "What an unknown grant type is told by the token endpoint",
        REFUSED_GRANT,
    ),
    ask(
        "Q15.absent",
        Write,
        "What a request without grant type is told by the token endpoint",
        REFUSED_GRANT,
    ),
    ask(
        "Q16",
        Write,
        "Whether credentials are taken in the body",
        &[is("taken", "yes"), is("refused", "no")],
    ),
    ask(
        "Q17.made",
        Write,
        "The unit of the time-to-live, seen at a new client",
        TTL_UNIT,
    ),
    ask(
        "Q18.defaults",
        Write,
        "What the tenant fills in for times that are not sent",
        &[
            is("3h", "180, 129600 and 5760 minutes"),
            is("6h", "360 minutes for the access token"),
            is("none", "nothing"),
        ],
    ),
    ask(
        "Q18.cap",
        Write,
        "Whether a token may live a year",
        &[
            so(
                "honored",
                "yes",
                Tokens,
                Works,
                "A token lives as long as its client says, up to a year at least.",
            ),
            so(
                "capped",
                "no, it is cut down",
                Tokens,
                Care,
                "A token lives shorter than its client says. The provider counts by what the token says and renews in time.",
            ),
            so(
                "refused",
                "no, the client is refused",
                Tokens,
                Care,
                "A client with such a time-to-live is refused.",
            ),
        ],
    ),
    ask(
        "Q19.made",
        Write,
        "Whether a client with the grant refresh_token gets a refresh token",
        &[is("present", "yes"), is("absent", "no")],
    ),
    ask(
        "Q20",
        Write,
        "What a new secret does to the tokens of the client",
        &[
            so(
                "survive",
                "they go on",
                Tokens,
                Works,
                "A rotated client_secret leaves the tokens as they are.",
            ),
            so(
                "die",
                "they end",
                Tokens,
                Care,
                "A rotated client_secret ends the client's tokens: put it into rotate_when_changed of each.",
            ),
        ],
    ),
    ask(
        "Q20.old",
        Write,
        "What becomes of the old secret",
        &[
            is("refused", "it is refused at once"),
            so(
                "lingers",
                "it is accepted for a while",
                Clients,
                Care,
                "An old secret is accepted for a while after a rotation.",
            ),
        ],
    ),
    ask(
        "rotation",
        Write,
        "Whether an update sets the secret that it brings",
        &[
            so("taken", "yes", Clients, Works, "Secrets can be rotated."),
            so(
                "ignored",
                "no, without a word",
                Clients,
                Fails,
                "Secrets cannot be rotated: the tenant says yes and keeps the old one, which the provider notices.",
            ),
            so(
                "refused",
                "no, it is refused",
                Clients,
                Fails,
                "Secrets cannot be rotated.",
            ),
        ],
    ),
    ask(
        "Q23",
        Write,
        "Whether scopes and grants keep their order",
        &[is("kept", "yes"), is("changed", "no")],
    ),
    ask(
        "Q24",
        Write,
        "Whether an id with . and @ is found",
        &[
            is("found", "yes"),
            so(
                "lost",
                "no",
                Clients,
                Care,
                "Clients whose id holds . or @ cannot be read.",
            ),
        ],
    ),
    ask(
        "Q24.case",
        Write,
        "Whether an id is found in capitals",
        &[is("found", "yes"), is("lost", "no")],
    ),
    ask(
        "client.delete",
        Write,
        "What the deletion of a client is answered with",
        DELETED,
    ),
    ask(
        "Q1.create",
        Write,
        "Which media type the creation of a directory takes",
        &[
            is("vendor", "the vendor's"),
            so(
                "refused",
                "not the vendor's",
                Directories,
                Fails,
                "Directories cannot be created: the vendor's media type is refused (Omnissa KB 6000953), and with \
             application/json another type of directory might be made.",
            ),
        ],
    ),
    ask(
        "Q1.json",
        Write,
        "What a creation of a directory in application/json does",
        &[
            is("refused", "it is refused"),
            so(
                "other",
                "it makes one of type Other",
                Directories,
                Works,
                "directory_media_type = \"json\" makes directories of type Other as well.",
            ),
            so(
                "another",
                "it makes one of another type",
                Directories,
                Works,
                "Leave directory_media_type as it is: with \"json\" a directory of another type is made, which is an error.",
            ),
            is("silent", "it makes one whose type the list does not tell"),
            is(
                "unseen",
                "a success, and no directory is listed while this was waited for",
            ),
        ],
    ),
    ask(
        "Q8.post",
        Write,
        "What the creation of a directory is answered with",
        &[
            so(
                "201",
                "201 and the directory",
                Directories,
                Works,
                "Directories can be created.",
            ),
            so(
                "200",
                "200 and the directory",
                Directories,
                Works,
                "Directories can be created.",
            ),
            so(
                "mute",
                "a success that does not show the directory",
                Directories,
                Works,
                "Directories can be created; each creation is looked up in the list.",
            ),
            so(
                "read-only",
                "403, although directories may be read",
                Directories,
                Fails,
                "Directories cannot be created: no admin role, or Omnissa Identity Service, which makes them read-only.",
            ),
            so(
                "refused",
                "a refusal",
                Directories,
                Fails,
                "Directories cannot be created.",
            ),
        ],
    ),
    ask(
        "Q8.type",
        Write,
        "Of which type the new directory is",
        &[
            is("other", "Other"),
            so(
                "another",
                "another",
                Directories,
                Fails,
                "A directory of the wrong type is made, which is an error.",
            ),
            is("silent", "the list does not tell"),
        ],
    ),
    ask(
        "Q9.post",
        Write,
        "What a directory's id is called in the answer to its creation",
        DIRECTORY_ID,
    ),
    ask("lag.directory", Write, "When the list sees a new directory", SEEN),
    ask(
        "Q11.spelling",
        Write,
        "How a new directory's name and domain are read back",
        &[
            is("as-sent", "as they were sent"),
            so(
                "altered",
                "altered",
                Directories,
                Care,
                "Names or domains come back in another spelling, which is no difference to the provider.",
            ),
            is("silent", "they are not returned"),
        ],
    ),
    ask(
        "Q12",
        Write,
        "Whether a directory can be updated",
        &[
            is("405", "no, 405"),
            is("refused", "no"),
            is("taken", "yes, though the provider replaces it"),
        ],
    ),
    ask(
        "Q27.directory",
        Write,
        "Whether the creation of a directory can be sent twice",
        &[
            is("refused", "the second one is refused"),
            is("same", "yes, and there is one directory"),
            so(
                "twin",
                "there are two directories then",
                Directories,
                Works,
                "A creation whose answer is lost is looked up, and never sent again.",
            ),
        ],
    ),
    ask(
        "Q13.name",
        Write,
        "What a directory is answered with whose name is taken",
        TAKEN,
    ),
    ask(
        "Q13.domain",
        Write,
        "What a directory is answered with whose domain is taken",
        TAKEN,
    ),
    ask(
        "Q8.delete",
        Write,
        "What the deletion of a directory is answered with",
        DELETED,
    ),
    ask(
        "Q8.gone",
        Write,
        "What becomes of a directory that is deleted",
        GONE,
    ),
    ask(
        "Q8.async",
        Write,
        "What becomes of one that is deleted with asyncDelete=true",
        GONE,
    ),
    ask(
        "Q16.query",
        Never(
            "it would put a secret into the logs of everybody on the way, and the provider never sends it so",
        ),
        "Whether credentials are taken in the query",
        &[],
    ),
    ask(
        "Q26",
        Never(
            "it takes users to lose, and the tenant hands a new user on to the applications that everybody has",
        ),
        "Whether the users of a directory go with it",
        &[],
    ),
    ask(
        "Q28.host",
        Never(
            "a request for a host that is not the tenant's may be taken for an attack, or for another tenant's",
        ),
        "What another Host header gets",
        &[],
    ),
];

const SECRET_SHOWN: &[Known] = &[
    is("blank", "as an empty text"),
    is("absent", "not at all"),
    is("clear", "in clear"),
    so(
        "masked",
        "as something else",
        Clients,
        Works,
        "A mask is never taken for the secret.",
    ),
];

const DIRECTORY_ID: &[Known] = &[
    is("directoryConfigurationId", "directoryConfigurationId"),
    is("directoryConfigId", "directoryConfigId"),
    is("directoryId", "directoryId"),
    is("id", "id"),
    is("address", "nothing, but an address tells it"),
    so(
        "none",
        "nothing",
        Directories,
        Care,
        "The list has to say which directory is the new one.",
    ),
];

const REFUSED_CLIENT: &[Known] = &[
    is("401", "401 invalid_client"),
    is("400", "400 invalid_client"),
    so(
        "silent",
        "a refusal that does not say invalid_client",
        Clients,
        Care,
        "A wrong secret cannot be told from a refusal by somebody on the way, so that it is never replaced by itself.",
    ),
];

const REFUSED_GRANT: &[Known] = &[is("400", "400"), is("401", "401"), is("500", "500")];

const TTL_UNIT: &[Known] = &[
    is("minutes", "minutes"),
    so(
        "seconds",
        "seconds",
        Tokens,
        Fails,
        "A token lives a sixtieth of what its client says; each renewal warns.",
    ),
    is(
        "other",
        "neither minutes nor seconds, so the token's life was cut",
    ),
];

const LIST_FORM: &[Known] = &[
    is("whole", "all at once, without totals"),
    is("totals", "with totals"),
    is("linked", "in pages that name the next one"),
];

const SEEN: &[Known] = &[
    is("at-once", "at once"),
    is("late", "after a while, which the provider waits for"),
    is("not-seen", "not while this was waited for"),
];

const TAKEN: &[Known] = &[
    is("409", "409"),
    is("400", "400"),
    is("500", "500"),
    is("accepted", "a success"),
];

const DELETED: &[Known] = &[
    is("204", "204"),
    is("200", "200"),
    is("202", "202"),
    is("refused", "a refusal"),
];

const GONE: &[Known] = &[
    is("at-once", "it is gone from the list at once"),
    is("in-progress", "it is listed as being deleted, then gone"),
    is("late", "it is listed for a while, then gone"),
    so(
        "stays",
        "it is still listed",
        Directories,
        Care,
        "A deletion takes longer than this was waited for.",
    ),
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_are_unique_and_sentences_are_sentences() {
        let mut ids = HashSet::new();
        for question in QUESTIONS {
            assert!(ids.insert(question.id), "{} twice", question.id);
            let mut keys = HashSet::new();
            for known in question.answers {
                assert!(keys.insert(known.key), "{} {} twice", question.id, known.key);
                if let Some(effect) = &known.effect {
                    assert!(effect.says.ends_with('.'), "{}", effect.says);
                }
            }
            let is_asked = !matches!(question.stage, Never(_));
            assert_eq!(is_asked, !question.answers.is_empty(), "{}", question.id);
        }
    }

    #[test]
    fn each_question_of_the_evidence_is_there() {
        for number in 1..=28 {
            let is_it = |id: &str| id.split('.').next() == Some(&format!("Q{number}"));
            assert!(QUESTIONS.iter().any(|question| is_it(question.id)), "Q{number}");
        }
    }
}
