# Three services of one image: origins serve images, uploaders take uploads, workers process them.

locals {
  sizes = { origin = var.origin, uploader = var.uploader, worker = var.worker }

  # What is each service's own. A worker has no door but that of health and metrics, which nobody outside of its task asks.
  own = {
    origin   = { LIGHTWELL_LISTEN = "0.0.0.0:${local.images_port}", LIGHTWELL_ADMIN_LISTEN = "0.0.0.0:${local.admin_port}" }
    uploader = { LIGHTWELL_UPLOAD_LISTEN = "0.0.0.0:${local.uploads_port}", LIGHTWELL_ADMIN_LISTEN = "0.0.0.0:${local.admin_port}" }
    worker   = {}
  }
  ports = {
    origin   = [local.images_port, local.admin_port]
    uploader = [local.uploads_port, local.admin_port]
    worker   = []
  }
  doors = {
    origin   = { port = local.images_port, group = aws_lb_target_group.images.arn }
    uploader = { port = local.uploads_port, group = aws_lb_target_group.uploads.arn }
  }

  services = { for service, size in local.sizes : service => {
    size    = size
    secrets = [for name in local.secrets_of[service] : { name = name, valueFrom = local.secrets[name] } if contains(keys(local.secrets), name)]
    environment = merge({
      # As many as the settings' own choice on a machine with these CPUs: a task sees those of the machine below it.
      LIGHTWELL_POOL_CHILDREN = tostring(floor(size.cpu / 1024) + 1)
      # The rest of the disk is for what comes in and for originals that are open.
      LIGHTWELL_ORIGINALS_CACHE = "${floor(size.storage / 2)}GiB"
    }, local.common, local.own[service])
  } }

  collector_memory = 256

  container = { for service, s in local.services : service => {
    name      = "lightwell"
    image     = var.image
    command   = [service]
    essential = true
    # A ceiling of its own, which is what Lightwell sizes its cache in memory by.
    memory                 = s.size.memory - (service == "uploader" ? local.collector_memory : 0)
    user                   = "65532:65532"
    readonlyRootFilesystem = true
    linuxParameters        = { capabilities = { drop = ["ALL"] } }
    ulimits                = [{ name = "nofile", softLimit = 65535, hardLimit = 65535 }]
    mountPoints            = [{ sourceVolume = "data", containerPath = "/data", readOnly = false }]
    portMappings           = [for port in local.ports[service] : { containerPort = port, hostPort = port, protocol = "tcp" }]
    environment            = [for name, value in s.environment : { name = name, value = value }]
    secrets                = s.secrets
    stopTimeout            = local.stop_seconds

    # Alive and no more: a task whose store or queue does not answer is not made better by another.
    healthCheck = {
      command     = ["CMD", "lightwell", "health", "--alive"]
      interval    = 10
      timeout     = 5
      retries     = 3
      startPeriod = 60
    }
    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = aws_cloudwatch_log_group.service[service].name
        awslogs-region        = var.region
        awslogs-stream-prefix = "lightwell"
      }
    }
  } }
}

resource "aws_ecs_cluster" "this" {
  name = var.name

  # How many tasks run is known to CloudWatch by this alone; workers are scaled by it.
  setting {
    name  = "containerInsights"
    value = "enabled"
  }
}

resource "aws_cloudwatch_log_group" "service" {
  for_each          = toset(["origin", "uploader", "worker"])
  name              = "/${var.name}/${each.key}"
  retention_in_days = var.log_days
}

resource "aws_ecs_task_definition" "service" {
  for_each                 = local.services
  family                   = "${var.name}-${each.key}"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = each.value.size.cpu
  memory                   = each.value.size.memory
  task_role_arn            = aws_iam_role.task[each.key].arn
  execution_role_arn       = aws_iam_role.execution[each.key].arn
  container_definitions    = jsonencode(concat([local.container[each.key]], each.key == "uploader" ? [local.collector] : []))

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = var.architecture
  }

  # Everything on it can be lost: what is promised is in the bucket and in the queue.
  ephemeral_storage {
    size_in_gib = each.value.size.storage
  }

  volume {
    name = "data"
  }
}

resource "aws_ecs_service" "service" {
  for_each                           = local.services
  name                               = each.key
  cluster                            = aws_ecs_cluster.this.id
  task_definition                    = aws_ecs_task_definition.service[each.key].arn
  desired_count                      = each.value.size.min
  launch_type                        = "FARGATE"
  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = 200
  health_check_grace_period_seconds  = contains(keys(local.doors), each.key) ? 60 : null
  propagate_tags                     = "SERVICE"

  # An image that does not come up is taken back.
  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    subnets          = var.private_subnet_ids
    security_groups  = [aws_security_group.service[each.key].id]
    assign_public_ip = false
  }

  dynamic "load_balancer" {
    for_each = [for service, door in local.doors : door if service == each.key]

    content {
      container_name   = "lightwell"
      container_port   = load_balancer.value.port
      target_group_arn = load_balancer.value.group
    }
  }

  # How many there are is the autoscaling's to say.
  lifecycle {
    ignore_changes = [desired_count]
  }

  # A task starts only with the secrets' values and the rights to them, and a target group must have its listener.
  depends_on = [
    aws_secretsmanager_secret_version.redis, aws_iam_role_policy.execution, aws_iam_role_policy.task,
    aws_lb_listener.images, aws_lb_listener.uploads,
  ]
}
