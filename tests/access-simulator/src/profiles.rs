//! Whole tenants: for each, what the evidence says of it, and which switch that is.
//!
//! A profile is one table. What it does not name is as in [`Switches::default`], the most likely answer to each open
//! question. A label says where a line comes from, in `EVIDENCE.md`: a fact by its number, an exchange
//! (`F…`), or an open question (`Q…`).

use clap::ValueEnum;
use serde_json::Value;

use crate::choices::{
    Acceptance, AcsDiscovery, DeleteAnswer, DirectoryIds, DirectoryJson, DomainsRead, ErrorBody, Etags,
    IdRead, ListOrder, ListShape, MediaTypes, NameRead, Paging, PostAnswer, RefreshToken, SecretRead,
    Spelling, TokenCheck, TokenRequest, Unauthorized,
};
use crate::switches::Switches;

/// One line of a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Where the evidence says so.
    pub source: &'static str,
    /// The field of [`Switches`].
    pub switch: &'static str,
}

/// Declares the profiles: `source => switch = value`.
macro_rules! profiles {
    ($($(#[$doc:meta])* $name:ident = $text:literal { $($source:literal => $switch:ident = $value:expr;)* })+) => {
        /// A tenant of one kind, as the evidence has it.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
        pub enum Profile {
            $($(#[$doc])* #[value(name = $text)] $name,)+
        }

        impl Profile {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The name on the command line.
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => $text),+ }
            }

            /// What it says, line by line.
            pub fn settings(self) -> &'static [Setting] {
                match self {
                    $(Self::$name => &[$(Setting { source: $source, switch: stringify!($switch) }),*],)+
                }
            }

            /// The answers to the open questions that it gives.
            pub fn switches(self) -> Switches {
                match self {
                    $(Self::$name => Switches { $($switch: $value,)* ..Switches::default() },)+
                }
            }
        }
    };
}

