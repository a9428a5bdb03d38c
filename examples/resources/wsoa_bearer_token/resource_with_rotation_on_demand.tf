variable "existing_client_secret" {
  type      = string
  sensitive = true
}

# Change the value, and the next apply renews the token.
resource "wsoa_bearer_token" "on_demand" {
  client_id     = "OktaSCIM"
  client_secret = var.existing_client_secret

  rotate_when_changed = {
    incident = "none"
  }
}
