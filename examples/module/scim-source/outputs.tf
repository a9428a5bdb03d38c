output "connection" {
  value = {
    scim_base_url = wsoa_other_directory.this.scim_base_url
    domain        = var.domain
    client_id     = wsoa_oauth_client.this.id
    client_secret = wsoa_oauth_client.this.client_secret
    token         = one(wsoa_bearer_token.this[*].access_token)
    expires_at    = one(wsoa_bearer_token.this[*].expires_at)
  }
  sensitive   = true
  description = "What to enter at the source. Token and expiry are null if it requests its tokens itself."
}
