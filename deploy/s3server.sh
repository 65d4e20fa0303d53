#!/usr/bin/env bash
# Says where the S3 server is that tests store objects in: versitygw, which checks signatures and bodies
# as Amazon does. It builds it first, which takes minutes, unless it is there already: outside of the
# repository, once for each version.
set -euo pipefail

version=v1.8.0
dir=${XDG_CACHE_HOME:-$HOME/.cache}/lightwell/versitygw-$version

if [[ ! -x $dir/versitygw ]]; then
  mkdir -p "${dir%/*}"
  exec 9>"$dir.lock"
  flock 9 # tests of several packages ask at once, and one build is enough
fi
if [[ ! -x $dir/versitygw ]]; then
  new=$(mktemp -d "$dir.XXXXXX")
  trap 'rm -rf "$new"' EXIT
  echo "Building the S3 server that tests use" >&2
  cd / # not as a part of this module
  GOBIN=$new GOFLAGS= CGO_ENABLED=0 "${GO:-go}" install "github.com/versity/versitygw/cmd/versitygw@$version" >&2
  mv -T "$new" "$dir"
fi
echo "$dir/versitygw"
