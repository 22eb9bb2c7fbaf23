"""The services that are served: those that a start waits for, and those that come a moment later, or when first asked for.

Loading a service takes some hundredths of a second, and most starts are for containers. Nobody can tell the difference
but by a clock: whoever asks for a service that is not loaded yet waits until it is.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from homeport.api.operation import Operation
from homeport.wire.errors import WireError
from homeport.wire.http import HttpRequest
from homeport.wire.protocol import Codec, Codecs
from homeport.wire.service import ServiceModel


@dataclass(frozen=True, slots=True)
class Served:
    """A service: its generated model, and the operations that are built, by name."""

    model: ServiceModel
    operations: Mapping[str, Operation]


class Services:
    """`first` are there at once; `rest` loads all others, and is called once."""

    def __init__(self, first: Sequence[Served], rest: Callable[[], Sequence[Served]] | None = None) -> None:
        self._served = list(first)
        self._rest = rest
        self._gather()

    def load(self) -> bool:
        """Load what is still missing; returns whether anything was."""
        rest, self._rest = self._rest, None
        if rest is None:
            return False
        self._served += rest()
        self._gather()
        return True

    def codec(self, request: HttpRequest, service: str | None) -> Codec:
        """The codec for a request signed for `service`; None when signatures are not asked for. Raises WireError."""
        try:
            return self._codecs.find(request, service)
        except WireError:
            if not self.load():
                raise
        return self._codecs.find(request, service)

    def speaking(self, request: HttpRequest) -> Codec:
        """The codec to answer in when a request is refused before its service is known."""
        return self._codecs.speaking(request)

    def operation(self, codec: Codec, name: str) -> Operation | None:
        """An operation of the service that the codec speaks for; None when it is not built."""
        return self._operations[codec.service].get(name)

    def _gather(self) -> None:
        self._codecs = Codecs([served.model for served in self._served])
        self._operations = {served.model.SIGNING_NAME: served.operations for served in self._served}
