# The bucket's lifecycle rules, all of them. Terraform's resource is the whole configuration of the bucket: rules that
# Lightwell set beside it (s3-lifecycle=manage) would be removed by the next apply, and set again by the next start.
# One of the two must rule, and here it is Terraform: then no task has the right to change what the bucket deletes.
# Lightwell is told so (s3-lifecycle=off) and sweeps as well, by the same ages; who comes second finds nothing.
#
# Versions and delete markers, which Lightwell knows nothing of, are looked after by these rules alone.
#
# No rule takes anything of accepted/ that is there: that was promised. A version there is noncurrent only once the
# upload has become an image, or has failed for good, and Lightwell has deleted it.

resource "aws_s3_bucket_lifecycle_configuration" "images" {
  bucket = aws_s3_bucket.images.id

  rule {
    id     = "incoming"
    status = "Enabled"

    filter {
      prefix = "incoming/"
    }

    expiration {
      days = var.incoming_days
    }
  }

  # Parts of uploads that were broken off, as when a task is ended in the middle of one.
  rule {
    id     = "parts"
    status = "Enabled"

    filter {}

    abort_incomplete_multipart_upload {
      days_after_initiation = var.incoming_days
    }
  }

  rule {
    id     = "noncurrent"
    status = "Enabled"

    filter {}

    noncurrent_version_expiration {
      noncurrent_days = var.noncurrent_days
    }

    # A marker that no version is left under. It is no age, and takes no object.
    expiration {
      expired_object_delete_marker = true
    }
  }

  dynamic "rule" {
    for_each = var.keep_renditions_days > 0 ? [var.keep_renditions_days] : []

    content {
      id     = "renditions"
      status = "Enabled"

      filter {
        prefix = "renditions/"
      }

      expiration {
        days = rule.value
      }
    }
  }

  dynamic "rule" {
    for_each = var.originals_class == null ? [] : [var.originals_class]

    content {
      id     = "originals"
      status = "Enabled"

      filter {
        prefix = "originals/"
      }

      transition {
        days          = var.originals_class_days
        storage_class = rule.value
      }
    }
  }

  # A rule for noncurrent versions is of use only once there are versions.
  depends_on = [aws_s3_bucket_versioning.images]
}
