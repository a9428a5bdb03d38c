data "wsoa_directories" "scim" {
  type            = "OTHER_DIRECTORY"
  include_domains = true
}

# Which domain is in which directory.
output "domains" {
  value = {
    for directory in data.wsoa_directories.scim.directories :
    directory.name => directory.domains
  }
}
