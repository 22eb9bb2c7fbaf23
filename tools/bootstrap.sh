#!/usr/bin/env bash
# Makes .venv from the locks, once per lock: `tools/bootstrap.sh dev`, or `bench` for .venv-bench with moto and ministack.
# Nothing is installed whose hash the lock does not hold. A second run costs a few milliseconds.
set -euo pipefail
cd "$(dirname "$0")/.."
what=${1:-dev}
venv=.venv
[ "$what" = bench ] && venv=.venv-bench
lock=requirements/$what.lock
stamp=$venv/.made-from
wanted=$(cat "$lock" pyproject.toml | sha256sum)
[ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ] && exit 0

fail() {
    echo "homeport: $*" >&2
    exit 1
}
is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

python=
for candidate in ${PYTHON:-python3 python3.11 python3.12 python3.13}; do
    if is_new_enough "$candidate"; then
        python=$candidate
        break
    fi
done
[ -n "$python" ] || fail "Python 3.11 or newer is needed; name one with PYTHON=/path/to/python3."
if ! "$python" -c 'import ensurepip' 2>/dev/null; then
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null ||
        fail "Python's venv module is missing: install the package python3-venv, then run this again."
    echo "homeport: installing python3-venv with apt-get, to make $venv ..."
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-venv >/dev/null
fi

echo "homeport: making $venv from $lock ..."
"$venv/bin/python" -c '' 2>/dev/null || "$python" -m venv --clear "$venv"
pip() { "$venv/bin/python" -m pip --quiet --disable-pip-version-check install "$@"; }
if [ "$what" = bench ]; then
    pip --require-hashes -r "$lock" # moto needs one package that comes as source only
else
    pip --require-hashes --only-binary :all: -r "$lock"
    pip --no-deps --no-index --no-build-isolation --editable .
fi
echo "$wanted" >"$stamp"
