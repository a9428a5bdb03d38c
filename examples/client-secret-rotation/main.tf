# Two clients, one of which is in use. A client has one secret, so a new secret cuts off whoever has the old one. With
# two clients you rotate the idle one, and switch consumers over when it is ready.
# Needs Terraform 1.3 or OpenTofu 1.6.
terraform {
  required_version = ">= 1.3.0"

  required_providers {
    wsoa = {
      source  = "wsoa/wsoa"
      version = "~> 0.1"
    }
  }
}

provider "wsoa" {}

variable "active" {
  type        = string
  default     = "blue"
  description = "The client that is in use: blue or green."

  validation {
    condition     = contains(["blue", "green"], var.active)
    error_message = "Either blue or green."
  }
}

variable "generation" {
  type        = object({ blue = string, green = string })
  default     = { blue = "1", green = "1" }
  description = "A change rotates the secret of that client. Change the idle one only."
}

resource "wsoa_oauth_client" "okta" {
  for_each = var.generation

  client_id                = "OktaSCIM-${each.key}"
  display_name             = "Okta SCIM provisioning (${each.key})"
  access_token_ttl_minutes = 525600

  rotate_secret_when_changed = {
    generation = each.value
  }
}

# Always from the active client. Switching renews the token in place.
resource "wsoa_bearer_token" "okta" {
  client_id           = wsoa_oauth_client.okta[var.active].id
  client_secret       = wsoa_oauth_client.okta[var.active].client_secret
  early_renewal_hours = 720

  # A client that is replaced takes its tokens with it.
  rotate_when_changed = {
    client = wsoa_oauth_client.okta[var.active].created_at
  }
}

output "token" {
  value     = wsoa_bearer_token.okta.access_token
  sensitive = true
}
