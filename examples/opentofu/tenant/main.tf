terraform {
  required_providers {
    wsoa = {
      source = "wsoa/wsoa"
    }
  }
}

variable "domain" {
  type        = string
  description = "Domain of the users that Okta provisions."
}

variable "token" {
  type        = bool
  description = "Issue a token for Okta. A source that requests its tokens itself needs none."
}

variable "deletion_protection" {
  type        = bool
  description = "Refuse to delete the directory, with every user and group in it."
}

resource "wsoa_oauth_client" "okta" {
  client_id                = "OktaSCIM"
  access_token_ttl_minutes = 525600
}

resource "wsoa_bearer_token" "okta" {
  client_id           = wsoa_oauth_client.okta.id
  client_secret       = wsoa_oauth_client.okta.client_secret
  early_renewal_hours = 720

  rotate_when_changed = {
    client = wsoa_oauth_client.okta.created_at
  }

  lifecycle {
    enabled = var.token
  }
}

resource "wsoa_other_directory" "okta" {
  name                = "Okta"
  domains             = [var.domain]
  deletion_protection = var.deletion_protection
}

output "token" {
  value     = try(wsoa_bearer_token.okta.access_token, null)
  sensitive = true
}
