#!/usr/bin/env bash
# explain_source.sh COMPILER INCLUDE_DIR [FLAG...]
#
# The C++ that slb::explain prints of a request makes that request: explain_source.cpp prints what it shows, and
# built with what it printed in place of its requests, it prints the same.
set -euo pipefail
tests=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
build() {
    "$1" -std=c++20 -fno-exceptions -fno-rtti -I "$2" "@$tests/warnings.txt" "${@:3}" -o "$work/program" \
        "$tests/explain_source.cpp"
}

build "$@"
"$work/program" >"$work/first"
build "$@" "-DEXPLAINED=\"$work/first\""
"$work/program" >"$work/second"
cmp "$work/first" "$work/second" || { diff "$work/first" "$work/second"; exit 1; }
requests=$(grep -c '^show(' "$work/first")
((requests > 10)) || { echo "FAILED only $requests requests were shown"; exit 1; }
echo "the C++ of $requests requests makes them"
