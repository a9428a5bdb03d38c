//! Whether a client's secret is the right one, found out at the token endpoint (access-api 1.3, Q15).

use super::Client;
use super::error::Error;
use super::error::ErrorKind;
use super::tokens::by_oauth_code;
use super::tokens::token_object;
use crate::secret::Secret;

impl Client {
    /// Whether the tenant still accepts `secret` for a client, found out without a token being issued.
    ///
    /// A refresh token that never existed is presented: RFC 6749 (section 5.2) has the tenant look at the client first
    /// and say `invalid_client`, or `invalid_grant` where only the refresh token is wrong. A "no" has consequences, so
    /// it is believed only when a real mint is refused for the same reason. An answer that says neither is an error,
    /// from which nothing must be concluded (access-api Q15).
    pub async fn secret_is_accepted(&self, client_id: &str, secret: &Secret) -> Result<bool, Error> {
        match self.present_no_refresh_token(client_id, secret).await {
            Ok(()) => Ok(true),
            Err(error) if grant_alone_is_refused(&error) => Ok(true),
            Err(error) if error.kind() == ErrorKind::InvalidClient => {
                match self.mint(client_id, secret, None).await {
                    Ok(_) => Ok(true),
                    Err(error) if error.kind() == ErrorKind::InvalidClient => Ok(false),
                    Err(error) if grant_alone_is_refused(&error) => Ok(true),
                    Err(error) => Err(error),
                }
            }
            Err(error) => Err(error),
        }
    }

    /// Whether a client has a secret that was made for it and that nobody else has: if so, the client is ours.
    ///
    /// A token that can be minted with it proves that. So does, for a client without the grant, an answer that a random
    /// secret does not get (RFC 6749, section 5.2; access-api Q15). An error says neither.
    pub async fn has_fresh_secret(&self, client_id: &str, secret: &Secret) -> Result<bool, Error> {
        let Err(error) = self.mint(client_id, secret, None).await else {
            return Ok(true);
        };
        if error.kind() == ErrorKind::InvalidClient {
            return Ok(false);
        }
        if lacks_the_grant(&error) {
            let control = self.mint(client_id, &Secret::generate(), None).await;
            if control.is_err_and(|error| error.kind() == ErrorKind::InvalidClient) {
                return Ok(true);
            }
        }
        Err(error)
    }

    async fn present_no_refresh_token(&self, client_id: &str, secret: &Secret) -> Result<(), Error> {
        let form = [("grant_type", "refresh_token"), ("refresh_token", "none")];
        let call = self.token_call(client_id, secret, &form)?;
        let answer = self
            .send_as(&call, None)
            .await
            .map_err(|error| by_oauth_code(&error))?;
        match token_object(&call, &answer)?
            .get("access_token")
            .filter(|token| !token.is_null())
        {
            Some(_) => Ok(()),
            None => Err(call.protocol(&answer, "neither a token nor a refusal")),
        }
    }
}

/// Whether the tenant knows the client, and refuses only what it asks for. `unauthorized_client` with a 401 may be
/// about either: some servers say it of a wrong secret.
fn grant_alone_is_refused(error: &Error) -> bool {
    error.kind() == ErrorKind::GrantRefused
        && (error.status() != Some(401) || !said(error, "unauthorized_client"))
}

/// Whether the refusal is one that a client with the right secret, but without the grant, gets.
fn lacks_the_grant(error: &Error) -> bool {
    grant_alone_is_refused(error) && (said(error, "invalid_grant") || said(error, "unauthorized_client"))
}

fn said(error: &Error, code: &str) -> bool {
    error.server_errors().iter().any(|said| said.code == code)
}
