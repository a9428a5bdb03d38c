# Two tenants in one configuration, each with credentials of its own.
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

variable "tenants" {
  type = object({
    production = object({ url = string, client_id = string })
    trial      = object({ url = string, client_id = string })
  })
  description = "Where the tenants are, and the service clients with which the provider signs in."
}

variable "client_secrets" {
  type        = object({ production = string, trial = string })
  sensitive   = true
  description = "The secrets of those service clients."
}

# What a block sets wins over the environment, so WSOA_ variables cannot mix the tenants up.
provider "wsoa" {
  alias         = "production"
  tenant_url    = var.tenants.production.url
  client_id     = var.tenants.production.client_id
  client_secret = var.client_secrets.production
}

provider "wsoa" {
  alias         = "trial"
  tenant_url    = var.tenants.trial.url
  client_id     = var.tenants.trial.client_id
  client_secret = var.client_secrets.trial
}

module "production" {
  source    = "./tenant"
  providers = { wsoa = wsoa.production }

  domain = "okta.example.com"
}

module "trial" {
  source    = "./tenant"
  providers = { wsoa = wsoa.trial }

  domain              = "okta-trial.example.com"
  deletion_protection = false
}

output "tokens" {
  value = {
    production = module.production.token
    trial      = module.trial.token
  }
  sensitive = true
}
