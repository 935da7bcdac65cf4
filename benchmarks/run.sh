#!/usr/bin/env bash
# Builds and runs all benchmarks and prints one table: ours beside a rival or a floor, which nothing can beat.
# Fails when a result is wrong; a target that is missed is only marked. Other arguments go to Google Benchmark.
# usage: benchmarks/run.sh [--quick] [OPTION...]    (--quick: checks the results; its times mean nothing)
set -euo pipefail
cd "$(dirname "$0")/.."
bash tests/setup.sh run bench
folder=build-benchmarks
configuration=()
tries=3
columns=9
options=()
if [ "${1:-}" = --quick ]; then
    shift
    folder=build-benchmarks-quick
    configuration=(-DCMAKE_CXX_FLAGS=-O0) # optimising takes twice as long
    tries=1
    columns=8 # no target is met or missed
    options=(--benchmark_repetitions=1 --benchmark_min_time=0.0001)
fi
cmake -S benchmarks -B $folder -G Ninja "${configuration[@]}" >/dev/null
cmake --build $folder
{
    $folder/slb_benchmarks "${options[@]}" "$@"
    bash benchmarks/include_cost.sh "$tries"
} | awk -F '\t' -v columns="$columns" '
    BEGIN { split("-14 -26 9 6 -37 9 6 6 0", width, " ") }
    NF < 9 { print; next }
    {
        for (i = 1; i <= columns; ++i) printf "%*s%s", width[i], $i, i < columns ? "  " : "\n"
    }'
[ "$tries" -gt 1 ] || echo "quick: the results were checked, the times mean nothing"
