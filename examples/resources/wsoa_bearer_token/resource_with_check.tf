resource "wsoa_oauth_client" "provisioning" {
  client_id                = "Provisioning"
  access_token_ttl_minutes = 525600
}

resource "wsoa_bearer_token" "provisioning" {
  client_id           = wsoa_oauth_client.provisioning.id
  client_secret       = wsoa_oauth_client.provisioning.client_secret
  early_renewal_hours = 720
}

# Warns in every plan and apply. Needs Terraform 1.5 or OpenTofu 1.6.
check "scim_takes_the_token" {
  assert {
    condition     = wsoa_bearer_token.provisioning.scim_access == "ok"
    error_message = "SCIM does not take the token: ${coalesce(wsoa_bearer_token.provisioning.scim_access, "not asked")}."
  }
}
