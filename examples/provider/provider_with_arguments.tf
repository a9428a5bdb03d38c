variable "admin_client_secret" {
  type        = string
  sensitive   = true
  description = "Secret of the service client with which the provider signs in."
}

provider "wsoa" {
  tenant_url    = "https://acme.workspaceoneaccess.com"
  client_id     = "terraform"
  client_secret = var.admin_client_secret
}
