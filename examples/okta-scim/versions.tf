terraform {
  required_version = ">= 1.5.0" # check blocks; OpenTofu has them from its first version, 1.6

  required_providers {
    wsoa = {
      source  = "wsoa/wsoa"
      version = "~> 0.1"
    }
  }
}
