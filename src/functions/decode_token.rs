//! `provider::wsoa::decode_token`: what an access token says of itself (EVIDENCE 1.5).
//!
//! No clock: Terraform insists on the same result for the same argument, at plan and at apply. And no signature: who
//! checks that is the tenant.

use terraform_plugin::function::{Function, FunctionError, Signature};
use terraform_plugin::model;
use terraform_plugin::secret::Secret;
use terraform_plugin::value::{Set, Value};

use crate::access::jwt::Claims;

/// The longest token, in bytes. None is nearly as long: it has to fit into a header.
const LONGEST: usize = 64 << 10;

/// The function.
pub struct DecodeToken;

model! {
    /// The claims of a token.
    pub struct Decoded {
        /// Who issued it.
        iss: String = computed(),
        /// Whom it is about.
        sub: String = computed(),
        /// For whom it is.
        aud: String = computed(),
        /// The OAuth client that it was issued to.
        cid: String = computed(),
        /// What it may do.
        scp: Set<String> = computed(),
        /// When it was issued.
        issued_at: String = computed(),
        /// When it ends.
        expires_at: String = computed(),
        /// Its id.
        jti: String = computed(),
        /// All claims.
        claims_json: String = computed(),
    }
}

impl Function for DecodeToken {
    type Arguments = (Secret,);
    type Result = Decoded;

    const NAME: &'static str = "decode_token";

    fn signature(&self) -> Signature {
        Signature {
            summary: "What an access token says of itself.",
            description: "Reads the claims of an access token (a JWT). **The signature is not checked**, and neither is \
                          whether the token is still valid: anybody can write such a token, so base no trust on the \
                          result. The result is an object with `iss`, `sub`, `aud`, `cid` (the OAuth client) and `jti` \
                          as text (several audiences are joined by blanks), `scp` as a set of strings, `issued_at` and \
                          `expires_at` in RFC 3339 and UTC, and `claims_json`, all claims as they are in the token, for \
                          `jsondecode`. What the token does not say is null. There is no clock in it: compare \
                          `expires_at` with `plantimestamp()`. Fails if the argument is not a JWT, or longer than 64 KiB.",
            parameters: vec![("token", "The token, without `Bearer` in front.")],
        }
    }

    fn call(&self, (token,): (Secret,)) -> Result<Decoded, FunctionError> {
        if token.expose().len() > LONGEST {
            return Err(FunctionError::at(0, "the token is longer than 64 KiB"));
        }
        let claims = Claims::of(&token).ok_or_else(|| {
            FunctionError::at(
                0,
                "the token is not a JWT: three parts with dots between, the second of which holds a JSON object",
            )
        })?;
        Ok(Decoded {
            iss: claims.issuer.into(),
            sub: claims.subject.into(),
            aud: claims.audience.into(),
            cid: claims.client_id.into(),
            scp: match claims.scopes {
                Some(scopes) => scopes.iter().collect(),
                None => Value::Null,
            },
            issued_at: claims.life_time.issued_at.map(|at| at.to_string()).into(),
            expires_at: claims.life_time.expires_at.map(|at| at.to_string()).into(),
            jti: claims.life_time.id.into(),
            claims_json: claims.json.into(),
        })
    }
}
