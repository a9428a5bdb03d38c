# Organization and credentials come from OKTA_ORG_NAME, OKTA_BASE_URL and OKTA_API_TOKEN.
provider "okta" {}

data "okta_app" "access" {
  label = var.okta_app_label
}

# Hands the token over. A renewed token is an update in place.
resource "okta_app_connection" "access" {
  id       = data.okta_app.access.id
  base_url = wsoa_other_directory.okta.scim_base_url # without a trailing slash
  action   = var.okta_connection

  profile {
    auth_scheme = "TOKEN"
    token       = wsoa_bearer_token.okta.access_token
  }
}

# The refresh reads the status from Okta, so this is right from the second plan on.
check "okta_connection" {
  assert {
    condition     = var.okta_connection == "deactivate" || okta_app_connection.access.status == "ENABLED"
    error_message = "Okta has not enabled the connection. Its API takes tokens for few applications; for others, enter the token in the console."
  }
}

resource "okta_app_features" "users" {
  app_id = okta_app_connection.access.id
  name   = "USER_PROVISIONING"
  status = "ENABLED"

  capabilities {
    create {
      lifecycle_create {
        status = "ENABLED"
      }
    }

    update {
      lifecycle_deactivate {
        status = "ENABLED"
      }

      password {
        change = "KEEP_EXISTING"
        seed   = "RANDOM"
        status = "DISABLED"
      }

      profile {
        status = "ENABLED"
      }
    }
  }
}
