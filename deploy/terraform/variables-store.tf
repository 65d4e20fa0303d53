# The bucket, and the two Redis.

variable "bucket_name" {
  description = "Name of the bucket. Null: the fleet's name, the account and the region."
  type        = string
  default     = null
}

variable "bucket_kms_key_arn" {
  description = "KMS key that the bucket's objects are encrypted with. Null: S3's own keys (SSE-S3)."
  type        = string
  default     = null
}

variable "incoming_days" {
  description = "Age at which uploads that nobody has finished are deleted (incoming-life)."
  type        = number
  default     = 2

  validation {
    condition     = var.incoming_days >= 1 && floor(var.incoming_days) == var.incoming_days
    error_message = "The age must be a whole number of days, at least 1."
  }
}

variable "noncurrent_days" {
  description = "How long the bucket keeps what was deleted or replaced. So long a mistake can be undone, and so long the bytes of a deleted image are still there."
  type        = number
  default     = 7

  validation {
    condition     = var.noncurrent_days >= 1 && floor(var.noncurrent_days) == var.noncurrent_days
    error_message = "It must be a whole number of days, at least 1."
  }
}

variable "originals_class" {
  description = "Storage class that old originals are moved to, one that is read at once. Null: none."
  type        = string
  default     = null

  validation {
    condition     = var.originals_class == null ? true : contains(["STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER_IR"], var.originals_class)
    error_message = "The class must be STANDARD_IA, ONEZONE_IA, INTELLIGENT_TIERING or GLACIER_IR: originals in any other are answered 503."
  }
}

variable "originals_class_days" {
  description = "Age in days at which originals are moved to that class."
  type        = number
  default     = 30

  validation {
    condition     = var.originals_class_days >= 30
    error_message = "S3 moves nothing to a class of infrequent access before 30 days."
  }
}

variable "keep_renditions_days" {
  description = "How many days renditions are kept in the bucket, too (cache-objects). 0: they are not."
  type        = number
  default     = 30

  validation {
    condition     = var.keep_renditions_days >= 0 && floor(var.keep_renditions_days) == var.keep_renditions_days
    error_message = "It must be a whole number of days, or 0."
  }
}

variable "upload_origins" {
  description = "Origins whose pages may upload (upload-origins), such as https://example.com. The door's own page always may."
  type        = list(string)
  default     = []
}

variable "queue_engine" {
  description = "What keeps the queue: memorydb, which loses nothing that it has acknowledged, or elasticache, which may."
  type        = string
  default     = "memorydb"

  validation {
    condition     = contains(["memorydb", "elasticache"], var.queue_engine)
    error_message = "The queue must be in memorydb or elasticache."
  }
}

variable "queue_node_type" {
  description = "Size of the queue's nodes. Null: the smallest general one of the engine."
  type        = string
  default     = null
}

variable "queue_replicas" {
  description = "Replicas of the queue. Null: 1 in MemoryDB; 2 in ElastiCache, where one must have an upload before it is promised, and may be lost without stopping uploads."
  type        = number
  default     = null

  validation {
    condition     = var.queue_replicas == null ? true : var.queue_replicas >= 1 && var.queue_replicas <= 5
    error_message = "There must be 1 to 5 replicas."
  }
}

variable "cache_node_type" {
  description = "Size of the nodes of the Redis that origins share renditions in."
  type        = string
  default     = "cache.t4g.small"
}

variable "cache_replicas" {
  description = "Replicas of that Redis. Losing it loses no data, and costs the renditions in it."
  type        = number
  default     = 1

  validation {
    condition     = var.cache_replicas >= 0 && var.cache_replicas <= 5
    error_message = "There must be 0 to 5 replicas."
  }
}
