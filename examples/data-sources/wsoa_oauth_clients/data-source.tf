data "wsoa_oauth_clients" "admins" {
  scope      = "admin"
  grant_type = "client_credentials"
}

# Who can do everything in this tenant, the tenant's own clients aside.
output "admins" {
  value = [for client in data.wsoa_oauth_clients.admins.clients : client.client_id if !client.internal]
}
