resource "wsoa_oauth_client" "quarterly" {
  client_id                = "Quarterly"
  access_token_ttl_minutes = 129600 # 90 days
}

# A token keeps the lifetime that it was minted with. Here another lifetime brings another token.
resource "wsoa_bearer_token" "quarterly" {
  client_id           = wsoa_oauth_client.quarterly.id
  client_secret       = wsoa_oauth_client.quarterly.client_secret
  early_renewal_hours = 336

  rotate_when_changed = {
    client = wsoa_oauth_client.quarterly.created_at
    ttl    = wsoa_oauth_client.quarterly.access_token_ttl_minutes
  }
}
