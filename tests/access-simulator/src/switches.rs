//! The open questions about the real product, and how this tenant answers them.

use clap::Args;
use serde::{Deserialize, Serialize};

use crate::choices::{
    Acceptance, AcsDiscovery, DeleteAnswer, DirectoryIds, DirectoryJson, DomainsRead, ErrorBody, Etags,
    IdRead, ListOrder, ListShape, MediaTypes, NameRead, OddEntry, Paging, PostAnswer, PutSecret,
    RefreshToken, SecretRead, Spelling, TokenCheck, TokenRequest, TtlUnit, Unauthorized,
};

/// The answers to the open questions. Every field is a flag of the binary and a key of `/_control/switches`.
#[derive(Clone, Debug, PartialEq, Eq, Args, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(clippy::struct_excessive_bools)] // independent yes-or-no questions
pub struct Switches {
    /// Q1: media types of the OAuth client endpoints.
    #[arg(long, value_enum, default_value_t)]
    pub client_media_types: MediaTypes,
    /// Q1: media types of the directory endpoints.
    #[arg(long, value_enum, default_value_t)]
    pub directory_media_types: MediaTypes,
    /// Q1: what a POST of a directory with `application/json` makes.
    #[arg(long, value_enum, default_value_t)]
    pub directory_json: DirectoryJson,
    /// Q2: the secret in answers to GET and PUT.
    #[arg(long, value_enum, default_value_t)]
    pub secret_read: SecretRead,
    /// Q2: the secret in the answer to POST.
    #[arg(long, value_enum, default_value_t = SecretRead::Clear)]
    pub secret_post: SecretRead,
    /// Q4: a client without a secret is refused with 400; otherwise a secret is generated.
    #[arg(long)]
    pub secret_required: bool,
    /// Q4: the tenant makes the secret of every new client itself, whatever was sent.
    #[arg(long)]
    pub own_secret: bool,
    /// Q3: what a PUT does with a secret that is sent.
    #[arg(long, value_enum, default_value_t)]
    pub put_secret: PutSecret,
    /// Q3: a PUT without a secret takes the secret away; otherwise it stays.
    #[arg(long)]
    pub put_without_secret_wipes: bool,
    /// Q3: a PUT with an empty secret lets it stay; otherwise it takes it away.
    #[arg(long)]
    pub put_blank_secret_keeps: bool,
    /// Q3: a PUT lets stay what it does not name; otherwise that takes its default.
    #[arg(long)]
    pub put_keeps_absent: bool,
    /// Q5: clients that were created over the API have no admin role: 403 in spite of the scope.
    #[arg(long)]
    pub api_clients_lack_role: bool,
    /// Q5: SCIM for provisioned users is not enabled for the tenant: 403.
    #[arg(long)]
    pub scim_closed: bool,
    /// Q6: the status for a client id that exists.
    #[arg(long, default_value_t = 500)]
    pub duplicate_client_status: u16,
    /// Q6: the body for a client id that exists, whatever the status: 200 with `errors` in it is possible too.
    #[arg(long, value_enum, default_value_t)]
    pub duplicate_client_body: ErrorBody,
    /// The status of a successful POST of a client (202 and 204: without body).
    #[arg(long, default_value_t = 201)]
    pub client_post_status: u16,
    /// Q7: the status of a successful PUT of a client (202 and 204: without body).
    #[arg(long, default_value_t = 201)]
    pub client_put_status: u16,
    /// Ids of clients are stored in small letters and found in any case.
    #[arg(long)]
    pub client_ids_lower: bool,
    /// No answer tells the `redirectUri` of a client.
    #[arg(long)]
    pub omit_redirect_uri: bool,
    /// The `ETag` of a client.
    #[arg(long, value_enum, default_value_t)]
    pub client_etags: Etags,
    /// A PUT takes the `password` grant away, whatever was sent.
    #[arg(long)]
    pub put_drops_password_grant: bool,
    /// The answer to a successful DELETE of a client.
    #[arg(long, value_enum, default_value_t)]
    pub client_delete_answer: DeleteAnswer,
    /// Q8: the answer to a successful POST of a directory.
    #[arg(long, value_enum, default_value_t)]
    pub directory_post_answer: PostAnswer,
    /// Q8: the status of a successful POST of a directory.
    #[arg(long, default_value_t = 201)]
    pub directory_post_status: u16,
    /// Q8: the status of a successful DELETE of a directory.
    #[arg(long, default_value_t = 200)]
    pub directory_delete_status: u16,
    /// Q8: how many reads still see a directory that is being deleted with `asyncDelete=true`.
    #[arg(long, default_value_t = 2)]
    pub directory_delete_reads: u32,
    /// Q8: deletion is asynchronous even without `asyncDelete=true`.
    #[arg(long)]
    pub directory_delete_always_async: bool,
    /// Q9: the names of a directory's ids.
    #[arg(long, value_enum, default_value_t)]
    pub directory_ids: DirectoryIds,
    /// Q10: GET of one directory.
    #[arg(long, value_enum, default_value_t)]
    pub directory_get_one: Acceptance,
    /// Q11: list items carry `domains`.
    #[arg(long)]
    pub directory_list_domains: bool,
    /// How reads show the name of a directory of type Other.
    #[arg(long, value_enum, default_value_t)]
    pub directory_name_read: NameRead,
    /// Q11: how reads show the domains of a directory of type Other, where they show them.
    #[arg(long, value_enum, default_value_t)]
    pub directory_domains_read: DomainsRead,
    /// Q9: the id in the list of directories, for those of type Other.
    #[arg(long, value_enum, default_value_t)]
    pub directory_list_ids: IdRead,
    /// An entry at the start of the list of directories that cannot be read.
    #[arg(long, value_enum, default_value_t)]
    pub directory_list_odd: OddEntry,
    /// Q22: the form of the list of directories.
    #[arg(long, value_enum, default_value_t)]
    pub directory_list: Paging,
    /// Q11: the sub-resource `/{id}/domains`.
    #[arg(long, value_enum, default_value_t)]
    pub directory_domains_resource: Acceptance,
    /// Q12: PUT of a directory works; otherwise 405.
    #[arg(long)]
    pub directory_update: bool,
    /// Q13: the status for a directory name or domain that is taken.
    #[arg(long, default_value_t = 409)]
    pub duplicate_directory_status: u16,
    /// Q13: the body for a directory name or domain that is taken.
    #[arg(long, value_enum, default_value_t)]
    pub duplicate_directory_body: ErrorBody,
    /// Q14: the answer to a missing, expired or invalid token.
    #[arg(long, value_enum, default_value_t)]
    pub unauthorized: Unauthorized,
    /// Q15: the status for bad client credentials at the token endpoint.
    #[arg(long, default_value_t = 401)]
    pub bad_client_status: u16,
    /// Q15: the body for bad client credentials at the token endpoint.
    #[arg(long, value_enum, default_value_t)]
    pub bad_client_body: ErrorBody,
    /// Q15: the status for an absent `grant_type`.
    #[arg(long, default_value_t = 500)]
    pub absent_grant_status: u16,
    /// Q15: the status for a `grant_type` that the endpoint does not know.
    #[arg(long, default_value_t = 400)]
    pub bad_grant_status: u16,
    /// Q16: where the token endpoint looks for credentials and parameters.
    #[arg(long, value_enum, default_value_t)]
    pub token_request: TokenRequest,
    /// Q17: the unit of the time-to-live fields.
    #[arg(long, value_enum, default_value_t)]
    pub ttl_unit: TtlUnit,
    /// Q18: the minutes that an access token lives at most; 0 for any number.
    #[arg(long, default_value_t = 0)]
    pub ttl_cap_minutes: u32,
    /// Q18: a client shows the time-to-live that it was cut down to, not the one that it was sent.
    #[arg(long)]
    pub ttl_cap_stored: bool,
    /// Q18: the time-to-live of access tokens, for clients that are sent without one.
    #[arg(long, default_value_t = 180)]
    pub default_access_ttl: i32,
    /// Q18: the same of refresh tokens.
    #[arg(long, default_value_t = 129_600)]
    pub default_refresh_ttl: i32,
    /// Q18: the same of refresh tokens that are not used.
    #[arg(long, default_value_t = 5_760)]
    pub default_refresh_idle_ttl: i32,
    /// Q19: whether an answer of the token endpoint brings a refresh token.
    #[arg(long, value_enum, default_value_t)]
    pub refresh_token: RefreshToken,
    /// Q20: a new secret invalidates the client's tokens.
    #[arg(long)]
    pub rotation_revokes_tokens: bool,
    /// Q21: how the token check spells its answer.
    #[arg(long, value_enum, default_value_t)]
    pub token_check_spelling: Spelling,
    /// What the token check does about a token that is not valid.
    #[arg(long, value_enum, default_value_t)]
    pub token_check: TokenCheck,
    /// The discovery document below `/acs`, and the revocation endpoint it names.
    #[arg(long, value_enum, default_value_t)]
    pub acs_discovery: AcsDiscovery,
    /// The discovery document below `/SAAS/auth` answers 404.
    #[arg(long)]
    pub auth_discovery_absent: bool,
    /// Q22: the form of the list of clients.
    #[arg(long, value_enum, default_value_t)]
    pub client_list: ListShape,
    /// Q22: the greatest size of a page, where lists come in pages; 0 for any.
    #[arg(long, default_value_t = 0)]
    pub list_page_size: usize,
    /// Q23: the order of scopes and grants when read back.
    #[arg(long, value_enum, default_value_t)]
    pub token_order: ListOrder,
    /// Q24: the id of a client in a path is not percent-decoded.
    #[arg(long)]
    pub client_ids_undecoded: bool,
    /// Q25: writes to directories and identity providers are refused with 403, as on a tenant with the identity
    /// service enabled.
    #[arg(long)]
    pub directories_read_only: bool,
    /// Q26: a directory that is deleted leaves its users and groups behind.
    #[arg(long)]
    pub directory_delete_keeps_users: bool,
    /// Q26: DELETE of a directory is refused with 409, as where access policies use its authentication methods.
    #[arg(long)]
    pub directory_in_use: bool,
    /// Q28: 444 without a body when the `Host` header is not the server's own name.
    #[arg(long)]
    pub host_check: bool,
    /// Milliseconds by which GET of a client lags behind writes. Like every lag, it is measured on the tenant's
    /// clock, writes themselves meet the truth, and what a test changes is seen at once.
    #[arg(long, default_value_t = 0)]
    pub lag_client_reads_ms: u64,
    /// Milliseconds by which the list of clients lags behind writes.
    #[arg(long, default_value_t = 0)]
    pub lag_client_list_ms: u64,
    /// Milliseconds by which GET of a directory, and of its domains, lags behind writes.
    #[arg(long, default_value_t = 0)]
    pub lag_directory_reads_ms: u64,
    /// Milliseconds by which the list of directories lags behind writes.
    #[arg(long, default_value_t = 0)]
    pub lag_directory_list_ms: u64,
    /// Milliseconds by which the token endpoint lags behind writes: until then a new client is unknown, the old
    /// secret holds, and a deleted client still gets tokens.
    #[arg(long, default_value_t = 0)]
    pub lag_token_ms: u64,
    /// Milliseconds for which the token check calls a new token invalid.
    #[arg(long, default_value_t = 0)]
    pub lag_is_valid_ms: u64,
    /// Milliseconds added to every answer.
    #[arg(long, default_value_t = 0)]
    pub latency_ms: u64,
}

