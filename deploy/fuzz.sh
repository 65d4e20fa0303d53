#!/usr/bin/env bash
# Runs every fuzz target of the project, one after the other.
#
#   deploy/fuzz.sh GO TIME
set -euo pipefail
go=$1
time=$2
log=$(mktemp)
trap 'rm -f "$log"' EXIT

grep -rn --include='*_test.go' -o '^func Fuzz[A-Za-z0-9_]*' . | sort | while IFS=: read -r file _ func; do
  name=${func#func }
  echo "$go test -run=^\$ -fuzz=^$name\$ -fuzztime=$time ${file%/*}"
  if "$go" test -run='^$' -fuzz="^$name\$" -fuzztime="$time" "${file%/*}" </dev/null >"$log" 2>&1; then
    tail -n 1 "$log"
  # The fuzzer now and then takes its own end for a failure (go.dev/issue/48591). A
  # finding always names the input.
  elif grep -q 'context deadline exceeded' "$log" && ! grep -q 'Failing input' "$log"; then
    echo "ok   $name (ended by its own deadline)"
  else
    cat "$log"
    exit 1
  fi
done
