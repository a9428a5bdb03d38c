variable "existing_client_secret" {
  type      = string
  sensitive = true
}

# Change the value to have a new token minted by the next apply.
resource "wsoa_bearer_token" "on_demand" {
  client_id     = "OktaSCIM"
  client_secret = var.existing_client_secret

  rotate_when_changed = {
    incident = "none"
  }
}
