#!/usr/bin/env bash
# Builds the image, and makes every container of Lightwell anew, one after the other, each when the one before is ready.
# What is under way is finished, nginx asks the other one meanwhile, and no request fails.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
docker compose build --pull origin-1
for service in origin-1 origin-2 uploader-1 uploader-2 worker; do
  docker compose up -d --no-deps --force-recreate --wait "$service"
done
