# The client's secret is in Vault and nowhere else: not in the configuration, the plan or state. Because every run can
# read it, the token is renewed without anybody being there. The token itself is in state, as Okta cannot take it in
# another way.
# Needs Terraform 1.11 or OpenTofu 1.11.
terraform {
  required_version = ">= 1.11.0"

  required_providers {
    wsoa = {
      source  = "wsoa/wsoa"
      version = "~> 0.1"
    }

    vault = {
      source  = "hashicorp/vault"
      version = "~> 5.0"
    }
  }
}

variable "secret_version" {
  type        = number
  default     = 1
  description = "Version of the secret in Vault. Write the new secret there, raise this, and apply."
}

# Address and credentials come from VAULT_ADDR and VAULT_TOKEN.
provider "vault" {}

# Keys client_id and client_secret: the service client with which this provider signs in.
ephemeral "vault_kv_secret_v2" "terraform" {
  mount = "secret"
  name  = "access/terraform"
}

# Key client_secret: the secret of the client for Okta. Make it with: openssl rand -hex 24
ephemeral "vault_kv_secret_v2" "okta" {
  mount   = "secret"
  name    = "access/okta"
  version = var.secret_version
}

provider "wsoa" {
  client_id     = ephemeral.vault_kv_secret_v2.terraform.data["client_id"]
  client_secret = ephemeral.vault_kv_secret_v2.terraform.data["client_secret"]
}

resource "wsoa_oauth_client" "okta" {
  client_id                = "OktaSCIM"
  access_token_ttl_minutes = 525600
  client_secret_wo         = ephemeral.vault_kv_secret_v2.okta.data["client_secret"]
  client_secret_wo_version = var.secret_version
}

resource "wsoa_bearer_token" "okta" {
  client_id                = wsoa_oauth_client.okta.id
  client_secret_wo         = ephemeral.vault_kv_secret_v2.okta.data["client_secret"]
  client_secret_wo_version = var.secret_version
  early_renewal_hours      = 720

  rotate_when_changed = {
    client = wsoa_oauth_client.okta.created_at
  }
}
