# Needs Terraform 1.8 or OpenTofu 1.7.
variable "token" {
  type      = string
  sensitive = true
}

locals {
  claims = provider::wsoa::decode_token(var.token)
}

check "token" {
  assert {
    condition     = contains(local.claims.scp, "admin")
    error_message = "SCIM needs a token with the scope admin."
  }

  assert {
    condition     = timecmp(nonsensitive(local.claims.expires_at), timeadd(plantimestamp(), "168h")) > 0
    error_message = "The token ends within a week."
  }
}
