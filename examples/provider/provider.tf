terraform {
  required_providers {
    wsoa = {
      source  = "wsoa/wsoa"
      version = "~> 0.1"
    }
  }
}

# Tenant and credentials come from WSOA_TENANT_URL, WSOA_CLIENT_ID and WSOA_CLIENT_SECRET.
provider "wsoa" {}
