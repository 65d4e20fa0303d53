data "aws_caller_identity" "this" {}

data "aws_partition" "this" {}

data "aws_vpc" "this" {
  id = var.vpc_id
}

locals {
  tags    = merge(var.tags, { fleet = var.name, app = "lightwell" })
  account = data.aws_caller_identity.this.account_id
  bucket  = coalesce(var.bucket_name, "${var.name}-${local.account}-${var.region}")

  images_port  = 8080
  uploads_port = 8081
  admin_port   = 9090

  # What a fleet's processes have in common. README.md of the project wants them to have the same settings; listening
  # and what is each one's own is in services.tf.
  common = merge({
    LIGHTWELL_DATA              = "/data"
    LIGHTWELL_S3_BUCKET         = local.bucket
    LIGHTWELL_S3_REGION         = var.region
    LIGHTWELL_PUBLIC_URL        = "https://${var.images_domain}"
    LIGHTWELL_UPLOAD_PUBLIC_URL = "https://${var.uploads_domain}"
    LIGHTWELL_UPLOAD_ORIGINS    = join(",", var.upload_origins)
    LIGHTWELL_LOG_FORMAT        = "json"

    # The bucket's rules are Terraform's (bucket.tf), so no task needs the right to change them.
    LIGHTWELL_S3_LIFECYCLE       = "off"
    LIGHTWELL_S3_CORS            = "off"
    LIGHTWELL_INCOMING_LIFE      = "${24 * var.incoming_days}h"
    LIGHTWELL_CACHE_OBJECTS      = tostring(var.keep_renditions_days > 0)
    LIGHTWELL_CACHE_OBJECTS_LIFE = "${24 * max(1, var.keep_renditions_days)}h"

    # Why that is so, and what it means, says queue.tf.
    LIGHTWELL_REDIS_LOSSY    = "true"
    LIGHTWELL_REDIS_REPLICAS = local.memorydb ? "0" : "1"

    # Load balancers, and CloudFront's interfaces, have addresses of the VPC.
    LIGHTWELL_TRUSTED_PROXIES = join(",", data.aws_vpc.this.cidr_block_associations[*].cidr_block)
    # Longer than that of the load balancers, which close first and so meet no closed connection.
    LIGHTWELL_IDLE_TIMEOUT  = "${local.idle_seconds + 15}s"
    LIGHTWELL_DRAIN_DELAY   = "${var.drain_delay}s"
    LIGHTWELL_DRAIN_TIMEOUT = "${var.drain_timeout}s"
  }, local.purging, var.settings)

  idle_seconds = 60
  # Fargate sends SIGKILL so long after SIGTERM: 120 seconds at most. What was remembered is still being written then.
  stop_seconds = var.drain_delay + var.drain_timeout + 15

  # How CloudFront is told of purges. It knows paths and no tags, and takes 15 with a wildcard at a time: an image has
  # two. What it does not take for now is tried again (callback-patience).
  purging = var.cdn_purge_secret_arn == null ? {} : {
    LIGHTWELL_CDN_PURGE_URL    = "https://cloudfront.amazonaws.com/2020-05-31/distribution/${aws_cloudfront_distribution.images.id}/invalidation"
    LIGHTWELL_CDN_PURGE_METHOD = "POST"
    LIGHTWELL_CDN_PURGE_BY     = "path"
    LIGHTWELL_CDN_PURGE_MOST   = "14"
    LIGHTWELL_CDN_PURGE_BODY = join("", [
      "<InvalidationBatch xmlns=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\"><Paths><Quantity>{{len .Names}}</Quantity>",
      "<Items>{{range .Names}}<Path>{{xml .}}</Path>{{end}}</Items></Paths><CallerReference>{{.Reference}}</CallerReference></InvalidationBatch>",
    ])
  }
}
