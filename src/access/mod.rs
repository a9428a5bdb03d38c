//! The tenant side: one client for the Access API, which knows nothing of Terraform.
