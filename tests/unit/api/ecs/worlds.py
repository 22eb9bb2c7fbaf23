"""A store with a cluster on one machine, and operations called on it as the gateway would."""

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

from homeport.api.caller import Caller
from homeport.model.record import Record
from homeport.shapes import ecs
from homeport.store.memory import MemoryStore
from tests import builders

CALLER = Caller("123456789012", "us-east-1", "arn:aws:iam::123456789012:root", "123456789012", b"seal" * 8)
R = TypeVar("R", bound=Record)


class World:
    """`call` runs an operation in a transaction of its own, a second after the last; it gives wire values."""

    def __init__(self) -> None:
        self.store = MemoryStore(builders.ids())
        self.now = 1000.0

    def put(self, *records: Record) -> None:
        with self.store.write("spec", self.now) as tx:
            for record in records:
                tx.put(record)

    def get(self, kind: type[R], record_id: str) -> R:
        with self.store.read(self.now) as tx:
            found = tx.get(kind, record_id)
        assert found is not None
        return found

    def change(self, writer: Any, kind: type[R], record_id: str, changed: Callable[[R], R]) -> None:
        record = self.get(kind, record_id)
        with self.store.write(writer, self.now) as tx:
            tx.put(changed(record))

    def call(self, operation: Callable[..., Any], **members: Any) -> dict[str, Any]:
        self.now += 1.0
        name = "".join(part.capitalize() for part in operation.__name__.split("_"))
        request = msgspec.convert(members, getattr(ecs, f"{name}Request"))
        with self.store.write("spec", self.now) as tx:
            response: dict[str, Any] = msgspec.to_builtins(operation(tx, CALLER, request))
        return response


def a_world(cpu: int = 1024, memory_mib: int = 1024) -> World:
    """One cluster, `default`, with one connected machine."""
    world = World()
    attributes = {"ecs.cpu-architecture": "x86_64", "ecs.availability-zone": "us-east-1a"}
    world.put(
        builders.a_cluster(),
        builders.a_machine(cpu=cpu, memory_mib=memory_mib),
        builders.an_instance(attributes=attributes),
    )
    return world
