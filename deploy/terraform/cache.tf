# The Redis that origins share: renditions, what is known of images, locks. Nothing in it is needed, so it has no
# snapshots and may evict, what is asked for least first. It is apart from the queue, which must not.

locals {
  redis_port    = 6379
  cache_members = [for i in range(1 + var.cache_replicas) : format("%s-cache-%03d", var.name, i + 1)]
  cache_url = format("rediss://:%s@%s:%d",
  random_password.cache.result, aws_elasticache_replication_group.cache.primary_endpoint_address, aws_elasticache_replication_group.cache.port)
}

resource "random_password" "cache" {
  length  = 48
  special = false
}

resource "aws_elasticache_subnet_group" "redis" {
  name       = var.name
  subnet_ids = var.private_subnet_ids
}

resource "aws_elasticache_parameter_group" "cache" {
  name        = "${var.name}-cache"
  description = "Renditions are evicted, the least wanted first"
  family      = "redis7"

  parameter {
    name  = "maxmemory-policy"
    value = "allkeys-lfu"
  }
}

resource "aws_elasticache_replication_group" "cache" {
  replication_group_id       = "${var.name}-cache"
  description                = "Renditions that origins share"
  engine                     = "redis"
  engine_version             = "7.1"
  node_type                  = var.cache_node_type
  num_cache_clusters         = 1 + var.cache_replicas
  automatic_failover_enabled = var.cache_replicas > 0
  multi_az_enabled           = var.cache_replicas > 0
  parameter_group_name       = aws_elasticache_parameter_group.cache.name
  subnet_group_name          = aws_elasticache_subnet_group.redis.name
  security_group_ids         = [aws_security_group.redis.id]
  port                       = local.redis_port
  at_rest_encryption_enabled = true
  transit_encryption_enabled = true
  auth_token                 = random_password.cache.result
  snapshot_retention_limit   = 0
}
