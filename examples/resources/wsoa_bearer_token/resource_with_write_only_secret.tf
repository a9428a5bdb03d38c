# Needs Terraform 1.11 or OpenTofu 1.11. The secret is not in state; the token still is.
variable "scim_client_secret" {
  type      = string
  sensitive = true
  ephemeral = true
}

resource "wsoa_bearer_token" "secret_kept_out_of_state" {
  client_id                = "OktaSCIM"
  client_secret_wo         = var.scim_client_secret
  client_secret_wo_version = 1
  early_renewal_hours      = 720
}
