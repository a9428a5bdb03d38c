# A module names the provider and leaves its configuration to the caller.
terraform {
  required_version = ">= 1.3.0"

  required_providers {
    wsoa = {
      source  = "wsoa/wsoa"
      version = ">= 0.1"
    }
  }
}
