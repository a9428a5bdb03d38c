# A token that a scheduler renews. Run apply-if-nothing-is-deleted.sh, not a plain apply, without a person watching.
# Needs Terraform 1.5 or OpenTofu 1.6.
terraform {
  required_version = ">= 1.5.0"

  # Add a backend here. A scheduler needs state that is shared, locked and encrypted.

  required_providers {
    wsoa = {
      source  = "wsoa/wsoa"
      version = "~> 0.1"
    }
  }
}

provider "wsoa" {}

resource "wsoa_oauth_client" "okta" {
  client_id                = "OktaSCIM"
  access_token_ttl_minutes = 525600
}

resource "wsoa_bearer_token" "okta" {
  client_id           = wsoa_oauth_client.okta.id
  client_secret       = wsoa_oauth_client.okta.client_secret
  early_renewal_hours = 720 # longer than the scheduler may fail unnoticed

  rotate_when_changed = {
    client = wsoa_oauth_client.okta.created_at
  }
}

# Fails when the token expires soon although it should have been renewed. The script then ends with code 3.
check "scim_token_expiry" {
  assert {
    condition     = timecmp(plantimestamp(), timeadd(wsoa_bearer_token.okta.expires_at, "-336h")) < 0
    error_message = "The SCIM token expires within 14 days, on ${wsoa_bearer_token.okta.expires_at}."
  }
}
