# When somebody is called. Each alarm is of something that clients or uploads notice, or will soon.

locals {
  balancers = {
    images  = { balancer = aws_lb.images.arn_suffix, group = aws_lb_target_group.images.arn_suffix }
    uploads = { balancer = aws_lb.uploads.arn_suffix, group = aws_lb_target_group.uploads.arn_suffix }
  }

  # The members of both Redis, and what CloudWatch calls them.
  queue_nodes = local.memorydb ? { (format("%s-queue", var.name)) = "ClusterName" } : { for member in local.queue_members : member => "CacheClusterId" }
  cache_nodes = { for member in local.cache_members : member => "CacheClusterId" }
  queue_space = local.memorydb ? "AWS/MemoryDB" : "AWS/ElastiCache"
}

# More than one answer in a hundred, of the tasks or in their place: for five minutes, or a busy minute would do.
resource "aws_cloudwatch_metric_alarm" "errors" {
  for_each            = local.balancers
  alarm_name          = "${var.name}-${each.key}-5xx"
  alarm_description   = "More than 1 % of the answers are 5xx. The tasks' log says why."
  comparison_operator = "GreaterThanThreshold"
  threshold           = 1
  evaluation_periods  = 5
  datapoints_to_alarm = 5
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_topic_arns
  ok_actions          = var.alarm_topic_arns

  metric_query {
    id          = "percent"
    expression  = "100 * (FILL(tasks, 0) + FILL(balancer, 0)) / requests"
    label       = "Percent of 5xx"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = { tasks = "HTTPCode_Target_5XX_Count", balancer = "HTTPCode_ELB_5XX_Count", requests = "RequestCount" }

    content {
      id          = metric_query.key
      return_data = false

      metric {
        namespace   = "AWS/ApplicationELB"
        metric_name = metric_query.value
        dimensions  = { LoadBalancer = each.value.balancer }
        period      = 60
        stat        = "Sum"
      }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "latency" {
  alarm_name          = "${var.name}-images-latency"
  alarm_description   = "The slowest hundredth of the requests that CloudFront could not answer itself takes long: too few origins, a slow bucket, or renditions that are expensive."
  comparison_operator = "GreaterThanThreshold"
  threshold           = var.latency_seconds
  namespace           = "AWS/ApplicationELB"
  metric_name         = "TargetResponseTime"
  extended_statistic  = "p99"
  dimensions          = { LoadBalancer = aws_lb.images.arn_suffix }
  period              = 60
  evaluation_periods  = 10
  datapoints_to_alarm = 8
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_topic_arns
  ok_actions          = var.alarm_topic_arns
}

resource "aws_cloudwatch_metric_alarm" "unhealthy" {
  for_each            = local.balancers
  alarm_name          = "${var.name}-${each.key}-unhealthy"
  alarm_description   = "A task is up and not ready, and is not being replaced by one that is."
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  namespace           = "AWS/ApplicationELB"
  metric_name         = "UnHealthyHostCount"
  statistic           = "Maximum"
  dimensions          = { LoadBalancer = each.value.balancer, TargetGroup = each.value.group }
  period              = 60
  evaluation_periods  = 5
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_topic_arns
  ok_actions          = var.alarm_topic_arns
}

# No word of the queue is as bad as an old job: the collector or all uploaders are gone.
resource "aws_cloudwatch_metric_alarm" "queue_age" {
  alarm_name          = "${var.name}-queue-age"
  alarm_description   = "The oldest job is old, or nobody says how old it is."
  comparison_operator = "GreaterThanThreshold"
  threshold           = var.queue_age_seconds
  namespace           = local.metrics_namespace
  metric_name         = "lightwell_oldest_item_seconds"
  statistic           = "Maximum"
  dimensions          = { fleet = var.name }
  period              = 60
  evaluation_periods  = 5
  treat_missing_data  = "breaching"
  alarm_actions       = var.alarm_topic_arns
  ok_actions          = var.alarm_topic_arns
}

resource "aws_cloudwatch_metric_alarm" "tasks" {
  for_each            = local.services
  alarm_name          = "${var.name}-${each.key}-tasks"
  alarm_description   = "Fewer tasks run than there must be at least: they end, or do not start. The service's events say why."
  comparison_operator = "LessThanThreshold"
  threshold           = each.value.size.min
  namespace           = "ECS/ContainerInsights"
  metric_name         = "RunningTaskCount"
  statistic           = "Minimum"
  dimensions          = { ClusterName = aws_ecs_cluster.this.name, ServiceName = aws_ecs_service.service[each.key].name }
  period              = 60
  evaluation_periods  = 5
  treat_missing_data  = "breaching"
  alarm_actions       = var.alarm_topic_arns
  ok_actions          = var.alarm_topic_arns
}

# A queue that is full takes no uploads. It never evicts.
resource "aws_cloudwatch_metric_alarm" "queue_memory" {
  for_each            = local.queue_nodes
  alarm_name          = "${each.key}-memory"
  alarm_description   = "The queue is filling up: at the end no upload is taken. More workers, larger nodes, or a shorter job-life."
  comparison_operator = "GreaterThanThreshold"
  threshold           = 70
  namespace           = local.queue_space
  metric_name         = "DatabaseMemoryUsagePercentage"
  statistic           = "Maximum"
  dimensions          = { (each.value) = each.key }
  period              = 60
  evaluation_periods  = 5
  treat_missing_data  = "breaching"
  alarm_actions       = var.alarm_topic_arns
  ok_actions          = var.alarm_topic_arns
}

resource "aws_cloudwatch_metric_alarm" "queue_evictions" {
  for_each            = local.queue_nodes
  alarm_name          = "${each.key}-evictions"
  alarm_description   = "The queue has evicted something, which must never happen: its parameter group is not the one that Terraform made."
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  namespace           = local.queue_space
  metric_name         = "Evictions"
  statistic           = "Sum"
  dimensions          = { (each.value) = each.key }
  period              = 60
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_topic_arns
  ok_actions          = var.alarm_topic_arns
}

# The cache evicts by design. One whose processor is busy answers late, and origins then go on without it.
resource "aws_cloudwatch_metric_alarm" "cache_cpu" {
  for_each            = local.cache_nodes
  alarm_name          = "${each.key}-cpu"
  alarm_description   = "The Redis that origins share is busy: larger nodes, or a smaller cache-redis-entry."
  comparison_operator = "GreaterThanThreshold"
  threshold           = 80
  namespace           = "AWS/ElastiCache"
  metric_name         = "EngineCPUUtilization"
  statistic           = "Average"
  dimensions          = { (each.value) = each.key }
  period              = 60
  evaluation_periods  = 10
  treat_missing_data  = "breaching"
  alarm_actions       = var.alarm_topic_arns
  ok_actions          = var.alarm_topic_arns
}

resource "aws_cloudwatch_metric_alarm" "cdn_errors" {
  provider            = aws.global
  alarm_name          = "${var.name}-cdn-5xx"
  alarm_description   = "More than 1 % of CloudFront's answers are 5xx."
  comparison_operator = "GreaterThanThreshold"
  threshold           = 1
  namespace           = "AWS/CloudFront"
  metric_name         = "5xxErrorRate"
  statistic           = "Average"
  dimensions          = { DistributionId = aws_cloudfront_distribution.images.id, Region = "Global" }
  period              = 60
  evaluation_periods  = 5
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.global_alarm_topic_arns
  ok_actions          = var.global_alarm_topic_arns
}
