variable "client_id" {
  type        = string
  default     = "OktaSCIM"
  description = "Id of the OAuth client that is made for Okta."
}

variable "directory_name" {
  type        = string
  default     = "Okta"
  description = "Name of the directory that Okta fills."
}

variable "domain" {
  type        = string
  default     = "okta.example.com"
  description = "Domain of the users that Okta provisions. Okta has to send it with every user."
}

variable "deletion_protection" {
  type        = bool
  default     = true
  description = "Refuse to delete the directory, with every user and group in it."
}

variable "okta_app_label" {
  type        = string
  description = "Label of the application in Okta. It must be one whose connection Okta's API can set."
}

variable "okta_connection" {
  type        = string
  default     = "activate"
  description = "Set it to deactivate and apply before you destroy."

  validation {
    condition     = contains(["activate", "deactivate"], var.okta_connection)
    error_message = "Either activate or deactivate."
  }
}
