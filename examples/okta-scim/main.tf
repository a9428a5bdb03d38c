# Tenant and credentials come from WSOA_TENANT_URL, WSOA_CLIENT_ID and WSOA_CLIENT_SECRET.
provider "wsoa" {}

# The service client for Okta. Its tokens are valid for a year.
resource "wsoa_oauth_client" "okta" {
  client_id                = var.client_id
  display_name             = "Okta SCIM provisioning"
  access_token_ttl_minutes = 525600
}

# The token for Okta. Any apply in its last 30 days renews it. The previous token works until it expires.
resource "wsoa_bearer_token" "okta" {
  client_id           = wsoa_oauth_client.okta.id
  client_secret       = wsoa_oauth_client.okta.client_secret
  early_renewal_hours = 720

  # A client that is replaced takes its tokens with it.
  rotate_when_changed = {
    client = wsoa_oauth_client.okta.created_at
  }
}

# The directory that receives the users.
resource "wsoa_other_directory" "okta" {
  name                = var.directory_name
  domains             = [var.domain]
  deletion_protection = var.deletion_protection
}

# Every plan and apply warns when the token is about to expire, for whatever reason it was not renewed.
check "scim_token_expiry" {
  assert {
    condition     = timecmp(plantimestamp(), timeadd(wsoa_bearer_token.okta.expires_at, "-336h")) < 0
    error_message = "The SCIM token expires within 14 days, on ${wsoa_bearer_token.okta.expires_at}."
  }
}

# Warns as soon as SCIM refuses the token, for instance because its client lost its admin role: before users are missing.
check "scim_takes_the_token" {
  assert {
    condition     = wsoa_bearer_token.okta.scim_access == "ok"
    error_message = "SCIM does not take the token: ${coalesce(wsoa_bearer_token.okta.scim_access, "not asked")}."
  }
}
