//! Terraform and OpenTofu provider for Workspace ONE Access (Omnissa Access).
//!
//! [`plugin`], [`schema`] and [`value`] speak Terraform and know nothing of the tenant; [`access`] speaks to the
//! tenant and knows nothing of Terraform. They meet in [`provider`] and in the [`resources`] and their siblings.
//! [`text`] makes what others wrote fit for messages and logs.

pub mod access;
pub mod clock;
mod diagnose;
pub mod ephemeral;
pub mod hcl;
pub mod plugin;
pub mod probe;
pub mod provider;
pub mod resources;
pub mod schema;
pub mod secret;
pub mod text;
pub mod value;
