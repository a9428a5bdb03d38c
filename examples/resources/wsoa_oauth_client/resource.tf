resource "wsoa_oauth_client" "okta" {
  client_id                = "OktaSCIM"
  display_name             = "Okta SCIM provisioning"
  access_token_ttl_minutes = 525600 # one year
}
