# Needs Terraform 1.8 or OpenTofu 1.7.
output "okta_base_url" {
  value = provider::wsoa::scim_base_url("https://acme.workspaceoneaccess.com")
}
