#!/usr/bin/env bash
# Says where the npm packages of testdata/clients are, with which tests speak to the server. It
# installs them first unless they are there already: outside of the repository, once for each lock file.
set -euo pipefail

packages=$(cd "$(dirname "$0")/../testdata/clients" && pwd)
lock=$(sha256sum <"$packages/package-lock.json")
dir=${XDG_CACHE_HOME:-$HOME/.cache}/lightwell/clients-${lock:0:16}

if [[ ! -d $dir ]]; then
  mkdir -p "${dir%/*}"
  new=$(mktemp -d "$dir.XXXXXX")
  trap 'rm -rf "$new"' EXIT
  cp "$packages"/{package.json,package-lock.json,.npmrc} "$new"
  npm ci --prefix "$new" --ignore-scripts --no-audit --no-fund --no-update-notifier </dev/null >&2
  mv -T "$new" "$dir" 2>/dev/null || [[ -d $dir ]] # somebody else was faster
fi
echo "$dir/node_modules"
