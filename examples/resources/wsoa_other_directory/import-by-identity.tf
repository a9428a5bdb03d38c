# Needs Terraform 1.12 or OpenTofu 1.12.
import {
  to = wsoa_other_directory.okta
  identity = {
    id = "5f0cd2a8-6f6b-4a0e-9c53-6f2f2d9c1f5e"
  }
}
