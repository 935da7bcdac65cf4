#!/usr/bin/env bash
# Builds and passes all tests. Sets up what it needs; arguments go to ctest.
set -euo pipefail
cd "$(dirname "$0")/.."
bash tests/setup.sh run
cmake -S . -B build -G Ninja -DBUILD_TESTING=ON >/dev/null
cmake --build build
log=build/ctest.log
ctest --test-dir build --output-on-failure --no-tests=error --parallel 2 "$@" >"$log" && passed=yes || passed=
# What the tests counted, then what ctest says.
grep -hoE '^[a-z][a-z ]+: [0-9].*' build/Testing/Temporary/LastTest.log | grep -v '^exit code' || true
cat "$log"
[ -n "$passed" ]
