resource "wsoa_oauth_client" "okta" {
  client_id                = "OktaSCIM"
  access_token_ttl_minutes = 525600 # one year
}

resource "wsoa_bearer_token" "okta" {
  client_id     = wsoa_oauth_client.okta.id
  client_secret = wsoa_oauth_client.okta.client_secret

  # Any apply in the last 30 days renews the token.
  early_renewal_hours = 720

  # A client that is replaced takes its tokens with it, whatever its secret.
  rotate_when_changed = {
    client = wsoa_oauth_client.okta.created_at
  }
}
