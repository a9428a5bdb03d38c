variable "name" {
  type        = string
  description = "Name of the source. The client and the directory are named after it."
}

variable "domain" {
  type        = string
  description = "Domain of the users that the source provisions. No other directory of the tenant may have it."
}

variable "token_days" {
  type        = number
  default     = null
  description = "For how many days the source's token is valid. Null for a source that requests its tokens itself."
}

variable "deletion_protection" {
  type        = bool
  default     = true
  description = "Refuse to delete the directory, with every user and group in it."
}
