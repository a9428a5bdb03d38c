# Deleting it deletes every user and group in it.
resource "wsoa_other_directory" "trial" {
  name                = "Trial"
  domains             = ["trial.example.com"]
  deletion_protection = false
}
