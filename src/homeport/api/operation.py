"""How a function becomes an operation: its name is its registration, its mark says whether it writes.

`collect` checks every marked name against the service's generated table when the server starts, so a typo cannot
wait for a user. Routing, decoding and signatures are not here; they are the wire's and the server's.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation as the gateway runs it: `run(tx, caller, request)` gives the response's Struct."""

    name: str
    writes: bool
    run: Callable[..., Any]


def read(function: F) -> F:
    """Mark an operation that receives a ReadTx."""
    function.__dict__["homeport_writes"] = False
    return function


def write(function: F) -> F:
    """Mark an operation that receives a WriteTx."""
    function.__dict__["homeport_writes"] = True
    return function


def collect(names: Mapping[str, str], *modules: ModuleType) -> dict[str, Operation]:
    """The marked functions of `modules` by AWS's operation name; `names` gives it for each snake_case name.

    Raises LookupError when a marked function's name is none of the service's, or is marked in two modules.
    """
    found: dict[str, Operation] = {}
    for module in modules:
        for attribute, function in vars(module).items():
            writes = getattr(function, "__dict__", {}).get("homeport_writes")
            if writes is None or function.__module__ != module.__name__:
                continue
            name = names.get(attribute)
            if name is None or name in found:
                raise LookupError(
                    f"{module.__name__}.{attribute} is no operation of its service, or stands twice"
                )
            found[name] = Operation(name, writes, function)
    return found
