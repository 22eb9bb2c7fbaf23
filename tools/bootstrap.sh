#!/usr/bin/env bash
# Makes .venv from the locks, once per lock: `tools/bootstrap.sh dev` or `tools/bootstrap.sh bench`.
set -euo pipefail
cd "$(dirname "$0")/.."
what=${1:-dev}
venv=.venv
[ "$what" = bench ] && venv=.venv-bench
lock=requirements/$what.lock
stamp=$venv/.made-from
sum=$(cat "$lock" pyproject.toml | sha256sum)
[ -f "$stamp" ] && [ "$(cat "$stamp")" = "$sum" ] && exit 0

python=${PYTHON:-python3}
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "Homeport needs Python 3.11 or newer; name one with PYTHON=/path/to/python3." >&2
    exit 1
fi
if ! "$python" -c 'import ensurepip' 2>/dev/null; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "installing python3-venv with apt-get ..."
        apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv >/dev/null
    else
        echo "Python's venv module is missing: install python3-venv, then run this again." >&2
        exit 1
    fi
fi
echo "making $venv from $lock ..."
[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock"
[ "$what" = bench ] || "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
echo "$sum" > "$stamp"
