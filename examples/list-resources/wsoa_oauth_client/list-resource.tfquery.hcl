list "wsoa_oauth_client" "all" {
  provider = wsoa
  limit    = 1000
}

list "wsoa_oauth_client" "okta" {
  provider         = wsoa
  include_resource = true

  config {
    client_id_prefix = "okta"
  }
}
