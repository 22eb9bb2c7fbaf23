#!/usr/bin/env bash
# Sees to it that a container engine answers, and prints its URL, as DOCKER_HOST wants it.
# One that is already there is used: DOCKER_HOST's, Docker's, Podman's, Docker Desktop's or Colima's. Where none answers,
# Docker is installed and started, and where that may not be, one sentence says so. It also brings a static busybox, of
# which tests and the demo make their images, and nft and ip, by which security groups are enforced.
set -euo pipefail
cd "$(dirname "$0")/.."
log=/var/log/homeport-dockerd.log

say() { echo "homeport: $*" >&2; }
fail() {
    say "$*"
    exit 1
}
find_engine() { .venv/bin/python -m tools.engine 2>/tmp/homeport-engine.$$; }
may_install() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }
install() { # install WHY PACKAGE...
    say "installing ${*:2} with apt-get, $1 ..."
    apt-get update -qq >&2
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${@:2}" >/dev/null
}
is_running() { # is_running PIDFILE NAME: whether the process that wrote the file is still there
    [ -f "$1" ] && [ "$(cat "/proc/$(cat "$1")/comm" 2>/dev/null)" = "$2" ]
}
start_docker() {
    if [ -d /run/systemd/system ]; then
        say "starting Docker: systemctl start docker ..."
        systemctl start docker >&2
        return
    fi
    # An engine that was killed leaves files that name its process, and refuses to start while another has its number.
    is_running /var/run/docker.pid dockerd && return
    rm -f /var/run/docker.pid
    is_running /var/run/docker/containerd/containerd.pid containerd || rm -f /var/run/docker/containerd/containerd.pid
    say "starting dockerd, because no container engine answers (its log: $log) ..."
    setsid dockerd >"$log" 2>&1 </dev/null &
}
trap 'rm -f /tmp/homeport-engine.$$' EXIT

if [ ! -x /bin/busybox ]; then
    may_install || fail "/bin/busybox is missing, of which test images are made: install the package busybox-static."
    install "for test images" busybox-static
fi
missing=()
command -v nft >/dev/null || missing+=(nftables)
command -v ip >/dev/null || missing+=(iproute2)
if [ "${#missing[@]}" -gt 0 ]; then
    why="to enforce security groups"
    { may_install && install "$why" "${missing[@]}"; } ||
        say "security groups will not be enforced: install the package(s) ${missing[*]} as root."
fi
find_engine && exit 0
reason=$(cat /tmp/homeport-engine.$$)
[ -z "${DOCKER_HOST:-}" ] || fail "no container engine answers at DOCKER_HOST ($reason): start it, or unset DOCKER_HOST."
may_install || fail "no container engine answers ($reason): start Docker or Podman, or set DOCKER_HOST."
command -v dockerd >/dev/null || install "because no container engine answers" docker.io iptables
start_docker
for _ in $(seq 120); do
    find_engine && exit 0
    sleep 0.5
done
fail "dockerd was started and does not answer ($(cat /tmp/homeport-engine.$$)): see $log."