impl Default for Switches {
    fn default() -> Self {
        Self {
            client_media_types: MediaTypes::Usual,
            directory_media_types: MediaTypes::Usual,
            directory_json: DirectoryJson::AsDeclared,
            secret_read: SecretRead::Blank,
            secret_post: SecretRead::Clear,
            secret_required: false,
            own_secret: false,
            put_secret: PutSecret::Taken,
            put_without_secret_wipes: false,
            put_blank_secret_keeps: false,
            put_keeps_absent: false,
            api_clients_lack_role: false,
            scim_closed: false,
            duplicate_client_status: 500,
            duplicate_client_body: ErrorBody::Usual,
            client_post_status: 201,
            client_put_status: 201,
            client_ids_lower: false,
            omit_redirect_uri: false,
            client_etags: Etags::None,
            put_drops_password_grant: false,
            client_delete_answer: DeleteAnswer::Empty,
            directory_post_answer: PostAnswer::Whole,
            directory_post_status: 201,
            directory_delete_status: 200,
            directory_delete_reads: 2,
            directory_delete_always_async: false,
            directory_ids: DirectoryIds::Usual,
            directory_get_one: Acceptance::Served,
            directory_list_domains: false,
            directory_name_read: NameRead::AsSent,
            directory_domains_read: DomainsRead::AsSent,
            directory_list_ids: IdRead::AsCreated,
            directory_list_odd: OddEntry::None,
            directory_list: Paging::Whole,
            directory_domains_resource: Acceptance::Served,
            directory_update: false,
            duplicate_directory_status: 409,
            duplicate_directory_body: ErrorBody::Usual,
            unauthorized: Unauthorized::Status401,
            bad_client_status: 401,
            bad_client_body: ErrorBody::Usual,
            absent_grant_status: 500,
            bad_grant_status: 400,
            token_request: TokenRequest::Anywhere,
            ttl_unit: TtlUnit::Minutes,
            ttl_cap_minutes: 0,
            ttl_cap_stored: false,
            default_access_ttl: 180,
            default_refresh_ttl: 129_600,
            default_refresh_idle_ttl: 5_760,
            refresh_token: RefreshToken::ByGrant,
            rotation_revokes_tokens: false,
            token_check_spelling: Spelling::Lower,
            token_check: TokenCheck::Answers,
            acs_discovery: AcsDiscovery::Full,
            auth_discovery_absent: false,
            client_list: ListShape::Auto,
            list_page_size: 0,
            token_order: ListOrder::Preserved,
            client_ids_undecoded: false,
            directories_read_only: false,
            directory_delete_keeps_users: false,
            directory_in_use: false,
            host_check: false,
            lag_client_reads_ms: 0,
            lag_client_list_ms: 0,
            lag_directory_reads_ms: 0,
            lag_directory_list_ms: 0,
            lag_token_ms: 0,
            lag_is_valid_ms: 0,
            latency_ms: 0,
        }
    }
}
