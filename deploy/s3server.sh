#!/usr/bin/env bash
# Says where the S3 server is that tests store objects in: versitygw, which checks signatures and bodies
# as Amazon does. It builds it first, which takes minutes, unless it is there already: outside of the
# repository, once for each version.
set -euo pipefail

version=v1.8.0
dir=${XDG_CACHE_HOME:-$HOME/.cache}/lightwell/versitygw-$version

if [[ ! -x $dir/versitygw ]]; then
  mkdir -p "${dir%/*}"
  new=$(mktemp -d "$dir.XXXXXX")
  trap 'rm -rf "$new"' EXIT
  echo "Building the S3 server that tests use" >&2
  cd / # not as a part of this module
  GOBIN=$new GOFLAGS= CGO_ENABLED=0 "${GO:-go}" install "github.com/versity/versitygw/cmd/versitygw@$version" >&2
  mv -T "$new" "$dir" 2>/dev/null || [[ -x $dir/versitygw ]] # somebody else was faster
fi
echo "$dir/versitygw"
