locals {
  names = var.zone_id == null ? {} : {
    images  = { name = var.images_domain, to = aws_cloudfront_distribution.images.domain_name, zone = aws_cloudfront_distribution.images.hosted_zone_id }
    uploads = { name = var.uploads_domain, to = aws_lb.uploads.dns_name, zone = aws_lb.uploads.zone_id }
  }
}

resource "aws_route53_record" "name" {
  for_each = local.names
  zone_id  = var.zone_id
  name     = each.value.name
  type     = "A"

  alias {
    name                   = each.value.to
    zone_id                = each.value.zone
    evaluate_target_health = false
  }
}

# CloudFront has addresses of both kinds; the uploads' load balancer only the older one.
resource "aws_route53_record" "images_ipv6" {
  count   = var.zone_id == null ? 0 : 1
  zone_id = var.zone_id
  name    = var.images_domain
  type    = "AAAA"

  alias {
    name                   = aws_cloudfront_distribution.images.domain_name
    zone_id                = aws_cloudfront_distribution.images.hosted_zone_id
    evaluate_target_health = false
  }
}
