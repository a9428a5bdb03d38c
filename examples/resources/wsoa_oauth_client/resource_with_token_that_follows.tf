variable "given_secret" {
  type      = string
  sensitive = true
}

resource "wsoa_oauth_client" "given" {
  client_id     = "OktaSCIM"
  client_secret = var.given_secret
}

# If the client is replaced, the same apply renews the token.
resource "wsoa_bearer_token" "given" {
  client_id     = wsoa_oauth_client.given.id
  client_secret = var.given_secret

  rotate_when_changed = {
    client = wsoa_oauth_client.given.created_at
  }
}
