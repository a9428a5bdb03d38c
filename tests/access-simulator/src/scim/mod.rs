//! SCIM 1.1: what an identity provider's connector uses to fill a directory.

mod api;
mod filter;
mod patch;
mod store;

pub(crate) use api::router;
pub(crate) use store::Store;

const CORE: &str = "urn:scim:schemas:core:1.0";
const ENTERPRISE: &str = "urn:scim:schemas:extension:enterprise:1.0";
const WORKSPACE: &str = "urn:scim:schemas:extension:workspace:1.0";
