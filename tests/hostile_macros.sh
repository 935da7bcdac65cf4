#!/usr/bin/env bash
# hostile_macros.sh COMPILER INCLUDE_DIR [FLAG...]
#
# Every header of the library compiles behind the macros of engines, toolkits and system headers. These are found
# as an engine's are, by -I, in hostile/engine_macros.hpp. What the library includes of others stands before them:
# neither Boost nor every standard library bears such macros.
set -euo pipefail
export LC_ALL=C
compiler=$1
include=$2
tests=$(cd "$(dirname "$0")" && pwd)
hostile=$tests/hostile
flags=(-std=c++20 -fsyntax-only -I "$include" -I "$hostile" "@$tests/warnings.txt" "${@:3}")

mapfile -t ours < <(cd "$include" && find . -name '*.hpp' | sed 's|^\./||' | sort)
mapfile -t others < <(grep -rhoE '^ *# *include <[^>]+>' "$include" | sed 's/.*<//; s/>//' |
    grep -vxF "$(printf '%s\n' "${ours[@]}")" | sort -u)
mapfile -t macros < <(sed -n 's/^#define \([A-Za-z0-9_]*\).*/\1/p' "$hostile/engine_macros.hpp")
need() { [ "$1" -gt 30 ] || { echo "FAILED only $1 $2 were found"; exit 1; }; }
need ${#ours[@]} "headers of the library"
need ${#others[@]} "headers of others"
need ${#macros[@]} "macros"

# Those of another operating system are not there.
code=$(printf '#if __has_include(<%s>)\n#include <%s>\n#endif\n' $(printf '%s\n' "${others[@]}" | sed 'p')
    printf '#include <engine_macros.hpp>\n'
    printf '#include <%s>\n' "${ours[@]}"
    printf '#ifndef %s\n#error "%s is gone"\n#endif\n' $(printf '%s\n' "${macros[@]}" | sed 'p'))
"$compiler" "${flags[@]}" -x c++ - <<<"$code"
# And a name that the library uses would be seen.
if "$compiler" "${flags[@]}" -x c++ - <<<$'#include <engine_macros.hpp>\nint slots = 0;' 2>/dev/null; then
    echo 'FAILED the macros are not hostile'
    exit 1
fi
echo "hostile macros: ${#macros[@]}, before ${#ours[@]} headers"
