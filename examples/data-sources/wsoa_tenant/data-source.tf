data "wsoa_tenant" "this" {}

# What Okta is given.
output "scim_base_url" {
  value = data.wsoa_tenant.this.scim_base_url
}

check "directories" {
  assert {
    condition     = coalesce(data.wsoa_tenant.this.identity_service, false) == false
    error_message = "Omnissa Identity Service seems to keep the directories of this tenant."
  }
}
