#!/usr/bin/env bash
# Sees to it that what is measured with and beside is here: wrk and dnsperf, which make the load; nginx, the origin and a
# peer; dnsmasq, a peer for names; nft, with which ours and the bare loop have rules enforced.
set -euo pipefail
PATH=$PATH:/usr/sbin:/sbin
missing=()
need() { command -v "$1" >/dev/null || missing+=("$2"); }
need wrk wrk
need nginx nginx-light
need dnsperf dnsperf
need dnsmasq dnsmasq-base
need nft nftables
need ip iproute2
[ ${#missing[@]} = 0 ] && exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "homeport: make bench needs ${missing[*]}: install them, then run it again." >&2
    exit 1
fi
echo "homeport: installing ${missing[*]} with apt-get, to measure with ..."
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
