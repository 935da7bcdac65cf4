#!/usr/bin/env bash
# Each single header is, for the compiler, the header of include/ that it stands for, reads no other file of the
# library, and belongs to a header that the README lists.
# usage: single_headers_same_text.sh COMPILER
set -euo pipefail
compiler=$1
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
preprocessed() {
    "$compiler" -std=c++20 -I "$1" -E -P "$1/$2" | tr -s '[:space:]' '\n' >"$work/$1"
}
mapfile -t headers < <(cd single_include && find . -name '*.hpp' -printf '%P\n' | sort)
diff <(printf '%s\n' "${headers[@]}") <(grep -o '^| `slb[^|]*' README.md | grep -o 'slb[a-z_/]*\.hpp' | sort)
for header in "${headers[@]}"; do
    preprocessed include "$header"
    preprocessed single_include "$header"
    cmp -s "$work/include" "$work/single_include" ||
        { echo "single_include/$header is not what include/$header is"; exit 1; }
    if grep -n '#[[:space:]]*include[[:space:]]*[<"]slb' "single_include/$header"; then
        echo "single_include/$header includes another header of the library"
        exit 1
    fi
done
echo "single headers: ${#headers[@]}, the same to the compiler as those of include/"
