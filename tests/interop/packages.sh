#!/usr/bin/env bash
# The Debian packages of `make interop`: installs what is missing as root or with sudo, else says what to install.
set -euo pipefail

packages=(apache2-bin libapache2-mod-auth-openidc nginx-light openssl)

command -v dpkg-query >/dev/null || { echo "make interop needs Debian or a relative: ${packages[*]}" >&2; exit 1; }
missing=()
for package in "${packages[@]}"; do
  dpkg-query --show --showformat '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
done
[ ${#missing[@]} = 0 ] && exit 0

if [ "$(id -u)" = 0 ]; then as_root=()
elif sudo -n true 2>/dev/null; then as_root=(sudo)
else echo "missing, install as root: apt-get install ${missing[*]}" >&2; exit 1
fi
echo "==> installing ${missing[*]}"
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
