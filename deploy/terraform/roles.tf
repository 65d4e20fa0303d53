# What tasks may do. A service's execution role starts its tasks: it reads its secrets, fetches the image and opens the
# log. Its task role is what Lightwell itself has: the bucket, and nothing else.

locals {
  # What origin/store calls, and so much of the bucket as it keeps things in. Every process needs all of it: origins
  # keep levels and renditions, too, and all of them sweep. It changes no setting of the bucket (lifecycle.tf) and deletes
  # no versions.
  store_statements = concat([
    {
      Sid      = "List"
      Effect   = "Allow"
      Action   = ["s3:ListBucket", "s3:ListBucketMultipartUploads"]
      Resource = aws_s3_bucket.images.arn
    },
    {
      Sid      = "Objects"
      Effect   = "Allow"
      Action   = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"]
      Resource = "${aws_s3_bucket.images.arn}/*"
    },
    ], var.bucket_kms_key_arn == null ? [] : [{
      Sid      = "Key"
      Effect   = "Allow"
      Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
      Resource = var.bucket_kms_key_arn
  }])

  assume_by_tasks = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ecs-tasks.amazonaws.com" }
      # Only for tasks of this account, so that no other may have ECS take the role.
      Condition = {
        StringEquals = { "aws:SourceAccount" = local.account }
        ArnLike      = { "aws:SourceArn" = "arn:${data.aws_partition.this.partition}:ecs:${var.region}:${local.account}:*" }
      }
    }]
  })
}

resource "aws_iam_role" "task" {
  for_each           = local.services
  name               = "${var.name}-${each.key}"
  description        = "What Lightwell's ${each.key} may do"
  assume_role_policy = local.assume_by_tasks
}

resource "aws_iam_role_policy" "task" {
  for_each = local.services
  name     = "store"
  role     = aws_iam_role.task[each.key].id
  policy   = jsonencode({ Version = "2012-10-17", Statement = local.store_statements })
}

# The collector beside an uploader writes metrics as lines of one log (collector.tf).
resource "aws_iam_role_policy" "metrics" {
  name = "metrics"
  role = aws_iam_role.task["uploader"].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "Metrics"
      Effect   = "Allow"
      Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
      Resource = "${aws_cloudwatch_log_group.metrics.arn}:*"
    }]
  })
}

resource "aws_iam_role" "execution" {
  for_each           = local.services
  name               = "${var.name}-${each.key}-execution"
  description        = "Starts tasks of Lightwell's ${each.key}"
  assume_role_policy = local.assume_by_tasks
}

resource "aws_iam_role_policy" "execution" {
  for_each = local.services
  name     = "start"
  role     = aws_iam_role.execution[each.key].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat([
      {
        Sid      = "Secrets"
        Effect   = "Allow"
        Action   = "secretsmanager:GetSecretValue"
        Resource = [for secret in each.value.secrets : secret.valueFrom]
      },
      {
        Sid      = "Log"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.service[each.key].arn}:*"
      },
      {
        Sid      = "Image"
        Effect   = "Allow"
        Action   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
        Resource = "arn:${data.aws_partition.this.partition}:ecr:${var.region}:${local.account}:repository/*"
      },
      # It gives a password for the registry, and belongs to no repository: IAM takes no other resource for it.
      {
        Sid      = "Registry"
        Effect   = "Allow"
        Action   = "ecr:GetAuthorizationToken"
        Resource = "*"
      },
      ], var.secrets_kms_key_arn == null ? [] : [{
        Sid      = "Key"
        Effect   = "Allow"
        Action   = "kms:Decrypt"
        Resource = var.secrets_kms_key_arn
    }])
  })
}

# Who tells CloudFront of purges. Lightwell signs that with a key and a secret (cdn-purge-aws) and cannot use the task's
# role for it, whose keys come with a session token and end after some hours. So there is a user that may do nothing else; its
# key is made by hand, and Terraform does not see it.
resource "aws_iam_user" "purge" {
  name = "${var.name}-purge"
}

resource "aws_iam_user_policy" "purge" {
  name = "purge"
  user = aws_iam_user.purge.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "Purge"
      Effect   = "Allow"
      Action   = "cloudfront:CreateInvalidation"
      Resource = aws_cloudfront_distribution.images.arn
    }]
  })
}
