//! The arguments of a token request, which everything that mints a token has.

use terraform_plugin::schema::Attr;
use terraform_plugin::schema::rules::not_empty;
use terraform_plugin::value::Set;

use crate::objects::oauth_client::rules::{client_id_rule, each_word};

/// `client_id`.
pub fn client_id() -> Attr<String> {
    Attr::required()
        .rule(client_id_rule())
        .described("Id of the client that the token is issued for, usually `wsoa_oauth_client.NAME.id`.")
}

/// `scopes`.
pub fn scopes() -> Attr<Set<String>> {
    Attr::optional()
        .rule(not_empty())
        .rule(each_word())
        .described("Scopes to ask for, a subset of the client's. Without it the tenant grants all of them.")
}
