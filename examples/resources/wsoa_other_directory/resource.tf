resource "wsoa_other_directory" "okta" {
  name    = "Okta"
  domains = ["okta.example.com"]
}
