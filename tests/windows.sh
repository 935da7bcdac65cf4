#!/usr/bin/env bash
# windows.sh COMPILER INCLUDE_DIR
#
# The core is portable: MinGW's COMPILER for Windows takes every header of it, and host.hpp (its clocks and randomness;
# its sockets are for Unix), alone and behind <windows.h> with all its macros. Programs of whole calls are linked; they
# are not run.
set -euo pipefail
export LC_ALL=C
compiler=$1
include=$2
tests=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
flags=(-std=c++20 -I "$include" "@$tests/warnings.txt")

mapfile -t headers < <("$compiler" "${flags[@]}" -M "$include/slb/core.hpp" |
    tr -s ' \\' '\n' | sed -n "s|^$include/||p")
headers+=(slb/host.hpp slb/pmr.hpp slb/explain.hpp)
[ ${#headers[@]} -gt 10 ] || { echo "FAILED only ${#headers[@]} headers of the core were found"; exit 1; }
for header in "${headers[@]}"; do
    "$compiler" "${flags[@]}" -fsyntax-only -x c++ - <<<"#include <$header>"
done
"$compiler" "${flags[@]}" -fsyntax-only -x c++ - < <(
    printf '#include <windows.h>\n'
    for macro in ERROR IN DELETE near interface; do printf '#ifndef %s\n#error "no %s"\n#endif\n' $macro $macro; done
    printf '#include <%s>\n' "${headers[@]}"
)
for program in core_only whole_call; do
    "$compiler" "${flags[@]}" -include windows.h -fno-exceptions -fno-rtti -static -o "$work/$program.exe" \
        "$tests/$program.cpp"
    [ "$(head -c 2 "$work/$program.exe")" = MZ ] || { echo "FAILED $program.exe is no program for Windows"; exit 1; }
done
echo "windows headers: ${#headers[@]}, alone and behind windows.h; 2 programs link"
