# A client is imported by its client id.
terraform import wsoa_oauth_client.okta OktaSCIM
