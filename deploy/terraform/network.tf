# Who may reach whom. Every rule names a group, a list of Amazon's or a port: nothing is open by default.

# The addresses that CloudFront comes from. The list counts as 55 of the 60 rules that a group may have, unless that quota
# was raised: so that group has no other rules inward.
data "aws_ec2_managed_prefix_list" "cloudfront" {
  name = "com.amazonaws.global.cloudfront.origin-facing"
}

resource "aws_security_group" "images" {
  name        = "${var.name}-images"
  description = "Load balancer of the origins"
  vpc_id      = var.vpc_id
}

resource "aws_security_group" "uploads" {
  name        = "${var.name}-uploads"
  description = "Load balancer of the uploaders"
  vpc_id      = var.vpc_id
}

resource "aws_security_group" "service" {
  for_each    = toset(["origin", "uploader", "worker"])
  name        = "${var.name}-${each.key}"
  description = "Tasks of the ${each.key}"
  vpc_id      = var.vpc_id
}

resource "aws_security_group" "redis" {
  name        = "${var.name}-redis"
  description = "The queue and the cache"
  vpc_id      = var.vpc_id
}

locals {
  # From a group, to a group, at a port.
  ways = {
    images_origin  = { from = aws_security_group.images.id, to = aws_security_group.service["origin"].id, port = local.images_port }
    images_admin   = { from = aws_security_group.images.id, to = aws_security_group.service["origin"].id, port = local.admin_port }
    uploads_door   = { from = aws_security_group.uploads.id, to = aws_security_group.service["uploader"].id, port = local.uploads_port }
    uploads_admin  = { from = aws_security_group.uploads.id, to = aws_security_group.service["uploader"].id, port = local.admin_port }
    origin_redis   = { from = aws_security_group.service["origin"].id, to = aws_security_group.redis.id, port = local.redis_port }
    uploader_redis = { from = aws_security_group.service["uploader"].id, to = aws_security_group.redis.id, port = local.redis_port }
    worker_redis   = { from = aws_security_group.service["worker"].id, to = aws_security_group.redis.id, port = local.redis_port }
  }

  # The bucket, secrets, the registry and logs are reached with TLS. Images are fetched by URL, and callbacks made, in
  # the clear, too; to other ports neither goes from here.
  outward = {
    origin_https   = { service = "origin", port = 443 }
    uploader_https = { service = "uploader", port = 443 }
    uploader_http  = { service = "uploader", port = 80 }
    worker_https   = { service = "worker", port = 443 }
    worker_http    = { service = "worker", port = 80 }
  }
}

resource "aws_vpc_security_group_ingress_rule" "way" {
  for_each                     = local.ways
  security_group_id            = each.value.to
  referenced_security_group_id = each.value.from
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
}

resource "aws_vpc_security_group_egress_rule" "way" {
  for_each                     = local.ways
  security_group_id            = each.value.from
  referenced_security_group_id = each.value.to
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
}

resource "aws_vpc_security_group_egress_rule" "outward" {
  for_each          = local.outward
  security_group_id = aws_security_group.service[each.value.service].id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = each.value.port
  to_port           = each.value.port
}

resource "aws_vpc_security_group_ingress_rule" "cloudfront" {
  security_group_id = aws_security_group.images.id
  prefix_list_id    = data.aws_ec2_managed_prefix_list.cloudfront.id
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_ingress_rule" "uploads" {
  security_group_id = aws_security_group.uploads.id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_endpoint" "s3" {
  count             = length(var.private_route_table_ids) > 0 ? 1 : 0
  vpc_id            = var.vpc_id
  service_name      = "com.amazonaws.${var.region}.s3"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = var.private_route_table_ids
}
