#!/usr/bin/env bash
# compile_fail.sh COMPILER INCLUDE_DIR [FLAG...]
#
# Each file below compile_fail/ must not compile, for the reason in its first line, `// expect: TEXT`: TEXT must
# stand in a line of the compiler's that is an error or a note. Its twin, in which the token of the second line,
# `// twin: TOKEN -> REPLACEMENT`, is replaced, must compile without a warning. Every rule of rules.hpp and every
# sentence that the compiler says about descriptions has its file. Every operation of operations.hpp has one too: a
# request of it that breaks a rule.
set -u
export LC_ALL=C
compiler=$1
include=$2
tests=$(cd "$(dirname "$0")" && pwd) || exit 1
cases=$tests/compile_fail
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

flags=(-std=c++20 -I "$include" "@$tests/warnings.txt" "${@:3}")
# Echoed source would hold the text as well.
if grep -q clang <<<"$("$compiler" --version)"; then
    flags+=(-fno-caret-diagnostics)
    # What the cases include is compiled once. (GCC would forget what it was told of warnings there.)
    cat "$cases"/*.cpp "$cases"/*/*.cpp | grep '^#include' | sort -u >"$work/all.hpp"
    "$compiler" "${flags[@]}" -x c++-header -o "$work/all.pch" "$work/all.hpp" || exit 1
    flags+=(-include-pch "$work/all.pch")
else
    flags+=(-fdiagnostics-plain-output)
fi

fail() {
    printf 'FAILED %s: %s\n' "$1" "$2"
    return 1
}

# From standard input: the name of a file, which is that of its rule, would otherwise stand in every error.
compile() { "$compiler" "${flags[@]}" -fsyntax-only -x c++ - 2>&1 <<<"$1"; }

check() {
    local file=$1 name=${1#"$cases"/} expected change token code twin='' line messages
    expected=$(sed -n '1s|^// expect: ||p' "$file")
    change=$(sed -n '2s|^// twin: ||p' "$file")
    token=${change%% -> *}
    [[ -n $expected && -n $token && $change == *' -> '* ]] ||
        { fail "$name" 'the first two lines must be "// expect: ..." and "// twin: ... -> ..."'; return; }
    code=$(<"$file")

    messages=$(compile "$code") && { fail "$name" 'compiles'; return; }
    grep -E '(error|note): ' <<<"$messages" | grep -qwF -- "$expected" ||
        { fail "$name" "no error or note says \"$expected\", but:"$'\n'"$messages"; return; }

    while IFS= read -r line; do
        [[ $line =~ ^[[:space:]]*// ]] || line=${line//"$token"/"${change#* -> }"}
        twin+=$line$'\n'
    done <<<"$code"
    [[ $twin != "$code"$'\n' ]] || { fail "$name" "\"$token\" stands nowhere in the code"; return; }
    messages=$(compile "$twin") ||
        { fail "$name" "the twin does not compile:"$'\n'"$messages"; return; }
    [[ -z $messages ]] || { fail "$name" "the twin compiles with a warning:"$'\n'"$messages"; return; }
}

failures=0
# need FOLDER NAME...: each name has its case, which expects that name.
need() {
    local folder=$1 name
    shift
    for name; do
        grep -qxF "// expect: $name" "$folder/$name.cpp" 2>/dev/null ||
            { fail "$name.cpp" 'is missing, or expects another text'; ((++failures)); }
    done
}
mapfile -t rules < <(sed -n 's/^\[\[noreturn\]\] inline void \([a-z0-9_]*\)().*/\1/p' "$include/slb/rules.hpp")
mapfile -t sentences < <(grep -oh '"an\{0,1\}_[a-z_]*"' "$include"/slb/{describe,query,http_call}.hpp | sed 's/"//g')
((${#rules[@]} > 0 && ${#sentences[@]} > 0)) || { fail "$include" 'no rules or sentences found'; exit 1; }
need "$cases" "${rules[@]}"
need "$cases/descriptions" "${sentences[@]}"
mapfile -t operations < <(sed -n 's|^#include <slb/operations/\(.*\)\.hpp>$|\1|p' "$include/slb/operations.hpp")
((${#operations[@]} > 0)) || { fail "$include" 'no operations found'; exit 1; }
for name in "${operations[@]}"; do
    [[ " ${rules[*]} " == *" $(sed -n '1s|^// expect: ||p' "$cases/operations/$name.cpp" 2>/dev/null) "* ]] ||
        { fail "operations/$name.cpp" 'is missing, or expects what is no rule'; ((++failures)); }
done

rule_cases=("$cases"/*.cpp)
description_cases=("$cases"/descriptions/*.cpp)
dangling_cases=("$cases"/dangling/*.cpp)
operation_cases=("$cases"/operations/*.cpp)
for file in "${rule_cases[@]##*/}"; do
    [[ " ${rules[*]} " == *" ${file%.cpp} "* ]] || { fail "$file" 'is no rule of rules.hpp'; ((++failures)); }
done

running=0
for file in "${rule_cases[@]}" "${description_cases[@]}" "${dangling_cases[@]}" \
    "${operation_cases[@]}"; do
    if ((running == 2)); then
        wait -n || ((++failures))
        ((--running))
    fi
    check "$file" &
    ((++running))
done
for ((; running > 0; --running)); do wait -n || ((++failures)); done

printf 'rules: %d cases, descriptions: %d cases, dangling: %d cases, operations: %d cases\n' \
    ${#rule_cases[@]} ${#description_cases[@]} ${#dangling_cases[@]} ${#operation_cases[@]}
((failures == 0)) || { printf '%d failed\n' "$failures"; exit 1; }
