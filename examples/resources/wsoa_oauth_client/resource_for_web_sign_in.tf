# A client that signs users in: authorization code with refresh tokens.
resource "wsoa_oauth_client" "portal" {
  client_id     = "portal"
  display_name  = "Employee portal"
  scopes        = ["openid", "profile", "email"]
  grant_types   = ["authorization_code", "refresh_token"]
  redirect_uris = ["https://portal.example.com/callback"]

  access_token_ttl_minutes       = 180
  refresh_token_ttl_minutes      = 129600
  refresh_token_idle_ttl_minutes = 5760
}
