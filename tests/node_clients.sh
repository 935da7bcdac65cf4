#!/usr/bin/env bash
# Runs the vendor's Node clients against the emulator, and beside them the program of
# node_clients/operations.cpp, which makes the same calls with this library. The clients are installed into
# WORK_DIR, when it lacks them.
# usage: node_clients.sh EMULATOR OPERATIONS WORK_DIR
# Without npm or its registry it is skipped (exit code 77), unless SLB_SKIP_NOTHING is set: then it fails.
set -euo pipefail
emulator=$(realpath "$1")
operations=$(realpath "$2")
source=$(cd "$(dirname "$0")/node_clients" && pwd)
skip() {
    [ -z "${SLB_SKIP_NOTHING:-}" ] || { echo "FAILED $1"; exit 1; }
    echo "skipped: $1"
    exit 77
}
command -v npm >/dev/null || skip "there is no npm: bash tests/setup.sh node"
mkdir -p "$3"
cd "$3"
installed=node_modules/.installed
if ! cmp -s "$source/package.json" $installed; then
    rm -rf node_modules package-lock.json
    cp "$source/package.json" .
    timeout 600 npm install --cache "$PWD/cache" --no-package-lock --no-audit --no-fund --no-update-notifier \
        --ignore-scripts --fetch-retries=3 --fetch-retry-mintimeout=1000 --fetch-retry-maxtimeout=5000 ||
        skip "the clients cannot be installed from the npm registry"
    cp package.json $installed
fi
cp "$source"/*.js .
# Without the variables that clients look at: proxies, credentials, certificates to trust. The bound is there
# to end what hangs.
timeout 900 env -i PATH="$PATH" TMPDIR="${TMPDIR:-/tmp}" node run.js "$emulator" "$operations"
