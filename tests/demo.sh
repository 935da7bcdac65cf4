#!/usr/bin/env bash
# The main job, for real: two backend servers of a VServer group are replaced through one
# ModifyVServerGroupBackendServers call, over verified TLS on loopback, against the embedded emulator.
# SLB_DEMO_SECRET=wrong shows what a refused signature looks like.
set -euo pipefail
cd "$(dirname "$0")/.."
bash tests/setup.sh run
mkdir -p build
[ -x build/bin/demo ] || echo "building the demo, about half a minute"
{ cmake -S . -B build -G Ninja -DBUILD_TESTING=ON && cmake --build build --target demo; } >build/demo.log 2>&1 ||
    { cat build/demo.log; echo "demo.sh: the build failed" >&2; exit 1; }
exec build/bin/demo
