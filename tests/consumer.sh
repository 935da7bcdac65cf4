#!/usr/bin/env bash
# The library as others get it: installed from a configuration with neither tests nor Boost, moved elsewhere, and
# found by CMake and pkg-config; as a subdirectory of a project; and as one copied file. Each consumer is built and run.
# usage: consumer.sh COMPILER CMAKE WORK
set -euo pipefail
export LC_ALL=C
compiler=$1
cmake=$2
work=$3
source=$(cd "$(dirname "$0")/.." && pwd)
consumers=$source/tests/consumer
version=$(sed -n 's/.* version = "\(.*\)";/\1/p' "$source/include/slb/version.hpp")
rm -rf "$work"
mkdir -p "$work"
cd "$work"

fail() {
    echo "consumer: $*"
    exit 1
}
# quietly COMMAND...: its output is shown when it fails.
quietly() { "$@" >log 2>&1 || { cat log; fail "$*"; }; }
configure() { quietly "$cmake" -G Ninja -DCMAKE_CXX_COMPILER="$compiler" "$@"; }
says() { [ "$("$2")" = "$1" ] || fail "$2 does not say: $1"; }

configure -S "$source" -B packager -DBUILD_TESTING=OFF -DCMAKE_DISABLE_FIND_PACKAGE_Boost=ON
quietly "$cmake" --install packager --prefix "$work/installed"
! grep -rnF -e "$source" -e "$work" installed || fail "what is installed names this machine's folders"
diff <(cd "$source/include" && find . -type f | sort) <(cd installed/include && find . -type f | sort) ||
    fail "the installed headers are not those of include/"
mv installed moved

configure -S "$consumers/find_package" -B found -DCMAKE_PREFIX_PATH="$work/moved"
quietly "$cmake" --build found
says "core of slb $version" found/core
says "emulated: rsp-1" found/emulated

# refused ARGUMENTS TEXT [OPTION]: find_package with these arguments ends with this text.
refused() {
    ! "$cmake" -DCMAKE_PREFIX_PATH="$work/moved" -DARGUMENTS="$1" "${@:3}" -P "$consumers/find.cmake" >log 2>&1 ||
        fail "find_package(slb $1) succeeds"
    tr -s '[:space:]' ' ' <log | grep -qF -- "$2" || { cat log; fail "find_package(slb $1) does not say: $2"; }
}
for other in 9.0 1.0 0.2 0.0; do
    refused "$other" "compatible with requested version \"$other\""
    refused "$other" "slbConfig.cmake, version: $version"
done
refused "0.1;COMPONENTS;http3" "The component http3 of slb is unknown, there are tls, beast, json and emulator."
refused "0.1;COMPONENTS;beast" "beast of slb needs Boost 1.81 or later, which was not found." \
    -DCMAKE_DISABLE_FIND_PACKAGE_Boost=ON
for component in json emulator; do
    refused "0.1;COMPONENTS;$component" \
        "$component of slb needs Boost 1.81 or later with Boost.JSON, which was not found." \
        -DCMAKE_DISABLE_FIND_PACKAGE_Boost=ON
done

configure -S "$consumers/add_subdirectory" -B added -DSLB_SOURCE_DIR="$source"
quietly "$cmake" --build added
says "core of slb $version" added/core
says "emulated: rsp-1" added/emulated
quietly "$cmake" --install added --prefix "$work/consumer"
[ ! -e consumer ] || fail "a subdirectory installs without being asked"

export PKG_CONFIG_PATH=$work/moved/share/pkgconfig
[ "$(pkg-config --modversion slb)" = "$version" ] || fail "pkg-config has another version"
read -ra flags <<<"$(pkg-config --cflags --libs slb)"
quietly "$compiler" -std=c++20 "$consumers/core.cpp" "${flags[@]}" -o packaged
says "core of slb $version" ./packaged

mkdir copied
cp "$consumers/core.cpp" "$source/single_include/slb.hpp" copied
cd copied
quietly "$compiler" -std=c++20 core.cpp -lcrypto
says "core of slb $version" ./a.out
