data "wsoa_oauth_client" "okta" {
  client_id = "OktaSCIM"
}

check "scim" {
  assert {
    condition     = contains(data.wsoa_oauth_client.okta.scopes, "admin")
    error_message = "SCIM needs a client with the scope admin."
  }
}
