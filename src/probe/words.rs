//! What may be told of a tenant's own words.
//!
//! A code, a message or the name of a field teaches much, and may hold a name, an id, a host or a secret. So a word is
//! told only if it is one of these; whatever else there is becomes an ellipsis. Nobody has to recognize what is secret.

/// Takes the place of words that are not told.
const HIDDEN: &str = "…";

/// So many words are told of one text.
const MOST: usize = 24;

/// The names of fields that the evidence knows (access-api 1.3, 2.2, 2.5, 3.2), told as they are.
const FIELDS: &str = "\
    Errors Resources _links accessTokenTTL access_token activationToken authGrantTypes clientId code \
    countDomains deleteInProgress description detail directoryConfigId directoryConfigurationId directoryId \
    directoryType displayUserGrant domains error error_description errors expires_in grantTypes href id \
    inheritanceAllowed internal internalSystemClient isActivated items itemsPerPage mediaType message \
    migratedToEnterpriseService name next pageNumber pageSize parameters pkceEnforced publicClient \
    redirectUri refreshTokenIdleTTL refreshTokenTTL refresh_token rememberAs resourceUuid \
    returnFailureResponse schemas scope secret self startIndex status strData syncConfigurationEnabled \
    timestamp tokenLength tokenType token_type totalCount totalPages totalResults type userStoreId \
    userStoreUuid userstoreId";

/// Words that say something of the API and nothing of whoever uses it.
const WORDS: &str = "\
    a absent accept accepted access account active admin all allowed already an and another api application \
    are associated auth authentication authorization authorized bad bearer been being belong belongs broken by can cannot \
    changed check client clients code config configuration configured conflict connector content count \
    created credentials data deleted deletion denied description detail details directories directory \
    disabled does domain domains duplicate empty enabled endpoint entitlement error errors exist existing \
    exists expired failed failure field flow for forbidden format found gateway given grant group has have \
    header hidden http id identity in incorrect insufficient internal invalid is it json large length limit \
    list locked long longer management manager media message method minutes missing modified more must name \
    names no not null oauth oauth2 object of on one only operation or other out owner page parameter \
    parameters parse password perform permission permissions plain please policy precondition provided read \
    redirect refresh refused request requested required resource role scim scope scopes secret server \
    service session size state status store string subject success such supported system task tenant text \
    than that the this time to token tokens too try ttl type types unauthorized unexpected unique unknown \
    unsupported updated uri use used user users uuid valid value vendor vmware vnd was with without wrong \
    xml your";

/// The media types that the evidence knows (access-api section 0, 2.1, 3.1), told as they are.
const MEDIA_TYPES: &[&str] = &[
    "application/json",
    "application/octet-stream",
    "application/vnd.vmware.horizon.manager.classicoauth2client+json",
    "application/vnd.vmware.horizon.manager.clientcredentialsoauth2client+json",
    "application/vnd.vmware.horizon.manager.connector.management.directory.domain.list+json",
    "application/vnd.vmware.horizon.manager.connector.management.directory.list+json",
    "application/vnd.vmware.horizon.manager.connector.management.directory.other+json",
    "application/vnd.vmware.horizon.manager.oauth2client+json",
    "application/vnd.vmware.horizon.manager.oauth2clientsummarylist+json",
    "application/xml",
    "text/html",
    "text/plain",
    "text/xml",
];

/// What may be told of a `Content-Type`.
pub fn media_type(text: &str) -> Vec<&'static str> {
    let essence = text.split(';').next().unwrap_or_default().trim();
    match MEDIA_TYPES
        .iter()
        .find(|known| known.eq_ignore_ascii_case(essence))
    {
        Some(known) => vec![known],
        None => told(essence),
    }
}

/// What may be told of `text`.
pub fn told(text: &str) -> Vec<&'static str> {
    let mut told = Vec::new();
    let parts = text.split(|c: char| !c.is_alphanumeric()).flat_map(camels);
    for part in parts.filter(|part| !part.is_empty()) {
        let folded = part.to_ascii_lowercase();
        let word = WORDS.split(' ').find(|word| *word == folded).unwrap_or(HIDDEN);
        if word == HIDDEN && told.last() == Some(&HIDDEN) {
            continue;
        }
        if told.len() == MOST {
            told.push(HIDDEN);
            break;
        }
        told.push(word);
    }
    told
}

/// The name of a field, if the evidence knows it; otherwise `None`.
pub fn field(name: &str) -> Option<&'static str> {
    FIELDS.split(' ').find(|field| *field == name)
}

/// The words of a name such as `directoryConfigId`.
fn camels(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut start = 0;
    let mut previous_is_lower = false;
    for (at, c) in text.char_indices() {
        if c.is_uppercase() && previous_is_lower {
            words.push(&text[start..at]);
            start = at;
        }
        previous_is_lower = c.is_lowercase();
    }
    words.push(&text[start..]);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_small() {
        assert!(
            WORDS
                .split(' ')
                .all(|word| !word.is_empty() && word == word.to_ascii_lowercase())
        );
    }

    #[test]
    fn only_words_of_the_api_are_told() {
        for (text, expected) in [
            ("invalid_client", "invalid client"),
            (
                "oauth2.client.with.client.id.already.exists",
                "oauth2 client with client id already exists",
            ),
            (
                "The domain okta.acme.example already belongs to the directory Acme Corp.",
                "the domain … already belongs to the directory …",
            ),
            ("directoryConfigId", "directory config id"),
            ("acmeDirectory", "… directory"),
            ("4f1c2f6e-3a1b-4c8e-9b1d-0f5a6c7d8e9f", "…"),
            ("hunter2", "…"),
            ("ÄÖÜ", "…"),
            ("", ""),
        ] {
            assert_eq!(told(text).join(" "), expected, "{text}");
        }
        assert_eq!(media_type("Text/HTML; charset=acme"), ["text/html"]);
        assert_eq!(
            media_type("application/vnd.acme+json").join(" "),
            "application vnd … json"
        );
        assert_eq!(told(&"error ".repeat(1000)).len(), MOST + 1);
        assert_eq!(
            (field("directoryId"), field("acmeId")),
            (Some("directoryId"), None)
        );
    }
}