profiles! {
    /// Software as a service about 2020: vendor types alone, secrets are shown, a refresh token with every access token.
    Saas2020 = "saas-2020" {
        "2.1, SWG: vendor types alone" => client_media_types = MediaTypes::StrictVendor;
        "F8, F9: vendor types alone" => directory_media_types = MediaTypes::StrictVendor;
        "Q2, PRIAM lists it" => secret_read = SecretRead::Clear;
        "Q4, SWG: a missing one is generated" => secret_required = false;
        "Q6, SWG" => duplicate_client_status = 500;
        "Q7, SWG" => client_put_status = 201;
        "Q8, LAMW" => directory_delete_status = 200;
        "Q14, LAMW" => unauthorized = Unauthorized::Status401;
        "Q18, OIDC20" => default_access_ttl = 180;
        "Q18, OIDC20" => default_refresh_ttl = 129_600;
        "Q18, OIDC20" => default_refresh_idle_ttl = 5_760;
        "Q19, F1, F2" => refresh_token = RefreshToken::Always;
        "Q21, F4" => token_check_spelling = Spelling::Capital;
        "1.4, OIDC20: /acs/token alone" => acs_discovery = AcsDiscovery::NoRevocation;
        "2.5, SWG: whole lists" => client_list = ListShape::Old;
    }
    #[default]
    /// Software as a service in 2026, the default: both worlds of media types, secrets are shown once.
    Saas2026 = "saas-2026" {
        "Q1, F15" => client_media_types = MediaTypes::Usual;
        "Q1" => directory_media_types = MediaTypes::Usual;
        "Q2, F15" => secret_read = SecretRead::Blank;
        "Q2, SWG" => secret_post = SecretRead::Clear;
        "Q6, OAS" => duplicate_client_status = 500;
        "Q7, OAS" => client_put_status = 201;
        "Q19, APPR" => refresh_token = RefreshToken::ByGrant;
        "1.4, OAS" => acs_discovery = AcsDiscovery::Full;
        "Q22, OAS: pages on request" => client_list = ListShape::Auto;
    }
    /// An appliance of version 3.3: vendor types alone, secrets are shown, no documents below /acs.
    Onprem33 = "onprem-3.3" {
        "Q1, F5" => client_media_types = MediaTypes::StrictVendor;
        "Q1, 3.1" => directory_media_types = MediaTypes::StrictVendor;
        "Q2, F5" => secret_read = SecretRead::Clear;
        "Q9, 3.2, PVS" => directory_ids = DirectoryIds::ConfigId;
        "Q18, 2.3, EQP" => default_access_ttl = 180;
        "Q18, 2.3, EQP" => default_refresh_ttl = 129_600;
        "Q18, 2.3, EQP" => default_refresh_idle_ttl = 5_760;
        "Q23, 2.4, EQP" => token_order = ListOrder::Commas;
        "1.4, SWG: discovery below /SAAS/auth" => acs_discovery = AcsDiscovery::Absent;
        "1.7, VRO" => put_drops_password_grant = true;
        "2.5, SWG: whole lists" => client_list = ListShape::Old;
    }
    /// An appliance of version 26.07 with the identity service: directories and identity providers are read-only.
    Onprem2607 = "onprem-26.07" {
        "Q25" => directories_read_only = true;
        "Q2, F15" => secret_read = SecretRead::Blank;
        "1.4, OAS" => acs_discovery = AcsDiscovery::Full;
        "Q22, OAS: pages" => client_list = ListShape::New;
    }
    /// A tenant whose parts learn of a write late, each in its own time.
    Lagging = "lagging" {
        "Q8, Q27: reads after a write" => lag_client_reads_ms = 2_000;
        "Q22: a list of its own" => lag_client_list_ms = 8_000;
        "Q10: reads after a write" => lag_directory_reads_ms = 2_000;
        "Q8, Q27: a list of its own" => lag_directory_list_ms = 8_000;
        "Q15, Q20: the token endpoint" => lag_token_ms = 2_000;
        "Q21" => lag_is_valid_ms = 8_000;
    }
    /// Every answer is legal and awkward. A door that is shut is none: SCIM is open, and a PUT that does not name the secret
    /// lets it stay, as the one witness has it.
    Hostile = "hostile" {
        "Q1: JSON alone" => client_media_types = MediaTypes::JsonOnly;
        "Q1: vendor types alone" => directory_media_types = MediaTypes::StrictVendor;
        "Q1, 0.2: another type" => directory_json = DirectoryJson::MakesLocal;
        "Q2: a mask that could be a secret" => secret_read = SecretRead::Sha256;
        "Q2: a mask" => secret_post = SecretRead::LastFour;
        "Q6: success, with errors in it" => duplicate_client_status = 200;
        "Q6: 201 or not" => client_post_status = 204;
        "Q7" => client_put_status = 204;
        "2.2: case of ids not known" => client_ids_lower = true;
        "2.1: no ETag is documented" => client_etags = Etags::Weak;
        "1.7, VRO" => put_drops_password_grant = true;
        "2.1: a schema for DELETE" => client_delete_answer = DeleteAnswer::Errors;
        "Q8, Q9" => directory_post_answer = PostAnswer::NoStoreId;
        "Q8" => directory_post_status = 200;
        "Q8, OIS" => directory_delete_status = 202;
        "Q8: deleteInProgress" => directory_delete_always_async = true;
        "Q9" => directory_ids = DirectoryIds::LocationOnly;
        "Q9: spelling of UUIDs" => directory_list_ids = IdRead::Upper;
        "Q10" => directory_get_one = Acceptance::Status405;
        "Q11" => directory_list_domains = true;
        "Q11" => directory_domains_read = DomainsRead::Upper;
        "Q11, Q13" => directory_name_read = NameRead::Nfd;
        "Q11" => directory_domains_resource = Acceptance::Status406;
        "Q13" => duplicate_directory_status = 500;
        "Q13" => duplicate_directory_body = ErrorBody::Empty;
        "Q14" => unauthorized = Unauthorized::Expired403;
        "Q15" => bad_client_status = 400;
        "Q15" => bad_grant_status = 500;
        "Q16: as documented" => token_request = TokenRequest::BasicAndForm;
        "Q18, 2.3: 6 hours" => default_access_ttl = 360;
        "Q18, 2.3: 10 days" => default_refresh_idle_ttl = 14_400;
        "Q19" => refresh_token = RefreshToken::Always;
        "Q20" => rotation_revokes_tokens = true;
        "Q21" => token_check_spelling = Spelling::Quoted;
        "Q21, AMSH" => token_check = TokenCheck::Status401;
        "1.4" => acs_discovery = AcsDiscovery::NoRevocation;
        "1.4: moved to /acs" => auth_discovery_absent = true;
        "Q22" => client_list = ListShape::Link;
        "Q22" => directory_list = Paging::Next;
        "Q22" => list_page_size = 2;
        "Q23" => token_order = ListOrder::Reversed;
        "Q28, 4.1" => host_check = true;
    }
}

impl Profile {
    /// The profile with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|profile| profile.name() == name)
    }

    /// The switches of this profile, save those that `chosen` names, which are as in `switches`.
    pub fn overridden(self, switches: &Switches, chosen: impl Fn(&str) -> bool) -> Switches {
        let (Ok(Value::Object(mut whole)), Ok(Value::Object(wanted))) = (
            serde_json::to_value(self.switches()),
            serde_json::to_value(switches),
        ) else {
            return self.switches(); // plain fields: cannot be
        };
        whole.extend(wanted.into_iter().filter(|(name, _)| chosen(name)));
        serde_json::from_value(Value::Object(whole)).unwrap_or_else(|_| self.switches())
    }
}
