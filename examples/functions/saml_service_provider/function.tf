# Needs Terraform 1.8 or OpenTofu 1.7.
locals {
  access = provider::wsoa::saml_service_provider("https://acme.workspaceoneaccess.com")
}

# What the SAML application on the side of the identity provider is given.
output "audience" {
  value = local.access.entity_id
}

output "single_sign_on_url" {
  value = local.access.acs_url
}
