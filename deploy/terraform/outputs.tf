output "images_url" {
  description = "What URLs of images begin with."
  value       = "https://${var.images_domain}"
}

output "uploads_url" {
  description = "Where uploads go."
  value       = "https://${var.uploads_domain}"
}

output "distribution_id" {
  description = "CloudFront's distribution."
  value       = aws_cloudfront_distribution.images.id
}

output "distribution_domain" {
  description = "Where images_domain must point (CNAME or alias), where zone_id is null."
  value       = aws_cloudfront_distribution.images.domain_name
}

output "uploads_balancer_domain" {
  description = "Where uploads_domain must point, where zone_id is null."
  value       = aws_lb.uploads.dns_name
}

output "bucket" {
  description = "The bucket of originals and all that is known of them."
  value       = aws_s3_bucket.images.id
}

output "cluster" {
  description = "ECS cluster of the three services origin, uploader and worker."
  value       = aws_ecs_cluster.this.name
}

output "log_groups" {
  description = "Where each service logs."
  value       = { for service, group in aws_cloudwatch_log_group.service : service => group.name }
}

output "purge_user" {
  description = "User whose access key goes into cdn_purge_secret_arn."
  value       = aws_iam_user.purge.name
}

output "task_security_group_ids" {
  description = "Security groups of the tasks, for what else they may have to reach."
  value       = { for service, group in aws_security_group.service : service => group.id }
}
