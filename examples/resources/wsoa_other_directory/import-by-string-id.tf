# Needs Terraform 1.5 or OpenTofu 1.6.
import {
  to = wsoa_other_directory.okta
  id = "5f0cd2a8-6f6b-4a0e-9c53-6f2f2d9c1f5e"
}
