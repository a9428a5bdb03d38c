//! Terraform and OpenTofu provider for Workspace ONE Access (Omnissa Access).
//!
//! The crate `terraform-plugin` speaks Terraform and knows nothing of the tenant; [`access`] speaks to the tenant and
//! knows nothing of Terraform. They meet in [`provider`] and in the [`objects`].

pub mod access;
pub mod diagnose;
pub mod functions;
pub mod objects;
pub mod probe;
pub mod provider;
