#!/usr/bin/env bash
# stack_usage.sh COMPILER INCLUDE_DIR
#
# No function of a whole call (whole_call.cpp) has a frame above 4096 bytes, and none grows without a bound. COMPILER
# is g++, which writes down each function's frame and calls; from these comes the deepest chain of a call.
#   - A call through a pointer goes to any function whose address is taken.
#   - Recursion there is in the two parsers only, once deep: the elements of a list (those of this call hold no list;
#     others, as deep as their description says) are read as the response is, and so is a response that is wrapped,
#     once. So a function of a parser that can come back to itself stands twice in a chain. Any other recursion fails.
#   - Functions of the standard library and of the system that are not inlined, as memcpy, are not counted.
set -euo pipefail
export LC_ALL=C
compiler=$1
include=$2
tests=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for level in -O0 -O2 -Os; do
    "$compiler" -std=c++20 "$level" -fno-exceptions -fno-rtti -I "$include" -fcallgraph-info=su -S \
        -o "$work/call.s" "$tests/whole_call.cpp"
    awk -v level="$level" -f "$tests/stack_usage.awk" "$work"/*.ci "$work/call.s"
done
