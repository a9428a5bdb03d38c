#!/bin/sh
# Plans, and applies exactly that plan if it deletes and replaces nothing. Needs jq; CLI=tofu runs OpenTofu.
#
# Exit codes: 0 all is well; 1 an error; 3 a person has to look, because the plan deletes something and was not applied,
# or because a check fails.
set -eu

cli=${CLI:-terraform}
umask 077 # plan files hold secrets
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT

code=0
"$cli" plan -input=false -lock-timeout=10m -detailed-exitcode -out="$directory/plan" || code=$?
case $code in
  0 | 2) ;; # nothing to do; changes
  *) exit 1 ;;
esac
"$cli" show -json "$directory/plan" >"$directory/plan.json"

deleted=$(jq -r '.resource_changes[]? | select(.change.actions | index("delete")) | .address' "$directory/plan.json")
if [ -n "$deleted" ]; then
  printf 'Not applied, because it would delete or replace:\n%s\n' "$deleted" >&2
  exit 3
fi
if [ "$code" = 2 ]; then
  "$cli" apply -input=false "$directory/plan" || exit 1
fi

failed=$(jq -r '.checks[]? | select(.status == "fail") | .instances[]?.problems[]?.message' "$directory/plan.json")
if [ -n "$failed" ]; then
  printf 'A check fails:\n%s\n' "$failed" >&2
  exit 3
fi
