//! The answers that an open question may have, where yes, no or a number does not say it.

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

/// One choice with the names it has on the command line and in JSON.
macro_rules! choice {
    ($(#[$doc:meta])* $name:ident { $(#[$first_doc:meta])* $first:ident, $($(#[$variant_doc:meta])* $variant:ident),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum $name {
            $(#[$first_doc])*
            #[default]
            $first,
            $($(#[$variant_doc])* $variant),+
        }
    };
}

choice! {
    /// Q1: which media types an endpoint takes.
    MediaTypes {
        /// Clients: vendor type and `application/json`; creation of a directory: only the vendor type.
        Usual,
        /// Only the vendor type; 415 and 406 for `application/json`.
        StrictVendor,
        /// Only `application/json`; 415 and 406 for the vendor type.
        JsonOnly,
    }
}
choice! {
    /// Q1: what a POST of a directory with `application/json` makes, where the vendor types tell the kinds apart
    /// (access-api-2, rows 1 and 2).
    DirectoryJson {
        /// What the media types of the endpoint say: nothing, or the type that the body states.
        AsDeclared,
        /// A local directory, whatever the body states.
        MakesLocal,
        /// 415 for every media type; an address of its own, with `/other` at the end, takes JSON. The address is
        /// invented: no public source shows one.
        Moved,
    }
}
choice! {
    /// Q16: where the token endpoint looks for credentials and parameters.
    TokenRequest {
        /// In the header, the form and the query.
        Anywhere,
        /// Credentials in the header, parameters in the form, as documented.
        BasicAndForm,
    }
}
choice! {
    /// Q19: whether an answer of the token endpoint brings a refresh token.
    RefreshToken {
        /// With the grant `refresh_token`.
        ByGrant,
        /// Always.
        Always,
        /// Never.
        Never,
    }
}
choice! {
    /// Q2: how an answer shows a secret.
    SecretRead {
        /// Present and empty.
        Blank,
        /// Present and readable.
        Clear,
        /// Not present.
        Omit,
        /// `********`
        Stars,
        /// `••••••••`
        Dots,
        /// `xxxxxxxx`
        Crosses,
        /// `****` and the last four characters.
        LastFour,
        /// `[hidden]`
        Hidden,
        /// The SHA-256 of it in hexadecimal digits.
        Sha256,
    }
}
choice! {
    /// The body of a refusal.
    ErrorBody {
        /// The JSON that such refusals have.
        Usual,
        /// None.
        Empty,
        /// An HTML page, as from a web application firewall.
        Html,
    }
}
choice! {
    /// Q3: what a PUT does with a secret that is sent.
    PutSecret {
        /// It is the client's secret from then on.
        Taken,
        /// Nothing; the answer does not tell.
        Ignored,
        /// The request is refused with 400.
        Refused,
    }
}
choice! {
    /// The `ETag` of a client.
    Etags {
        /// There is none.
        None,
        /// A PUT or DELETE with an `If-Match` that names another one is refused with 412.
        Strong,
        /// It is weak, and no `If-Match` can match it (RFC 9110, 13.1.1).
        Weak,
    }
}
choice! {
    /// The answer to a successful DELETE of a client.
    DeleteAnswer {
        /// 204 without body.
        Empty,
        /// 200 with a line of text.
        Text,
        /// 200 with `errors[]`, although it was carried out.
        Errors,
    }
}
choice! {
    /// Q8: the answer to a successful POST of a directory.
    PostAnswer {
        /// The directory.
        Whole,
        /// The directory without the id of its user store, which only reads show.
        NoStoreId,
        /// No body.
        Empty,
        /// 202 without body, and the `Location` of a job.
        Job,
    }
}
choice! {
    /// Q9: the names of a directory's ids.
    DirectoryIds {
        /// `directoryConfigurationId` and `userStoreId`; in lists `directoryId` and `userstoreId`.
        Usual,
        /// `directoryConfigId` everywhere.
        ConfigId,
        /// `directoryId` everywhere.
        DirectoryId,
        /// `id` everywhere.
        Id,
        /// None in the answer to POST; it can be read off `_links` and the `Location` header.
        LocationOnly,
        /// None in the answer to POST, no link either: only the list knows.
        ListOnly,
    }
}
choice! {
    /// Q14: the answer to a missing, expired or invalid token.
    Unauthorized {
        /// 401 with `errors[]`.
        Status401,
        /// An expired token draws 403 `forbidden`; the others 401.
        Expired403,
        /// A login page with status 200.
        Html,
        /// 302 to the login page.
        Redirect,
    }
}
choice! {
    /// Q17: the unit of the time-to-live fields.
    TtlUnit {
        /// As the API's description says.
        Minutes,
        /// As the console's help says.
        Seconds,
    }
}
choice! {
    /// Q21: how the token check spells its answer.
    Spelling {
        /// `true`
        Lower,
        /// `True`
        Capital,
        /// `"true"` with the quotation marks.
        Quoted,
    }
}
choice! {
    /// What the token check does about a token that is not valid.
    TokenCheck {
        /// 200 and `false`.
        Answers,
        /// 401.
        Status401,
        /// 404 for every token: the endpoint does not exist.
        Status404,
        /// 500 for every token.
        Status500,
    }
}
choice! {
    /// The discovery document below `/acs`.
    AcsDiscovery {
        /// With `revocation_endpoint`.
        Full,
        /// Without `revocation_endpoint`, which is then not served either.
        NoRevocation,
        /// 404.
        Absent,
    }
}
choice! {
    /// Q22: the form of the list of clients.
    ListShape {
        /// The old form, unless the request carries `pageSize` or `startIndex`.
        Auto,
        /// Always everything at once.
        Old,
        /// Always in pages with totals.
        New,
        /// In pages, each with the address of the next one in `_links`.
        Next,
        /// In pages, each with the address of the next one in a `Link` header.
        Link,
        /// The first page with totals, whichever is asked for.
        Cut,
    }
}
choice! {
    /// Q22: the form of the list of directories.
    Paging {
        /// Everything at once.
        Whole,
        /// In pages with totals; `startIndex` is the number of a page.
        Totals,
        /// In pages, each with the address of the next one in `_links`.
        Next,
        /// In pages, each with the address of the next one in a `Link` header.
        Link,
        /// The first page with totals, whichever is asked for.
        Cut,
    }
}
choice! {
    /// How reads show the name of a directory of type Other. The answer to POST has it as sent.
    NameRead {
        /// As sent.
        AsSent,
        /// In capitals.
        Upper,
        /// In small letters.
        Lower,
        /// In Unicode's composed form.
        Nfc,
        /// In Unicode's decomposed form.
        Nfd,
        /// As null.
        Null,
        /// Not at all.
        Missing,
    }
}
choice! {
    /// Q11: how reads show the domains of a directory of type Other, where they show them. The answer to POST has
    /// them as sent.
    DomainsRead {
        /// As sent.
        AsSent,
        /// In capitals.
        Upper,
        /// In small letters.
        Lower,
        /// `xn--` labels in Unicode.
        Unicode,
        /// Unicode labels as `xn--`.
        Ascii,
        /// With `one-more.example`.
        OneMore,
        /// As an empty list.
        Empty,
        /// As null.
        Null,
        /// Not at all.
        Missing,
    }
}
choice! {
    /// Q9: the id in the list of directories, for those of type Other.
    IdRead {
        /// As in every other answer.
        AsCreated,
        /// In capitals; an id is then found in either case.
        Upper,
        /// Neither the id nor a link that contains it.
        Missing,
    }
}
choice! {
    /// An entry at the start of the list of directories that cannot be read.
    OddEntry {
        /// There is none.
        None,
        /// A directory without id.
        WithoutId,
        /// A string.
        Text,
        /// null.
        Null,
    }
}
choice! {
    /// Q23: the order of scopes and grants when read back.
    ListOrder {
        /// As sent.
        Preserved,
        /// In reverse, separated by single spaces.
        Reversed,
        /// As sent, separated by commas; redirect URIs too.
        Commas,
    }
}
choice! {
    /// Whether something that real systems may lack is served.
    Acceptance {
        /// Served.
        Served,
        /// 403.
        Status403,
        /// 404.
        Status404,
        /// 405.
        Status405,
        /// 406.
        Status406,
    }
}
