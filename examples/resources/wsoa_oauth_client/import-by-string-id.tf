import {
  to = wsoa_oauth_client.okta
  id = "OktaSCIM"
}
