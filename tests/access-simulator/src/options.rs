//! How a simulator is started.

use std::path::PathBuf;

use crate::switches::Switches;

/// Everything that is fixed when the simulator starts.
#[derive(Clone, Debug)]
pub struct Options {
    /// The port on 127.0.0.1; 0 takes any free one.
    pub port: u16,
    /// The path of a multi-tenant system, for example `/SAAS/t/acme` (Q28). It then stands in the place of
    /// `/SAAS`: `{prefix}/jersey`, `{prefix}/auth`, `{prefix}/API`.
    pub path_prefix: Option<String>,
    /// The tenant's name; tokens carry it in capitals.
    pub tenant: String,
    /// Id and secret of the service client with the scope `admin` that exists from the start.
    pub admin_client: (String, String),
    /// Name and password that the session login accepts.
    pub admin_user: Option<(String, String)>,
    /// The answers to the open questions.
    pub switches: Switches,
    /// Where to write the CA certificate; a temporary file when absent.
    pub ca_file: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: 0,
            path_prefix: None,
            tenant: "acme".to_owned(),
            admin_client: ("terraform-admin".to_owned(), "terraform-admin-secret".to_owned()),
            admin_user: None,
            switches: Switches::default(),
            ca_file: None,
        }
    }
}
