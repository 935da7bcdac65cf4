#!/usr/bin/env bash
# slb.hpp as a file of its own: copied beside one source into an empty folder, it builds with nothing else but
# libcrypto, and runs.
# usage: bare.sh COMPILER
set -euo pipefail
compiler=$1
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp bare.cpp "$work/main.cpp"
cp ../../single_include/slb.hpp "$work"
cd "$work"
"$compiler" -std=c++20 main.cpp -lcrypto
[ "$(./a.out)" = vm-235:8080 ]
