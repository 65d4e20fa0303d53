# What has to be said: where it runs, under which names, and with which secrets.

variable "name" {
  description = "Begins the names of everything that is made, so that two fleets fit into one account."
  type        = string
  default     = "lightwell"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,18}[a-z0-9]$", var.name))
    error_message = "The name must have 3 to 20 of a to z, 0 to 9 and dashes, and begin with a letter: load balancers take no more."
  }
}

variable "region" {
  description = "Region of everything but CloudFront, which is everywhere."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "The region must be one such as eu-central-1."
  }
}

variable "tags" {
  description = "Tags of everything that is made, beside those that say which fleet it belongs to."
  type        = map(string)
  default     = {}
}

variable "image" {
  description = "Container image of Lightwell, by a tag that never moves or by its digest. It must declare /data as a volume that belongs to user 65532."
  type        = string

  validation {
    condition     = can(regex("(:[A-Za-z0-9._-]+|@sha256:[0-9a-f]{64})$", var.image)) && !endswith(var.image, ":latest")
    error_message = "The image must have a tag other than latest, or a digest: a task that is replaced at night must be the one that was tried."
  }
}

variable "architecture" {
  description = "Architecture that the image is built for: X86_64 or ARM64."
  type        = string
  default     = "X86_64"

  validation {
    condition     = contains(["X86_64", "ARM64"], var.architecture)
    error_message = "The architecture must be X86_64 or ARM64."
  }
}

variable "vpc_id" {
  description = "VPC that everything is in. It must have an internet gateway, which CloudFront's way in asks for and does not use."
  type        = string

  validation {
    condition     = startswith(var.vpc_id, "vpc-")
    error_message = "The VPC's id must begin with vpc-."
  }
}

variable "private_subnet_ids" {
  description = "Subnets of tasks, Redis and the origins' load balancer, in two zones or more. They need a way out (NAT): for images fetched by URL, callbacks, and Amazon's own services."
  type        = list(string)

  validation {
    condition     = length(var.private_subnet_ids) >= 2
    error_message = "There must be two private subnets or more, in different zones."
  }
}

variable "public_subnet_ids" {
  description = "Subnets of the uploads' load balancer, in two zones or more."
  type        = list(string)

  validation {
    condition     = length(var.public_subnet_ids) >= 2
    error_message = "There must be two public subnets or more, in different zones."
  }
}

variable "private_route_table_ids" {
  description = "Route tables of the private subnets, for a gateway endpoint of S3: originals then do not pass through NAT. Empty: the VPC has such an endpoint, or shall have none."
  type        = list(string)
  default     = []
}

variable "images_domain" {
  description = "Name that images are served under, such as img.example.com."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,}$", var.images_domain))
    error_message = "The domain must be a host's name in small letters, without https://."
  }
}

variable "uploads_domain" {
  description = "Name that uploads go to, such as upload.example.com."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,}$", var.uploads_domain))
    error_message = "The domain must be a host's name in small letters, without https://."
  }
}

variable "zone_id" {
  description = "Route 53 zone for records of both names. Null: no records are made, and the outputs say where the names must point."
  type        = string
  default     = null
}

variable "cdn_certificate_arn" {
  description = "ACM certificate of images_domain in us-east-1, which is where CloudFront looks for it."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:acm:us-east-1:[0-9]{12}:certificate/.+$", var.cdn_certificate_arn))
    error_message = "The certificate must be one of ACM in us-east-1."
  }
}

variable "certificate_arn" {
  description = "ACM certificate of images_domain and uploads_domain in the fleet's own region, for the load balancers."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:acm:[a-z0-9-]+:[0-9]{12}:certificate/.+$", var.certificate_arn))
    error_message = "The certificate must be one of ACM."
  }
}
