# A directory is imported by its id, a UUID.
terraform import wsoa_other_directory.okta 5f0cd2a8-6f6b-4a0e-9c53-6f2f2d9c1f5e
