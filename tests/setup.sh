#!/usr/bin/env bash
# Installs what tests/packages.txt lists for the purposes given, as far as it is missing.
# usage: tests/setup.sh PURPOSE...    (the purposes stand in packages.txt)
set -euo pipefail
cd "$(dirname "$0")"
missing=()
while read -r package purpose; do
    case " $* " in *" $purpose "*) ;; *) continue ;; esac
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done < <(sed '/^#/d; /^$/d' packages.txt)
[ ${#missing[@]} -eq 0 ] && exit 0
as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo)
echo "installing: ${missing[*]}"
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -qq -y --no-install-recommends "${missing[@]}" >/dev/null
