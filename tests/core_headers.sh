#!/usr/bin/env bash
# core_headers.sh COMPILER INCLUDE_DIR [FLAG...]
#
# The core knows no crypto library and no Boost: its headers compile where neither can be included (each alone in
# .ci/run), and core_only.cpp is built and run there. "There" is a farm of links to the folders in which the compiler
# looks for headers, without openssl and boost. The single header of the core, copied elsewhere, does the same.
set -u
export LC_ALL=C
compiler=$1
include=$2
farms=0
tests=$(cd "$(dirname "$0")" && pwd) || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

fail() {
    printf 'FAILED %s\n' "$1"
    exit 1
}

# (After -nostdinc, clang has no use for a -stdlib until it links.)
flags=(-std=c++20 -nostdinc -I "$include" "@$tests/warnings.txt" -Wno-unused-command-line-argument "${@:3}")
mapfile -t folders < <("$compiler" "${@:3}" -x c++ -E -v - 2>&1 </dev/null |
    sed -n '/^#include <\.\.\.>/,/^End of search list/s/^ //p')
((${#folders[@]} > 0)) || fail "$compiler does not say where it looks for headers"
for folder in "${folders[@]}"; do
    if [[ -e $folder/openssl || -e $folder/boost ]]; then
        farm=$work/include$((++farms))
        mkdir "$farm"
        ln -s "$folder"/* "$farm"
        rm -f "$farm/openssl" "$farm/boost"
        folder=$farm
    fi
    flags+=(-isystem "$folder")
done

compile() { "$compiler" "${flags[@]}" -fsyntax-only -x c++ - <<<"$1"; }

compile '#include <string>' || fail 'the farm has no standard library'
for absent in openssl/sha.h boost/version.hpp; do
    compile "#include <$absent>" 2>"$work/messages" && fail "the farm has $absent"
    grep -q "$absent" "$work/messages" || fail "the farm does not even say that $absent is missing"
done

mapfile -t headers < <("$compiler" "${flags[@]}" -M "$include/slb/core.hpp" "$include/slb/explain.hpp" |
    tr -s ' \\' '\n' | sed -n "s|^$include/||p")
((${#headers[@]} > 10)) || fail "only ${#headers[@]} headers of the core were found"
# Twice: the second time, their guards hold.
compile "$(printf '#include <%s>\n' "${headers[@]}" "${headers[@]}")" || fail 'the headers do not compile'
"$compiler" "${flags[@]}" -o "$work/core_only" "$tests/core_only.cpp" || fail 'core_only.cpp does not compile'
"$work/core_only" || fail 'core_only'
mkdir -p "$work/single/slb"
cp "$tests/../single_include/slb/core.hpp" "$work/single/slb"
"$compiler" "${flags[@]/$include/$work/single}" -o "$work/core_only" "$tests/core_only.cpp" ||
    fail 'core_only.cpp does not compile with the single header'
"$work/core_only" >/dev/null || fail 'core_only with the single header'
printf 'core headers: %d, without OpenSSL and Boost\n' ${#headers[@]}
