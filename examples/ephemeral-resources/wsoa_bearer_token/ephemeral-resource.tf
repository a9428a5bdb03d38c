# Needs Terraform 1.10 or OpenTofu 1.11.
variable "client_secret" {
  type      = string
  sensitive = true
  ephemeral = true
}

ephemeral "wsoa_bearer_token" "admin" {
  client_id     = "automation"
  client_secret = var.client_secret
  scopes        = ["admin"]
}

# The token can go wherever ephemeral values may: into another provider block or a write-only argument.
provider "wsoa" {
  alias        = "as_automation"
  access_token = ephemeral.wsoa_bearer_token.admin.access_token
}
