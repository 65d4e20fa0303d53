# Two load balancers. That of the origins has no address that the internet reaches: CloudFront comes in by an interface
# of its own in the VPC (cdn.tf). That of the uploaders is public, and takes TLS alone.
#
# Both ask /readyz on the door of health and metrics, with the store as optional: all tasks over one bucket lose
# it at the same moment, and would all be replaced, though origins go on serving what is cached. That door is not
# forwarded to: nobody but the load balancers reaches it.

locals {
  # TLS 1.2 and 1.3, with forward secrecy.
  tls_policy = "ELBSecurityPolicy-TLS13-1-2-2021-06"
}

resource "aws_lb" "images" {
  name                       = "${var.name}-images"
  internal                   = true
  load_balancer_type         = "application"
  subnets                    = var.private_subnet_ids
  security_groups            = [aws_security_group.images.id]
  idle_timeout               = local.idle_seconds
  drop_invalid_header_fields = true
  enable_deletion_protection = var.deletion_protection
}

resource "aws_lb_target_group" "images" {
  name        = "${var.name}-images"
  vpc_id      = var.vpc_id
  target_type = "ip"
  port        = local.images_port
  protocol    = "HTTP"
  # The one that has least to do: renditions take very different times.
  load_balancing_algorithm_type = "least_outstanding_requests"
  deregistration_delay          = 20

  # Three in a row that fail, 5 s apart: less than drain-delay.
  health_check {
    port                = local.admin_port
    path                = "/readyz?store=optional"
    matcher             = "200"
    interval            = 5
    timeout             = 4
    healthy_threshold   = 2
    unhealthy_threshold = 3
  }
}

resource "aws_lb_listener" "images" {
  load_balancer_arn = aws_lb.images.arn
  port              = 443
  protocol          = "HTTPS"
  ssl_policy        = local.tls_policy
  certificate_arn   = var.certificate_arn

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.images.arn
  }
}

resource "aws_lb" "uploads" {
  name                       = "${var.name}-uploads"
  internal                   = false
  load_balancer_type         = "application"
  subnets                    = var.public_subnet_ids
  security_groups            = [aws_security_group.uploads.id]
  idle_timeout               = local.idle_seconds
  drop_invalid_header_fields = true
  enable_deletion_protection = var.deletion_protection
}

resource "aws_lb_target_group" "uploads" {
  name                          = "${var.name}-uploads"
  vpc_id                        = var.vpc_id
  target_type                   = "ip"
  port                          = local.uploads_port
  protocol                      = "HTTP"
  load_balancing_algorithm_type = "least_outstanding_requests"
  # Uploads over slow lines, and the status as events, take their time.
  deregistration_delay = 60

  # An uploader is not ready without the queue. Ten in a row, 6 s apart, are a minute: a failover of Redis is over by then, and
  # tasks that are merely waiting for it are not replaced. Draining is not noticed by this but by ECS, which takes a
  # task out of the group before it ends it.
  health_check {
    port                = local.admin_port
    path                = "/readyz?store=optional"
    matcher             = "200"
    interval            = 6
    timeout             = 4
    healthy_threshold   = 2
    unhealthy_threshold = 10
  }
}

resource "aws_lb_listener" "uploads" {
  load_balancer_arn = aws_lb.uploads.arn
  port              = 443
  protocol          = "HTTPS"
  ssl_policy        = local.tls_policy
  certificate_arn   = var.certificate_arn

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.uploads.arn
  }
}
