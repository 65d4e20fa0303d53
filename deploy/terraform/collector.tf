# Lightwell's metrics are Prometheus', on the door of health and metrics. CloudWatch, by which workers are scaled and
# people are called, does not read those: a collector beside each uploader does so for it, of the queue alone, and
# writes them as lines of a log that CloudWatch makes metrics of (embedded metric format).
#
# It is beside uploaders because there are always some, also when no worker is left. All of them say the same of the
# queue, so it does not matter how many there are.

locals {
  metrics_namespace = "Lightwell"

  collector_config = {
    receivers = {
      prometheus = { config = { scrape_configs = [{
        job_name        = "lightwell"
        scrape_interval = "30s"
        static_configs  = [{ targets = ["127.0.0.1:${local.admin_port}"], labels = { fleet = var.name } }]
        metric_relabel_configs = [{
          source_labels = ["__name__"]
          regex         = "lightwell_(queue_depth|oldest_item_seconds)"
          action        = "keep"
        }]
      }] } }
    }
    exporters = {
      awsemf = {
        region                  = var.region
        namespace               = local.metrics_namespace
        log_group_name          = aws_cloudwatch_log_group.metrics.name
        log_stream_name         = "queue"
        dimension_rollup_option = "NoDimensionRollup"
        metric_declarations = [
          { dimensions = [["fleet", "state"]], metric_name_selectors = ["lightwell_queue_depth"] },
          { dimensions = [["fleet"]], metric_name_selectors = ["lightwell_oldest_item_seconds"] },
        ]
      }
    }
    service = { pipelines = { metrics = { receivers = ["prometheus"], exporters = ["awsemf"] } } }
  }

  # It reads YAML, of which JSON is a part. An uploader goes on without it: nothing is lost but the sight of the queue, which has an alarm.
  collector = {
    name                   = "collector"
    image                  = var.collector_image
    essential              = false
    memory                 = local.collector_memory
    user                   = "65532:65532"
    readonlyRootFilesystem = true
    linuxParameters        = { capabilities = { drop = ["ALL"] } }
    environment            = [{ name = "AOT_CONFIG_CONTENT", value = jsonencode(local.collector_config) }]
    dependsOn              = [{ containerName = "lightwell", condition = "START" }]
    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = aws_cloudwatch_log_group.service["uploader"].name
        awslogs-region        = var.region
        awslogs-stream-prefix = "collector"
      }
    }
  }
}

resource "aws_cloudwatch_log_group" "metrics" {
  name              = "/${var.name}/metrics"
  retention_in_days = 1
}
