//! Terraform and OpenTofu provider for Workspace ONE Access (Omnissa Access).
//!
//! The crate `terraform-plugin` speaks Terraform and knows nothing of the tenant; [`access`] speaks to the tenant and
//! knows nothing of Terraform. They meet in [`provider`] and in the [`resources`] and their siblings.

pub mod access;
pub mod data_sources;
mod diagnose;
pub mod ephemeral;
pub mod functions;
pub mod probe;
pub mod provider;
pub mod resources;
