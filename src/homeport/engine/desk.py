"""What a planner's loader is handed: the transaction, the time, the numbers to go by, and what is derived from rows."""

from dataclasses import dataclass

from homeport.engine.addresses import Addresses
from homeport.engine.room import Room
from homeport.engine.strays import Strays
from homeport.model.record import Time
from homeport.plan.options import Options
from homeport.store.tx import WriteTx


@dataclass(frozen=True, slots=True)
class Desk:
    """One turn's surroundings. Loaders read from `tx` and return a Plan; only the engine applies it."""

    tx: WriteTx
    now: Time
    options: Options
    room: Room
    addresses: Addresses
    strays: Strays
