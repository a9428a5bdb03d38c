# Needs Terraform 1.11. No tenant is asked: terraform test -test-directory=mocked-tests
mock_provider "wsoa" {
  # Without values that are known in the plan, the check blocks would fail the test.
  mock_resource "wsoa_bearer_token" {
    override_during = plan
    defaults = {
      expires_at  = "2126-01-01T00:00:00Z"
      scim_access = "ok"
    }
  }
}

run "the_directory_gets_the_domain_and_is_protected" {
  command = plan

  variables {
    domain = "people.example.com"
  }

  assert {
    condition     = one(wsoa_other_directory.okta.domains) == "people.example.com"
    error_message = "The directory has another domain."
  }

  assert {
    condition     = wsoa_other_directory.okta.deletion_protection
    error_message = "The directory is not protected."
  }
}
