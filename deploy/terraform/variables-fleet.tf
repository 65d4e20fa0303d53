# How large the fleet is, how it grows, and when somebody is called.

variable "origin" {
  description = "Size of a task that serves images (CPU units, MiB, GiB of disk for originals), and how many there are."
  type = object({
    cpu     = optional(number, 2048)
    memory  = optional(number, 8192)
    storage = optional(number, 50)
    min     = optional(number, 2)
    max     = optional(number, 20)
  })
  default = {}

  validation {
    condition     = var.origin.min >= 2 && var.origin.max >= var.origin.min && var.origin.storage >= 21 && var.origin.storage <= 200 && var.origin.cpu >= 1024 && var.origin.memory >= 2 * var.origin.cpu && var.origin.memory <= (var.origin.cpu >= 4096 ? 7.5 : 8) * var.origin.cpu
    error_message = "Two tasks or more, no fewer at most than at least, 21 to 200 GiB, a whole CPU, and 2 to 8 MiB for each of its units, as Fargate has them."
  }
}

variable "uploader" {
  description = "The same for a task that takes uploads; its disk holds what comes in."
  type = object({
    cpu     = optional(number, 1024)
    memory  = optional(number, 4096)
    storage = optional(number, 50)
    min     = optional(number, 2)
    max     = optional(number, 10)
  })
  default = {}

  validation {
    condition     = var.uploader.min >= 2 && var.uploader.max >= var.uploader.min && var.uploader.storage >= 21 && var.uploader.storage <= 200 && var.uploader.cpu >= 1024 && var.uploader.memory >= 2 * var.uploader.cpu && var.uploader.memory <= (var.uploader.cpu >= 4096 ? 7.5 : 8) * var.uploader.cpu
    error_message = "Two tasks or more, no fewer at most than at least, 21 to 200 GiB, a whole CPU, and 2 to 8 MiB for each of its units, as Fargate has them."
  }
}

variable "worker" {
  description = "The same for a task that processes uploads."
  type = object({
    cpu     = optional(number, 2048)
    memory  = optional(number, 8192)
    storage = optional(number, 50)
    min     = optional(number, 1)
    max     = optional(number, 20)
  })
  default = {}

  validation {
    condition     = var.worker.min >= 1 && var.worker.max >= var.worker.min && var.worker.storage >= 21 && var.worker.storage <= 200 && var.worker.cpu >= 1024 && var.worker.memory >= 2 * var.worker.cpu && var.worker.memory <= (var.worker.cpu >= 4096 ? 7.5 : 8) * var.worker.cpu
    error_message = "One task or more, no fewer at most than at least, 21 to 200 GiB, a whole CPU, and 2 to 8 MiB for each of its units, as Fargate has them."
  }
}

variable "cpu_target" {
  description = "Percent of the CPUs that origins and uploaders are kept near."
  type        = number
  default     = 60

  validation {
    condition     = var.cpu_target >= 20 && var.cpu_target <= 90
    error_message = "It must be 20 to 90 percent."
  }
}

variable "requests_target" {
  description = "Requests a minute of each uploader, above which there are more of them. Measure your own: it depends on what is sent."
  type        = number
  default     = 1000
}

variable "backlog_target" {
  description = "Waiting items for each worker, above which there are more of them: how many one finishes in the time that a bulk may wait."
  type        = number
  default     = 100
}

variable "drain_delay" {
  description = "Seconds for which requests are still taken after SIGTERM (drain-delay): more than the load balancers need to notice."
  type        = number
  default     = 20

  validation {
    condition     = var.drain_delay >= 16 && var.drain_delay <= 30
    error_message = "It must be 16 to 30 seconds: a load balancer notices within 15."
  }
}

variable "drain_timeout" {
  description = "Seconds for which requests under way may go on after that (drain-timeout)."
  type        = number
  default     = 60

  validation {
    condition     = var.drain_timeout >= 5 && var.drain_timeout <= 75
    error_message = "It must be 5 to 75 seconds: Fargate ends a task after 120, whatever it does."
  }
}

variable "settings" {
  description = "More settings of Lightwell for all tasks, by environment variable, such as LIGHTWELL_MAX_BYTES. They win over those that are set here. No secrets: they can be read in the task definitions."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for name in keys(var.settings) : startswith(name, "LIGHTWELL_")])
    error_message = "The names must begin with LIGHTWELL_."
  }
}

variable "price_class" {
  description = "Which of CloudFront's places serve images: PriceClass_100, PriceClass_200 or PriceClass_All."
  type        = string
  default     = "PriceClass_All"

  validation {
    condition     = contains(["PriceClass_100", "PriceClass_200", "PriceClass_All"], var.price_class)
    error_message = "It must be PriceClass_100, PriceClass_200 or PriceClass_All."
  }
}

variable "origin_shield_region" {
  description = "Region of CloudFront's origin shield: the fleet's, or the nearest that has one. Null: none."
  type        = string
  default     = null
}

variable "collector_image" {
  description = "Image of the collector beside each uploader that puts the queue's depth into CloudWatch (AWS Distro for OpenTelemetry)."
  type        = string
  default     = "public.ecr.aws/aws-observability/aws-otel-collector:v0.40.0"
}

variable "log_days" {
  description = "Days that logs are kept."
  type        = number
  default     = 30

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827], var.log_days)
    error_message = "CloudWatch knows 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096 and 1827 days."
  }
}

variable "alarm_topic_arns" {
  description = "SNS topics in the fleet's region that are told of alarms. Empty: nobody is."
  type        = list(string)
  default     = []
}

variable "global_alarm_topic_arns" {
  description = "SNS topics in us-east-1 that are told of CloudFront's alarm."
  type        = list(string)
  default     = []
}

variable "queue_age_seconds" {
  description = "Age of the oldest job that has not ended, above which there is an alarm. A bulk is one job, and takes what it takes; so is a callback that is not taken, for as long as callback-patience."
  type        = number
  default     = 1800
}

variable "latency_seconds" {
  description = "Latency of the slowest hundredth of the requests that reach an origin, above which there is an alarm."
  type        = number
  default     = 5
}

variable "deletion_protection" {
  description = "Whether load balancers can be deleted only after this is set to false."
  type        = bool
  default     = true
}
