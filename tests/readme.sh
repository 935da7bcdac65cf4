#!/usr/bin/env bash
# Every C++ block of the README is the file, or the part of a file between two lines `// [readme]`, that the
# comment above it names; the tests build and run those files. Its tables are what README_TABLES, the program, prints.
#
#   readme.sh README_TABLES
set -euo pipefail
readme_tables=$1
cd "$(dirname "$0")/.."
for table in operations repetitions retries; do
    diff <("$readme_tables" $table) <(awk "/^\$/ { on = 0 } on; /^<!-- $table -->\$/ { on = 1 }" README.md) ||
        { echo "README.md: the table of $table (right) is not that of the code (left)"; exit 1; }
done
blocks=0
source=
inside=0
block=
while IFS= read -r line; do
    if [[ $inside == 1 && $line == '```' ]]; then
        inside=0
        blocks=$((blocks + 1))
        expected=$(cat "$source")
        if grep -q '// \[readme\]' "$source"; then
            expected=$(awk '/\/\/ \[readme\]/ { on = !on; next } on' "$source")
            # The part loses the indentation of its first line.
            indent=${expected%%[![:space:]]*}
            expected=$(sed "s/^$indent//" <<<"$expected")
        fi
        if [[ ${block%$'\n'} != "$expected" ]]; then
            echo "README.md: the block of $source differs from it:"
            diff <(echo "$expected") <(echo "${block%$'\n'}") || true
            exit 1
        fi
        name=$(basename "$source" .cpp)
        grep -Eq " $name\.cpp|slb_loop_example\($name[ )]" tests/examples/CMakeLists.txt ||
            { echo "$source is not built"; exit 1; }
        source=
    elif [[ $inside == 1 ]]; then
        block+=$line$'\n'
    elif [[ $line =~ ^'<!-- '(tests/examples/[a-z_]+\.cpp)' -->'$ ]]; then
        source=${BASH_REMATCH[1]}
    elif [[ $line == '```cpp' ]]; then
        [[ -n $source ]] || { echo "README.md: a C++ block names no file"; exit 1; }
        inside=1
        block=
    fi
done <README.md
[ "$blocks" -ge 5 ] || { echo "README.md: only $blocks C++ blocks were found"; exit 1; }
echo "$blocks blocks of the README are the files they name"
