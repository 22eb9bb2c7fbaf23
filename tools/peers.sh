#!/usr/bin/env bash
# Sees to it that what traffic is measured with is here: wrk, which makes the load, and nginx, the origin and a peer.
set -euo pipefail
missing=()
command -v wrk >/dev/null || missing+=(wrk)
command -v nginx >/dev/null || missing+=(nginx-light)
[ ${#missing[@]} = 0 ] && exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "homeport: make bench needs ${missing[*]}: install them, then run it again." >&2
    exit 1
fi
echo "homeport: installing ${missing[*]} with apt-get, to measure with ..."
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
