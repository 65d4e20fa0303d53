#!/usr/bin/env bash
# Makes the secrets of the fleet in deploy/compose/.env, once: what is there stays.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
umask 077
secret() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }
touch .env
for name in LIGHTWELL_SIGNING_KEYS S3_ACCESS_KEY S3_SECRET_KEY GRAFANA_PASSWORD; do
  grep -q "^$name=" .env || echo "$name=$(secret)" >>.env
done
if ! grep -q '^LIGHTWELL_TOKENS=' .env; then
  echo "LIGHTWELL_TOKENS=operator:$(secret)" >>.env
fi
echo "The secrets are in $PWD/.env. Uploads take: Authorization: Bearer $(sed -n 's/^LIGHTWELL_TOKENS=operator:\([^:,]*\).*/\1/p' .env)"
