#!/usr/bin/env bash
# Builds the fuzz targets with libFuzzer and the sanitizers and runs each of them, two at a time. They begin
# with the seeds; an input that breaks a property is shown, so that it can become one.
# usage: tests/fuzz.sh SECONDS
set -euo pipefail
export seconds=$1
cd "$(dirname "$0")/.."
export out=build-fuzz
mkdir -p "$out"

fuzz() {
    local target=$1 log=$out/$1.log corpus=$out/$1.corpus found=$out/$1.found
    rm -rf "$corpus" "$found"
    mkdir -p "$found"
    cp -r "tests/fuzz/seeds/$target" "$corpus"
    clang++ -std=c++20 -O1 -g1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all -Iinclude \
        -DSLB_TEST_DIR="\"$PWD/tests\"" "tests/fuzz/$target.cpp" -lboost_json -lcrypto -lexpat -o "$out/$target"
    if "$out/$target" -max_total_time="$seconds" -max_len=1024 -timeout=10 -rss_limit_mb=1500 \
        -dict="tests/fuzz/$target.dict" -artifact_prefix="$found/" -print_final_stats=1 "$corpus" >"$log" 2>&1; then
        echo "fuzz ${target//_/ }: $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") executions"
        return
    fi
    grep -vE '^#|# Uses|^INFO|NEW_FUNC' "$log" || true
    for input in "$found"/*; do
        [ -e "$input" ] || { echo "fuzz ${target//_/ }: failed, and left no input"; break; }
        echo "fuzz ${target//_/ }: failed on this input, in base64"
        base64 "$input"
    done
    return 1
}
export -f fuzz
printf '%s\n' json_response json_value xml_response http_framing request_decoder |
    xargs -P 2 -I{} bash -euo pipefail -c 'fuzz {}'
