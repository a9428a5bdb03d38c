//! The schema of `wsoa_bearer_token`.

use crate::resources::oauth_client;
use crate::resources::secret_source;
use crate::schema::Attribute;
use crate::schema::Schema;
use crate::schema::rules;
use crate::value::Dynamic;
use crate::value::Number;
use crate::value::Type;

/// A century: longer than any token, short enough that no date overflows.
const MAX_HOURS: i32 = 876_000;

/// `client_id` as every consumer of a client has it.
pub fn client_id() -> Attribute {
    Attribute::required(
        "client_id",
        Type::String,
        "Id of the client for which the token is minted, usually `wsoa_oauth_client.NAME.client_id`.",
    )
    .rule(rules::text(
        "1 to 256 of `A-Z a-z 0-9 . _ @ -`, not `.` or `..`",
        oauth_client::rules::client_id,
    ))
}

/// `scopes` as a token request has them.
pub fn scopes() -> Attribute {
    Attribute::optional(
        "scopes",
        Type::strings(),
        "Scopes to ask for, some of the client's. Without it the tenant grants all of them.",
    )
    .rule(rules::not_empty())
    .rule(rules::each(
        "a word without white space and commas",
        oauth_client::rules::word,
    ))
}

pub fn schema() -> Schema {
    let hours = |name, description| {
        Attribute::optional(name, Type::Number, description).rule(rules::within(0, MAX_HOURS))
    };
    let mut attributes = vec![
        client_id(),
        Attribute::optional(
            "client_secret",
            Type::Secret,
            "Secret of that client, usually `wsoa_oauth_client.NAME.client_secret`. Stored in state. A change mints a \
             new token.",
        )
        .rule(secret_source::secret_rule()),
    ];
    attributes.extend(secret_source::write_only_attributes(
        "Secret of that client, kept out of plan and state. Needs `client_secret_wo_version`, and Terraform 1.11 or \
         OpenTofu 1.11. It has to be given in every run in which a token may be minted.",
    ));
    attributes.extend([
        scopes(),
        hours(
            "early_renewal_hours",
            "How many hours before it runs out the token is minted anew, by the first apply within that time; half an \
             hour is 0.5. A window that is not shorter than the token's life is taken as the last third of it, with a \
             warning. Without it the token is renewed only when it has run out.",
        ),
        Attribute::optional_computed(
            "expiry_warning_hours",
            Type::Number,
            "A plan that leaves the token alone warns when it runs out within so many hours; 0 never warns. Where it \
             is not given, no earlier than in the last quarter of the token's life.",
        )
        .default(Dynamic::Number(Number::Int(720)))
        .rule(rules::within(0, MAX_HOURS)),
        Attribute::optional(
            "rotate_when_changed",
            Type::Map(Box::new(Type::String)),
            "Any values. When they change, or are first given, a new token is minted, in place.",
        ),
        Attribute::optional_computed(
            "revoke_on_destroy",
            Type::Bool,
            "Revoke the token when the resource is destroyed. Needs a tenant that announces a revocation endpoint, and \
             `client_secret` in state. A renewal never revokes the token before.",
        )
        .default(Dynamic::Bool(false)),
        Attribute::computed(
            "access_token",
            Type::Secret,
            "The token. Stored in state in clear text, so use an encrypted backend.",
        ),
        Attribute::computed("token_type", Type::String, "How to present the token, usually `Bearer`."),
        Attribute::computed("granted_scopes", Type::strings(), "The scopes that the tenant granted."),
        Attribute::computed("issued_at", Type::String, "When the token came, by the clock of the machine that minted it, RFC 3339, UTC."),
        Attribute::computed(
            "expires_at",
            Type::String,
            "When the token runs out, RFC 3339, UTC: `issued_at` and the life that the tenant told. Null if it told none.",
        ),
        Attribute::computed(
            "ready_for_renewal",
            Type::Bool,
            "True if the next apply mints a new token, as seen by the last refresh: it is within \
             `early_renewal_hours` of its end, or the tenant no longer accepts it.",
        ),
        Attribute::computed(
            "last_minted_because",
            Type::String,
            "Why this token was minted, known in the plan that mints it: `created`, `expires` or `expired` and when, \
             which argument changed, or that the tenant no longer accepted the one before. Null for a token of a \
             version that did not say.",
        ),
        Attribute::computed("token_id", Type::String, "Id of the token itself (JWT claim `jti`), if it has one."),
        Attribute::computed("id", Type::String, "Id of this resource, random, the same over all renewals."),
    ]);
    Schema {
        version: 0,
        description: "An access token of a service client (client credentials grant), such as Okta needs for SCIM \
                      provisioning. It is renewed in place by an apply; the token before it stays valid until it runs \
                      out, so that nothing is interrupted.",
        attributes,
    }
}
