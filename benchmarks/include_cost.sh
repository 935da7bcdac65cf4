#!/usr/bin/env bash
# What does a file pay for including a header? Seconds of user time that a compiler takes to check a file of
# one include, the least of some tries, in lines of the table of slb_benchmarks.
# usage: include_cost.sh [TRIES]    (3 if not given)
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")/.."
tries=${1:-3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
TIMEFORMAT=%U

# seconds COMPILER LINE: how long a file with this content takes.
seconds() {
    printf '%s\n' "$2" >"$work/file.cpp"
    for _ in $(seq "$tries"); do
        { time "$1" -std=c++20 -O2 -fsyntax-only -I include "$work/file.cpp" 2>"$work/messages"; } 2>>"$work/times" ||
            { cat "$work/messages" >&2; return 1; }
    done
    sort -n "$work/times" | head -1
    rm "$work/times"
}
# row COMPILER HEADER WHAT CONTENT: the header beside other content.
row() {
    local ours that
    ours=$(seconds "$1" "#include <$2>")
    that=$(seconds "$1" "$4")
    awk -v ours="$ours" -v that="$that" -v header="$2" -v what="$3, $1" 'BEGIN {
        ratio = that >= 0.05 ? sprintf("%.2f", ours / that) : "-"
        printf "include\t%s\t%.2f s\t\t%s\t%.2f s\t\t%s\t\n", header, ours, what, that, ratio
    }'
}
for compiler in g++ clang++; do
    command -v "$compiler" >/dev/null || { echo "$compiler is not there and left out" >&2; continue; }
    for header in slb/core.hpp slb.hpp slb/beast.hpp; do row "$compiler" $header "an empty file" ""; done
    row "$compiler" slb/beast.hpp "the Boost headers it includes" "$(grep '^#include <boost/' include/slb/beast.hpp)"
done
