data "wsoa_directory" "okta" {
  domain = "okta.example.com"
}

output "user_store" {
  value = data.wsoa_directory.okta.user_store_id
}
