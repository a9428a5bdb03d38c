# Needs Terraform 1.5 or OpenTofu 1.6.
terraform {
  required_version = ">= 1.5.0"

  required_providers {
    wsoa = {
      source  = "wsoa/wsoa"
      version = "~> 0.1"
    }

    # Pinned, as a new version of it may treat the connection differently.
    okta = {
      source  = "okta/okta"
      version = "6.12.0"
    }
  }
}
