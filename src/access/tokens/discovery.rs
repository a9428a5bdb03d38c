//! What a tenant announces about itself.

/// What the tenant's `OpenID` Connect discovery announces (EVIDENCE 1.4).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Discovery {
    /// `issuer`.
    pub issuer: Option<String>,
    /// `token_endpoint`.
    pub token_endpoint: Option<String>,
    /// `authorization_endpoint`.
    pub authorization_endpoint: Option<String>,
    /// `jwks_uri`.
    pub jwks_uri: Option<String>,
    /// `userinfo_endpoint`.
    pub userinfo_endpoint: Option<String>,
    /// `revocation_endpoint`.
    pub revocation_endpoint: Option<String>,
    /// `end_session_endpoint`.
    pub end_session_endpoint: Option<String>,
}

impl Discovery {
    /// `self`, completed with what only `other` has.
    pub(in crate::access) fn or(self, other: Self) -> Self {
        Self {
            issuer: self.issuer.or(other.issuer),
            token_endpoint: self.token_endpoint.or(other.token_endpoint),
            authorization_endpoint: self.authorization_endpoint.or(other.authorization_endpoint),
            jwks_uri: self.jwks_uri.or(other.jwks_uri),
            userinfo_endpoint: self.userinfo_endpoint.or(other.userinfo_endpoint),
            revocation_endpoint: self.revocation_endpoint.or(other.revocation_endpoint),
            end_session_endpoint: self.end_session_endpoint.or(other.end_session_endpoint),
        }
    }
}
