# The addresses of both Redis have their passwords in them. Terraform makes these, so they are in its state, too: keep
# that in a bucket that is encrypted and that few may read.

locals {
  redis_urls = {
    LIGHTWELL_REDIS_URL       = local.queue_url
    LIGHTWELL_CACHE_REDIS_URL = local.cache_url
  }

  # Who is told what. A secret that is not named here, a service's tasks cannot read.
  given = { for name, arn in {
    LIGHTWELL_SIGNING_KEYS    = var.signing_keys_secret_arn
    LIGHTWELL_TOKENS          = var.tokens_secret_arn
    LIGHTWELL_CALLBACK_SECRET = var.callback_secret_arn
    LIGHTWELL_CDN_PURGE_AWS   = var.cdn_purge_secret_arn
  } : name => arn if arn != null }

  secrets = merge(local.given, { for name, secret in aws_secretsmanager_secret.redis : name => secret.arn })

  secrets_of = {
    origin   = ["LIGHTWELL_SIGNING_KEYS", "LIGHTWELL_REDIS_URL", "LIGHTWELL_CACHE_REDIS_URL"]
    uploader = ["LIGHTWELL_SIGNING_KEYS", "LIGHTWELL_REDIS_URL", "LIGHTWELL_CACHE_REDIS_URL", "LIGHTWELL_TOKENS", "LIGHTWELL_CDN_PURGE_AWS"]
    worker   = ["LIGHTWELL_SIGNING_KEYS", "LIGHTWELL_REDIS_URL", "LIGHTWELL_CACHE_REDIS_URL", "LIGHTWELL_TOKENS", "LIGHTWELL_CDN_PURGE_AWS", "LIGHTWELL_CALLBACK_SECRET"]
  }
}

resource "aws_secretsmanager_secret" "redis" {
  for_each                = toset(["LIGHTWELL_REDIS_URL", "LIGHTWELL_CACHE_REDIS_URL"])
  name                    = "${var.name}/${lower(trimprefix(each.key, "LIGHTWELL_"))}"
  description             = "Address of a Redis, with its password"
  kms_key_id              = var.secrets_kms_key_arn
  recovery_window_in_days = 0
}

resource "aws_secretsmanager_secret_version" "redis" {
  for_each      = aws_secretsmanager_secret.redis
  secret_id     = each.value.id
  secret_string = local.redis_urls[each.key]
}
