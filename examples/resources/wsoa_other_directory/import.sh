# A directory is imported by its id, a UUID, by its name, or by one of its domains.
terraform import wsoa_other_directory.okta 5f0cd2a8-6f6b-4a0e-9c53-6f2f2d9c1f5e
terraform import wsoa_other_directory.okta name:Okta
terraform import wsoa_other_directory.okta domain:okta.example.com
