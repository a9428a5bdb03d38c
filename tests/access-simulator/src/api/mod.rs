//! The endpoints of the product, except SCIM.

pub(crate) mod clients;
pub(crate) mod directories;
pub(crate) mod discovery;
pub(crate) mod identity_providers;
mod media;
pub(crate) mod oauth;
mod paging;
pub(crate) mod saml;
pub(crate) mod session;
