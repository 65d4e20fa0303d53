# How many tasks there are. Origins follow their CPUs, which rendering fills; uploaders their CPUs and requests; workers
# what waits in the queue.

resource "aws_appautoscaling_target" "service" {
  for_each           = local.services
  service_namespace  = "ecs"
  scalable_dimension = "ecs:service:DesiredCount"
  resource_id        = "service/${aws_ecs_cluster.this.name}/${aws_ecs_service.service[each.key].name}"
  min_capacity       = each.value.size.min
  max_capacity       = each.value.size.max
}

resource "aws_appautoscaling_policy" "cpu" {
  for_each           = toset(["origin", "uploader"])
  name               = "${var.name}-${each.key}-cpu"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.service[each.key].service_namespace
  scalable_dimension = aws_appautoscaling_target.service[each.key].scalable_dimension
  resource_id        = aws_appautoscaling_target.service[each.key].resource_id

  target_tracking_scaling_policy_configuration {
    target_value       = var.cpu_target
    scale_out_cooldown = 60
    # A new origin has nothing in memory: they are taken away slowly.
    scale_in_cooldown = 600

    predefined_metric_specification {
      predefined_metric_type = "ECSServiceAverageCPUUtilization"
    }
  }
}

resource "aws_appautoscaling_policy" "requests" {
  name               = "${var.name}-uploader-requests"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.service["uploader"].service_namespace
  scalable_dimension = aws_appautoscaling_target.service["uploader"].scalable_dimension
  resource_id        = aws_appautoscaling_target.service["uploader"].resource_id

  target_tracking_scaling_policy_configuration {
    target_value       = var.requests_target
    scale_out_cooldown = 60
    scale_in_cooldown  = 600

    predefined_metric_specification {
      predefined_metric_type = "ALBRequestCountPerTarget"
      resource_label         = "${aws_lb.uploads.arn_suffix}/${aws_lb_target_group.uploads.arn_suffix}"
    }
  }
}

# Waiting items for each worker that runs. A worker that is taken away in the middle of an item loses nothing: another
# takes it over when the lease has run out.
resource "aws_appautoscaling_policy" "backlog" {
  name               = "${var.name}-worker-backlog"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.service["worker"].service_namespace
  scalable_dimension = aws_appautoscaling_target.service["worker"].scalable_dimension
  resource_id        = aws_appautoscaling_target.service["worker"].resource_id

  target_tracking_scaling_policy_configuration {
    target_value       = var.backlog_target
    scale_out_cooldown = 60
    scale_in_cooldown  = 300

    customized_metric_specification {
      metrics {
        id          = "backlog"
        expression  = "waiting / IF(workers > 0, workers, 1)"
        label       = "Waiting items for each worker"
        return_data = true
      }

      metrics {
        id          = "waiting"
        return_data = false

        metric_stat {
          stat = "Maximum"

          metric {
            namespace   = local.metrics_namespace
            metric_name = "lightwell_queue_depth"

            dimensions {
              name  = "fleet"
              value = var.name
            }

            dimensions {
              name  = "state"
              value = "waiting"
            }
          }
        }
      }

      metrics {
        id          = "workers"
        return_data = false

        metric_stat {
          stat = "Average"

          metric {
            namespace   = "ECS/ContainerInsights"
            metric_name = "RunningTaskCount"

            dimensions {
              name  = "ClusterName"
              value = aws_ecs_cluster.this.name
            }

            dimensions {
              name  = "ServiceName"
              value = aws_ecs_service.service["worker"].name
            }
          }
        }
      }
    }
  }
}
