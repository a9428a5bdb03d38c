# Change the value, and the provider generates a new secret, in place.
resource "wsoa_oauth_client" "rotated" {
  client_id = "rotated"

  rotate_secret_when_changed = {
    reason = "yearly rotation 2027"
  }
}
