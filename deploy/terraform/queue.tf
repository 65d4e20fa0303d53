# The Redis that keeps the queue. What is accepted must be durable before it is promised, so Lightwell wants a Redis with
# AOF that never evicts, and looks for both at the start.
#
# ElastiCache has no AOF in any version that Lightwell takes. A node that restarts is filled from a replica, and a
# failover to a replica that lags loses what it had not got. With redis-replicas=1 an upload is promised only once a
# replica has it, too, so that one node may fail; losing all of them loses the queue. The bytes of what was promised are in
# the bucket even then, under accepted/: Lightwell makes images of them, under their ids, without names, tags and
# jobs.
#
# MemoryDB has the same language over a log in several zones, and acknowledges what is in the log. It is the
# default: a promise then needs no replica, and a cluster that is lost whole comes back with its jobs. It costs more.
#
# Lightwell asks a Redis whether it has AOF. ElastiCache has not, and MemoryDB's log is something else, so both need the
# setting redis-lossy, which has it look away. It then does not look at the policy either: the parameter groups below
# see to that.

locals {
  memorydb       = var.queue_engine == "memorydb"
  queue_replicas = coalesce(var.queue_replicas, local.memorydb ? 1 : 2)
  queue_node     = coalesce(var.queue_node_type, local.memorydb ? "db.t4g.small" : "cache.t4g.small")
  queue_members  = [for i in range(1 + local.queue_replicas) : format("%s-queue-%03d", var.name, i + 1)]

  queue_url = local.memorydb ? format("rediss://%s:%s@%s:%d", aws_memorydb_user.queue[0].user_name,
    random_password.queue.result, aws_memorydb_cluster.queue[0].cluster_endpoint[0].address, aws_memorydb_cluster.queue[0].port,
    ) : format("rediss://:%s@%s:%d",
    random_password.queue.result, aws_elasticache_replication_group.queue[0].primary_endpoint_address, aws_elasticache_replication_group.queue[0].port,
  )
}

# Letters and digits: it is a part of a URL.
resource "random_password" "queue" {
  length  = 48
  special = false
}

resource "aws_memorydb_parameter_group" "queue" {
  count       = local.memorydb ? 1 : 0
  name        = "${var.name}-queue"
  description = "Jobs are never evicted"
  family      = "memorydb_redis7"

  parameter {
    name  = "maxmemory-policy"
    value = "noeviction"
  }
}

resource "aws_memorydb_user" "queue" {
  count     = local.memorydb ? 1 : 0
  user_name = "${var.name}-queue"
  # All but what empties or reconfigures a server; INFO is among those, and Lightwell asks it for the version.
  access_string = "on ~* &* +@all -@dangerous +info"

  authentication_mode {
    type      = "password"
    passwords = [random_password.queue.result]
  }
}

resource "aws_memorydb_acl" "queue" {
  count      = local.memorydb ? 1 : 0
  name       = "${var.name}-queue"
  user_names = [aws_memorydb_user.queue[0].user_name]
}

resource "aws_memorydb_subnet_group" "queue" {
  count      = local.memorydb ? 1 : 0
  name       = "${var.name}-queue"
  subnet_ids = var.private_subnet_ids
}

# One shard: what a queue does fits into one, and its shards within it (Lightwell's own) spread over more by themselves.
resource "aws_memorydb_cluster" "queue" {
  count                    = local.memorydb ? 1 : 0
  name                     = "${var.name}-queue"
  description              = "The queue of uploads"
  engine                   = "redis"
  engine_version           = "7.1"
  node_type                = local.queue_node
  num_shards               = 1
  num_replicas_per_shard   = local.queue_replicas
  acl_name                 = aws_memorydb_acl.queue[0].name
  parameter_group_name     = aws_memorydb_parameter_group.queue[0].name
  subnet_group_name        = aws_memorydb_subnet_group.queue[0].name
  security_group_ids       = [aws_security_group.redis.id]
  port                     = local.redis_port
  tls_enabled              = true
  snapshot_retention_limit = 1
}

resource "aws_elasticache_parameter_group" "queue" {
  count       = local.memorydb ? 0 : 1
  name        = "${var.name}-queue"
  description = "Jobs are never evicted"
  family      = "redis7"

  parameter {
    name  = "maxmemory-policy"
    value = "noeviction"
  }
}

resource "aws_elasticache_replication_group" "queue" {
  count                      = local.memorydb ? 0 : 1
  replication_group_id       = "${var.name}-queue"
  description                = "The queue of uploads"
  engine                     = "redis"
  engine_version             = "7.1"
  node_type                  = local.queue_node
  num_cache_clusters         = 1 + local.queue_replicas
  automatic_failover_enabled = true
  multi_az_enabled           = true
  parameter_group_name       = aws_elasticache_parameter_group.queue[0].name
  subnet_group_name          = aws_elasticache_subnet_group.redis.name
  security_group_ids         = [aws_security_group.redis.id]
  port                       = local.redis_port
  at_rest_encryption_enabled = true
  transit_encryption_enabled = true
  auth_token                 = random_password.queue.result
  snapshot_retention_limit   = 1
}
