resource "wsoa_oauth_client" "this" {
  client_id                = "${var.name}SCIM"
  display_name             = "${var.name} SCIM provisioning"
  access_token_ttl_minutes = var.token_days == null ? 60 : var.token_days * 24 * 60
}

resource "wsoa_bearer_token" "this" {
  count = var.token_days == null ? 0 : 1

  client_id           = wsoa_oauth_client.this.id
  client_secret       = wsoa_oauth_client.this.client_secret
  early_renewal_hours = var.token_days * 2 # the last twelfth

  rotate_when_changed = {
    client = wsoa_oauth_client.this.created_at
  }
}

resource "wsoa_other_directory" "this" {
  name                = var.name
  domains             = [var.domain]
  deletion_protection = var.deletion_protection
}
