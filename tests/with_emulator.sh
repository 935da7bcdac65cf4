#!/usr/bin/env bash
# Runs a program against an emulator of its own and shows its exit code.
# usage: with_emulator.sh EMULATOR [OPTION...] -- PROGRAM [ARGUMENT...]
# In the arguments, {port} and {ca} stand for the emulator's port and the file of its CA.
set -uo pipefail
emulator=()
while [ $# -gt 0 ] && [ "$1" != -- ]; do emulator+=("$1"); shift; done
shift
log=$(mktemp -d)
"${emulator[@]}" --port 0 >"$log/out" 2>"$log/err" &
id=$!
trap 'kill "$id" 2>/dev/null; wait "$id" 2>/dev/null; rm -rf "$log"' EXIT
for _ in $(seq 100); do
    grep -q '^listening on https' "$log/out" && grep -q '^ca ' "$log/out" && break
    grep -q '^listening on http:' "$log/out" && break
    kill -0 "$id" 2>/dev/null || { cat "$log/err" >&2; exit 1; }
    sleep 0.1
done
port=$(sed -n 's/^listening on .*:\([0-9]*\)$/\1/p' "$log/out")
ca=$(sed -n 's/^ca //p' "$log/out")
arguments=("$@")
arguments=("${arguments[@]//\{port\}/$port}")
arguments=("${arguments[@]//\{ca\}/$ca}")
timeout 60 "${arguments[@]}"
code=$?
cat "$log/err"
echo "exit code: $code"
exit "$code"
