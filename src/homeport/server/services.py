"""The services that are served: those that a start waits for, and those that are loaded when somebody first asks for them.

Shapes of a large service are megabytes that most installations never need. Nobody can tell the difference but by a
clock: whoever asks for a service that is not loaded yet waits the hundredths of a second that it takes.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from homeport.api.operation import Operation
from homeport.wire import cbor, form, refusals, sigv4
from homeport.wire.errors import WireError
from homeport.wire.http import HttpRequest
from homeport.wire.protocol import Codec, Codecs
from homeport.wire.service import ServiceModel


@dataclass(frozen=True, slots=True)
class Served:
    """A service: its generated model, and the operations that are built, by name."""

    model: ServiceModel
    operations: Mapping[str, Operation]


@dataclass(frozen=True, slots=True)
class Further:
    """A service that is not loaded: the names by which a request asks for it, and what loads it.

    `signing_name`, `api_version` and `target_prefix` are what its model says.
    """

    signing_name: str
    api_version: str
    target_prefix: str | None
    load: Callable[[], Served]


class Services:
    """`first` are there at once; each of `further` is loaded when a request names it."""

    def __init__(self, first: Sequence[Served], further: Sequence[Further] = ()) -> None:
        self._served = list(first)
        self._further = list(further)
        self._gather()

    @property
    def loaded(self) -> list[str]:
        """The signing names of what is there."""
        return list(self._operations)

    def codec(self, request: HttpRequest, service: str | None) -> Codec:
        """The codec for a request signed for `service`; None when signatures are not asked for. Raises WireError."""
        try:
            return self._codecs.find(request, service)
        except WireError:
            if not self._load(request, service):
                raise
        return self._codecs.find(request, service)

    def speaking(self, request: HttpRequest) -> Codec:
        """The codec to answer in when a request is refused before its service is known."""
        service = sigv4.scope_service(request)
        self._load(request, service)
        return self._codecs.speaking(request, service)

    def operation(self, codec: Codec, name: str) -> Operation | None:
        """An operation of the service that the codec speaks for; None when it is not built."""
        return self._operations[codec.service].get(name)

    def _load(self, request: HttpRequest, service: str | None) -> bool:
        """Load what the request seems to ask for; returns whether anything was missing."""
        wanted = [further for further in self._further if _asks_for(request, service, further)]
        if not wanted:
            return False
        self._further = [further for further in self._further if further not in wanted]
        self._served += [further.load() for further in wanted]
        self._gather()
        return True

    def _gather(self) -> None:
        self._codecs = Codecs([served.model for served in self._served])
        self._operations = {served.model.SIGNING_NAME: served.operations for served in self._served}


def _asks_for(request: HttpRequest, service: str | None, further: Further) -> bool:
    if service is not None:
        return service == further.signing_name
    if cbor.is_spoken(request):
        return cbor.service_name(request) == further.target_prefix
    if refusals.speaks_json(request):
        prefix = (request.header(b"x-amz-target") or b"").partition(b".")[0]
        return prefix.decode("latin-1") == further.target_prefix
    try:
        return form.fields(request).get("Version") == further.api_version
    except WireError:
        return False
