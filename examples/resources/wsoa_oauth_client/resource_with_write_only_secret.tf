# Needs Terraform 1.11 or OpenTofu 1.11. The secret is neither in the plan nor in state.
variable "client_secret" {
  type      = string
  sensitive = true
  ephemeral = true
}

resource "wsoa_oauth_client" "secret_kept_out_of_state" {
  client_id                = "secret-kept-out-of-state"
  client_secret_wo         = var.client_secret
  client_secret_wo_version = 1 # raise it to use a new value
}
