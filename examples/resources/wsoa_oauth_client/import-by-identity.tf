# Needs Terraform 1.12 or OpenTofu 1.12.
import {
  to = wsoa_oauth_client.okta
  identity = {
    client_id = "OktaSCIM"
  }
}
