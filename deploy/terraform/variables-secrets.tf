# Secrets that somebody else must know, too, are made by hand and named here: Terraform reads none of them, and
# none is in its state. README.md has the commands.

variable "signing_keys_secret_arn" {
  description = "Secret with the keys that URLs of images are signed with (signing-keys), separated by commas; the first one signs."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:.+$", var.signing_keys_secret_arn))
    error_message = "The ARN must be one of Secrets Manager."
  }
}

variable "tokens_secret_arn" {
  description = "Secret with the tokens for uploads (tokens), separated by commas."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:.+$", var.tokens_secret_arn))
    error_message = "The ARN must be one of Secrets Manager."
  }
}

variable "callback_secret_arn" {
  description = "Secret that signs callbacks (callback-secret). Null: callbacks are not signed."
  type        = string
  default     = null
}

variable "cdn_purge_secret_arn" {
  description = "Secret with cdn-purge-aws: cloudfront/us-east-1/ACCESS-KEY/SECRET-KEY, of a key of the user that the output purge_user names. Null: CloudFront is not told of purges."
  type        = string
  default     = null
}

variable "secrets_kms_key_arn" {
  description = "KMS key that those secrets are encrypted with. Null: that of Secrets Manager."
  type        = string
  default     = null
}
