variable "admin_password" {
  type        = string
  sensitive   = true
  description = "Password of the administrator of the system domain."
}

# An appliance with several tenants and a certificate from a private CA.
provider "wsoa" {
  tenant_url          = "https://access.example.com/SAAS/t/acme"
  username            = "admin"
  password            = var.admin_password
  ca_certificate_file = "${path.module}/private-ca.pem"
}
