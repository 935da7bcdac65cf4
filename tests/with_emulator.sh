#!/usr/bin/env bash
# Runs a program against an emulator of its own, which has to end well, and shows its exit code.
# usage: with_emulator.sh EMULATOR [OPTION...] -- PROGRAM [ARGUMENT...]
# In the arguments, {port} and {ca} stand for the emulator's port and the file of its CA.
set -uo pipefail
emulator=()
while [ $# -gt 0 ] && [ "$1" != -- ]; do emulator+=("$1"); shift; done
shift
log=$(mktemp -d)
"${emulator[@]}" --port 0 >"$log/out" 2>"$log/err" &
id=$!
trap 'kill "$id" 2>/dev/null; rm -rf "$log"' EXIT
# The tests look for the line with the exit code, so a failure leaves it out.
fail() {
    cat "$log/err"
    echo "FAILED $1"
    exit 1
}
listening() {
    grep -q '^listening on http:' "$log/out" ||
        { grep -q '^listening on https:' "$log/out" && grep -q '^ca ' "$log/out"; }
}
tries=0
until listening; do
    kill -0 "$id" 2>/dev/null || fail "the emulator ended before it listened"
    [ $((++tries)) -lt 600 ] || fail "the emulator does not listen after a minute"
    sleep 0.1
done
port=$(sed -n 's/^listening on .*:\([0-9]*\)$/\1/p' "$log/out")
ca=$(sed -n 's/^ca //p' "$log/out")
arguments=("$@")
arguments=("${arguments[@]//\{port\}/$port}")
arguments=("${arguments[@]//\{ca\}/$ca}")
timeout 60 "${arguments[@]}"
code=$?
# A sanitizer reports at the emulator's end.
kill "$id"
wait "$id"
ended=$?
[ "$ended" -eq 0 ] || fail "the emulator ended with $ended"
cat "$log/err"
echo "exit code: $code"
exit "$code"
