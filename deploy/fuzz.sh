#!/usr/bin/env bash
# Runs fuzz targets one after the other: those that are named, or every one of the project.
#
#   deploy/fuzz.sh GO TIME [TARGET...]
set -euo pipefail
go=$1
time=$2
shift 2
wanted=("$@")

# is_wanted TARGET
is_wanted() {
  [[ ${#wanted[@]} == 0 || " ${wanted[*]} " == *" $1 "* ]]
}

log=$(mktemp)
trap 'rm -f "$log"' EXIT

ran=0
while IFS=: read -r file _ func; do
  name=${func#func }
  is_wanted "$name" || continue
  ran=$((ran + 1))
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
done < <(grep -rn --include='*_test.go' -o '^func Fuzz[A-Za-z0-9_]*' . | sort)
if [[ ${#wanted[@]} != 0 && $ran != "${#wanted[@]}" ]]; then
  echo "Of ${wanted[*]} only $ran are fuzz targets." >&2
  exit 1
fi
