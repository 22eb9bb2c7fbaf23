"""The rules for browsers and for bystanders, checked before anything else is read of a request.

A page on the internet can make a browser send requests to this machine, under a name of its own choice (DNS
rebinding) or from another origin. AWS's SDKs send neither a foreign Host nor an Origin, so both are refused, also
in `--no-auth` mode. Signatures are not checked here.
"""

from collections.abc import Iterable

from homeport.plan.addresses import ENDPOINT
from homeport.wire.errors import WireError
from homeport.wire.http import HttpRequest

ALWAYS_ALLOWED = ("localhost", "127.0.0.1", "[::1]", ENDPOINT)
"""The last is how tasks reach us, by a door in their network namespace; no name on the internet can lead there."""
HOST_PREFIXES = ("data-", "stream-")
"""What SDKs put before the host for DiscoverInstances and StartLiveTail."""
HOSTS_REMEMBERED = 256
CONTENT_TYPES = (b"application/x-amz-json-1.", b"application/x-www-form-urlencoded", b"application/cbor")


class Edge:
    """Which hosts are ours; remembers those that were found to be."""

    def __init__(self, allowed_hosts: Iterable[str] = ()) -> None:
        self._allowed = frozenset(host.lower() for host in (*ALWAYS_ALLOWED, *allowed_hosts))
        self._known: set[bytes] = set()

    def check(self, request: HttpRequest) -> None:
        """WireError when a browser's page, or nobody we know, seems to have sent it."""
        headers = dict(request.headers)
        self.check_host(headers.get(b"host"))
        if b"origin" in headers or b"sec-fetch-site" in headers:
            self._check_browser(headers)
        if b"content-encoding" in headers:
            raise WireError("InvalidRequestException", "Homeport does not accept a Content-Encoding.", 415)
        if request.method != "POST":
            raise WireError("InvalidRequestException", "AWS's APIs are called with POST.", 405)
        if not headers.get(b"content-type", b"").startswith(CONTENT_TYPES):
            raise WireError("InvalidRequestException", "The Content-Type is none of AWS's protocols.", 415)

    def check_host(self, host: bytes | None) -> None:
        """WireError 421 for a host that is not ours."""
        if host in self._known:
            return
        if host is None or not self._is_ours(host):
            message = "This host is not served here. The operator can allow it with `homeport up --allowed-host NAME`."
            raise WireError("MisdirectedRequest", message, 421)
        if len(self._known) < HOSTS_REMEMBERED:
            self._known.add(host)

    def _check_browser(self, headers: dict[bytes, bytes]) -> None:
        if b"origin" in headers:
            raise WireError("AccessDeniedException", "Requests of web pages are refused.", 403)
        if headers[b"sec-fetch-site"] in (b"cross-site", b"same-site"):
            raise WireError("AccessDeniedException", "Requests of other sites are refused.", 403)

    def _is_ours(self, host: bytes) -> bool:
        name, _, port = host.decode("latin-1").lower().rpartition(":")
        if not name or (name.startswith("[") and not name.endswith("]")) or not port.isdecimal():
            name = host.decode("latin-1").lower()
        for prefix in HOST_PREFIXES:
            name = name.removeprefix(prefix)
        return name in self._allowed or name.endswith(".localhost")
