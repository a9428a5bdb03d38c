# Any number of tenants from one map, each with credentials of its own, and a state that is encrypted.
# Needs OpenTofu 1.11.
terraform {
  required_version = ">= 1.11.0"

  required_providers {
    wsoa = {
      source  = "wsoa/wsoa"
      version = "~> 0.1"
    }
  }
}

variable "tenants" {
  type = map(object({
    url                 = string
    client_id           = string
    domain              = string
    token               = optional(bool, true)
    deletion_protection = optional(bool, true)
    leaving             = optional(bool, false)
  }))
  description = "Where the tenants are, the service clients with which the provider signs in, and what they get."
}

variable "client_secrets" {
  type        = map(string)
  sensitive   = true
  description = "The secrets of those service clients."
}

# What a block sets wins over the environment, so WSOA_ variables cannot mix the tenants up.
provider "wsoa" {
  alias         = "each"
  for_each      = var.tenants
  tenant_url    = each.value.url
  client_id     = each.value.client_id
  client_secret = var.client_secrets[each.key]
}

# A tenant that leaves keeps its provider for as long as something is left to destroy.
locals {
  staying = { for name, tenant in var.tenants : name => tenant if !tenant.leaving }
}

module "tenant" {
  source    = "./tenant"
  for_each  = local.staying
  providers = { wsoa = wsoa.each[each.key] }

  domain              = each.value.domain
  token               = each.value.token
  deletion_protection = each.value.deletion_protection
}

output "tokens" {
  value       = { for name, tenant in module.tenant : name => tenant.token }
  sensitive   = true
  description = "The token of each tenant, or null."
}
