# CloudFront in front of the origins.

# Accept says a hundred things, and becomes one of four before anything is looked for. The same file is of use without
# Terraform; tests run it.
resource "aws_cloudfront_function" "accept" {
  name    = "${var.name}-accept"
  comment = "Cuts Accept to what matters of it"
  runtime = "cloudfront-js-2.0"
  publish = true
  code    = file("${path.module}/../cdn/cloudfront-accept.js")
}

# What answers are told apart by: the path, every parameter, and those four values. Answers say how long they are good
# for, and CloudFront has no opinion of its own: what says no-store is not kept, nor what says nothing.
resource "aws_cloudfront_cache_policy" "images" {
  name        = "${var.name}-images"
  comment     = "Path, every parameter, and Accept as the function leaves it"
  min_ttl     = 0
  default_ttl = 0
  max_ttl     = 31536000

  parameters_in_cache_key_and_forwarded_to_origin {
    # Images are compressed already, and Lightwell compresses nothing.
    enable_accept_encoding_gzip   = false
    enable_accept_encoding_brotli = false

    query_strings_config {
      query_string_behavior = "all"
    }

    headers_config {
      header_behavior = "whitelist"

      headers {
        items = ["Accept"]
      }
    }

    cookies_config {
      cookie_behavior = "none"
    }
  }
}

# What origins are told beside that. The load balancer's certificate is that of the images' domain, so CloudFront
# must ask for it by that name.
resource "aws_cloudfront_origin_request_policy" "images" {
  name    = "${var.name}-images"
  comment = "The name that was asked for"

  headers_config {
    header_behavior = "whitelist"

    headers {
      items = ["Host"]
    }
  }

  query_strings_config {
    query_string_behavior = "none"
  }

  cookies_config {
    cookie_behavior = "none"
  }
}

resource "aws_cloudfront_vpc_origin" "images" {
  vpc_origin_endpoint_config {
    name                   = "${var.name}-images"
    arn                    = aws_lb.images.arn
    http_port              = 80
    https_port             = 443
    origin_protocol_policy = "https-only"

    origin_ssl_protocols {
      items    = ["TLSv1.2"]
      quantity = 1
    }
  }

  # CloudFront looks whether something listens.
  depends_on = [aws_lb_listener.images]
}

resource "aws_cloudfront_distribution" "images" {
  enabled         = true
  is_ipv6_enabled = true
  http_version    = "http2and3"
  comment         = "Lightwell: ${var.name}"
  aliases         = [var.images_domain]
  price_class     = var.price_class

  origin {
    origin_id           = "origins"
    domain_name         = aws_lb.images.dns_name
    connection_attempts = 2
    connection_timeout  = 2

    vpc_origin_config {
      vpc_origin_id = aws_cloudfront_vpc_origin.images.id
      # More than an origin takes at most: pool-queue-wait and render-deadline.
      origin_read_timeout = 30
      # Less than the load balancer's: who is asked does not close first.
      origin_keepalive_timeout = local.idle_seconds - 5
    }

    # One place asks for what many want.
    dynamic "origin_shield" {
      for_each = var.origin_shield_region == null ? [] : [var.origin_shield_region]

      content {
        enabled              = true
        origin_shield_region = origin_shield.value
      }
    }
  }

  # URLs are signed by Lightwell (signing-keys). CloudFront's own signatures would be a second kind beside it, so no key
  # group is set.
  default_cache_behavior {
    target_origin_id         = "origins"
    viewer_protocol_policy   = "redirect-to-https"
    allowed_methods          = ["GET", "HEAD", "OPTIONS"]
    cached_methods           = ["GET", "HEAD", "OPTIONS"]
    compress                 = false
    cache_policy_id          = aws_cloudfront_cache_policy.images.id
    origin_request_policy_id = aws_cloudfront_origin_request_policy.images.id

    function_association {
      event_type   = "viewer-request"
      function_arn = aws_cloudfront_function.accept.arn
    }
  }

  # CloudFront would keep these for 10 s whatever they say. Origins say how long each is good for: an image that is being
  # processed is a 404 that must not be kept, and a busy origin a 503.
  dynamic "custom_error_response" {
    for_each = [400, 403, 404, 405, 414, 500, 501, 502, 503, 504]

    content {
      error_code            = custom_error_response.value
      error_caching_min_ttl = 0
    }
  }

  viewer_certificate {
    acm_certificate_arn      = var.cdn_certificate_arn
    ssl_support_method       = "sni-only"
    minimum_protocol_version = "TLSv1.2_2021"
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }
}
