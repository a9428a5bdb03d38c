output "domain" {
  value       = one(wsoa_other_directory.okta.domains)
  description = "Value for the attribute domain in Okta's profile mapping."
}

output "expires_at" {
  value       = wsoa_bearer_token.okta.expires_at
  description = "When the token expires."
}
