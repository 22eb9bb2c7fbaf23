#!/usr/bin/env bash
# Sees to it that a container engine answers, and that there is a static busybox to make images of.
# One that is there is used (DOCKER_HOST, Docker, Podman, Docker Desktop, Colima); else Docker is installed and started.
set -euo pipefail

answers() { # answers SOCKET
    [ -S "$1" ] && curl -fsS -m 5 --unix-socket "$1" http://localhost/_ping >/dev/null 2>&1
}
find_engine() {
    case "${DOCKER_HOST:-}" in
        unix://*) answers "${DOCKER_HOST#unix://}"; return ;;
        ?*) curl -fsS -m 5 "${DOCKER_HOST/tcp:/http:}/_ping" >/dev/null 2>&1; return ;;
    esac
    for socket in /var/run/docker.sock "${XDG_RUNTIME_DIR:-/nonexistent}/docker.sock" \
        /run/podman/podman.sock "${XDG_RUNTIME_DIR:-/nonexistent}/podman/podman.sock" \
        "$HOME/.docker/run/docker.sock" "$HOME/.colima/default/docker.sock"; do
        answers "$socket" && return 0
    done
    return 1
}
may_install() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }
install() { # install PACKAGE...
    echo "installing $* with apt-get ..."
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@" >/dev/null
}

missing=()
command -v curl >/dev/null || missing+=(curl)
[ -x /bin/busybox ] || missing+=(busybox-static)
if [ ${#missing[@]} -gt 0 ]; then
    if may_install; then install "${missing[@]}"; else
        echo "needed and not there: ${missing[*]}. Install them, or run this as root on Debian." >&2
        exit 1
    fi
fi
find_engine && exit 0
if [ -n "${DOCKER_HOST:-}" ]; then
    echo "no container engine answers at DOCKER_HOST=$DOCKER_HOST: start it, or unset DOCKER_HOST." >&2
    exit 1
fi
if ! may_install; then
    echo "no container engine answers: start Docker or Podman (or set DOCKER_HOST), or run this as root on Debian." >&2
    exit 1
fi
command -v dockerd >/dev/null || install docker.io
if ! pgrep -x dockerd >/dev/null; then
    echo "starting dockerd (its log: /var/log/homeport-dockerd.log) ..."
    (service docker start >/dev/null 2>&1) || true
    pgrep -x dockerd >/dev/null || setsid nohup dockerd >/var/log/homeport-dockerd.log 2>&1 < /dev/null &
fi
for _ in $(seq 60); do
    find_engine && exit 0
    sleep 0.5
done
echo "dockerd was started and does not answer: see /var/log/homeport-dockerd.log." >&2
exit 1
