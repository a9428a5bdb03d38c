# Needs Terraform 1.5 or OpenTofu 1.6.
import {
  to = wsoa_oauth_client.okta
  id = "OktaSCIM"
}
