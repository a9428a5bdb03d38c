//! Terraform and OpenTofu provider for Workspace ONE Access (Omnissa Access).
//!
//! [`plugin`], [`schema`] and [`value`] speak Terraform and know nothing of the tenant; [`access`] speaks to the
//! tenant and knows nothing of Terraform. They meet in [`provider`] and in the resources.

pub mod access;
pub mod clock;
pub mod plugin;
pub mod schema;
pub mod secret;
pub mod value;
