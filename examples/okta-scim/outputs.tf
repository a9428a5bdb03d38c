output "scim_base_url" {
  value       = wsoa_other_directory.okta.scim_base_url
  description = "Base URL of the tenant's SCIM 1.1 endpoint."
}

output "domain" {
  value       = one(wsoa_other_directory.okta.domains)
  description = "Value for the attribute domain in Okta's profile mapping."
}

output "token" {
  value       = wsoa_bearer_token.okta.access_token
  sensitive   = true
  description = "Bearer token for Okta. Print it with: terraform output -raw token"
}

output "expires_at" {
  value       = wsoa_bearer_token.okta.expires_at
  description = "When the token expires."
}
