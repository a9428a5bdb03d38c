data "wsoa_saml_service_provider" "this" {
  read_metadata = true
}

# What the SAML application on the side of the identity provider is given.
output "audience" {
  value = data.wsoa_saml_service_provider.this.entity_id
}

output "single_sign_on_url" {
  value = data.wsoa_saml_service_provider.this.acs_url
}

output "certificate" {
  value = one(data.wsoa_saml_service_provider.this.signing_certificates)
}
