# One module for every SCIM 1.1 source. Okta wants a token that is valid for long. Others, such as PingOne, request
# their tokens themselves: they need the client and the directory only.
# Needs Terraform 1.3 or OpenTofu 1.6.
terraform {
  required_version = ">= 1.3.0"

  required_providers {
    wsoa = {
      source  = "wsoa/wsoa"
      version = "~> 0.1"
    }
  }
}

provider "wsoa" {}

variable "deletion_protection" {
  type    = bool
  default = true
}

module "okta" {
  source = "./scim-source"

  name                = "Okta"
  domain              = "okta.example.com"
  token_days          = 365
  deletion_protection = var.deletion_protection
}

module "ping" {
  source = "./scim-source"

  name                = "Ping"
  domain              = "ping.example.com"
  deletion_protection = var.deletion_protection
}

output "okta" {
  value     = module.okta.connection
  sensitive = true
}

output "ping" {
  value     = module.ping.connection
  sensitive = true
}
