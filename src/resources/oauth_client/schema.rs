//! The schema of `wsoa_oauth_client`.

use super::rules as client;
use crate::resources::secret_source;
use crate::schema::Attribute;
use crate::schema::Schema;
use crate::schema::rules;
use crate::value::Dynamic;
use crate::value::Type;

fn set_of(element: &str) -> Dynamic {
    Dynamic::Sequence(vec![Dynamic::String(element.to_owned())])
}

fn minutes(name: &'static str, description: &'static str) -> Attribute {
    Attribute::optional_computed(name, Type::Number, description).rule(rules::between(1, i32::MAX.into()))
}

fn flag(name: &'static str, description: &'static str) -> Attribute {
    Attribute::optional_computed(name, Type::Bool, description)
}

pub fn schema() -> Schema {
    let mut attributes = vec![
        Attribute::required(
            "client_id",
            Type::String,
            "The client's id, unique in the tenant: letters, digits and `.`, `_`, `@`, `-`. The tenant cannot rename a \
             client, so a change makes a new one.",
        )
        .replaces()
        .rule(rules::text("1 to 256 of `A-Z a-z 0-9 . _ @ -`, not `.` or `..`", client::client_id)),
        Attribute::optional_computed("display_name", Type::String, "Name for people (`rememberAs` in the API).")
            .rule(rules::label(256)),
        Attribute::optional_computed(
            "scopes",
            Type::strings(),
            "What tokens of this client may do. SCIM provisioning needs `admin`.",
        )
        .default(set_of("admin"))
        .rule(rules::not_empty())
        .rule(rules::each("a word without white space and commas", client::word)),
        Attribute::optional_computed(
            "grant_types",
            Type::strings(),
            "How the client gets tokens. A service client uses `client_credentials`.",
        )
        .default(set_of("client_credentials"))
        .rule(rules::not_empty())
        .rule(rules::each("a word without white space and commas", client::word)),
        Attribute::optional(
            "redirect_uris",
            Type::strings(),
            "Where users may be sent back to. Needed by `authorization_code`; wildcards are the tenant's matter.",
        )
        .rule(rules::each("a URI without white space and commas", client::redirect_uri)),
        minutes(
            "access_token_ttl_minutes",
            "Lifetime of access tokens, in minutes; 525600 is a year. A change concerns tokens issued afterwards. \
             Without it the tenant decides (usually 3 hours).",
        ),
        minutes("refresh_token_ttl_minutes", "Lifetime of refresh tokens, in minutes. Without it the tenant decides."),
        minutes(
            "refresh_token_idle_ttl_minutes",
            "After how many minutes without use a refresh token lapses; less than `refresh_token_ttl_minutes`. Without \
             it the tenant decides.",
        ),
        flag("display_user_grant", "Whether users are asked to agree to what the client may do."),
        flag("inheritance_allowed", "Whether child tenants may use the client."),
        flag("internal_system_client", "Whether the client is internal, which makes it undeletable in the console."),
        Attribute::optional_computed(
            "resource_uuid",
            Type::String,
            "UUID of an application, to whose users the client is then restricted.",
        )
        .rule(rules::text("a UUID", client::uuid)),
        Attribute::optional_computed(
            "client_secret",
            Type::Secret,
            "Shared secret. Without it (and without `client_secret_wo`) the provider makes one of 48 letters and \
             digits. It is stored in state in clear text, so use an encrypted backend. A change takes effect in place \
             and at once: a client has one secret. Null for an imported client whose tenant does not show secrets.",
        )
        .rule(secret_source::secret_rule()),
    ];
    attributes.extend(secret_source::write_only_attributes(
        "Shared secret that is kept out of plan and state. Needs `client_secret_wo_version`, and Terraform 1.11 or \
         OpenTofu 1.11.",
    ));
    attributes.extend([
        Attribute::optional(
            "rotate_secret_when_changed",
            Type::Map(Box::new(Type::String)),
            "Any values. When they change (or are first given) the provider makes a new secret, in place. Only for a \
             secret that the provider makes.",
        ),
        Attribute::computed(
            "last_secret_change",
            Type::String,
            "Why the provider last set the secret: `created`, `client_secret changed`, `client_secret_wo_version N`, \
             `rotate_secret_when_changed changed`, or, after the tenant was seen to refuse the secret in state, `set \
             again, refused DATE` and `made anew, refused DATE` (RFC 3339). Null if it never did.",
        ),
        Attribute::computed(
            "pending_client_secret",
            Type::Secret,
            "A secret that was sent to the tenant and that it did not accept in time; the next refresh finds out whether \
             it is in force. Null unless an apply failed for that.",
        ),
        Attribute::computed(
            "created_at",
            Type::String,
            "When this provider made the client, RFC 3339, UTC; null for an imported one. Replacing a client ends its \
             tokens, so put this into `rotate_when_changed` of a `wsoa_bearer_token`.",
        ),
        Attribute::computed(
            "id",
            Type::String,
            "`client_id` as the tenant spells it. Known when the client is there, so that what refers to it waits.",
        ),
    ]);
    Schema {
        version: 0,
        description: "An OAuth 2.0 client. The defaults make a service client (*Service Client Token* in the console) \
                      as SCIM provisioning needs it.",
        attributes,
    }
}
