"""A machine's containers without a machine: it starts them slowly, fails, lets them die, and repeats itself.

It is the world, so it outlives the control plane: what was asked of it happens, also when nobody waits for the
answer any more. Time and dice are arguments. It knows nothing of the engine; two shells drive it, the simulator
(`tests/sim`) and `driver.py` beside this file.
"""

import heapq
import zlib
from collections.abc import Iterator
from ipaddress import IPv4Network

from msgspec import Struct
from msgspec.structs import replace

from homeport.drivers.fake.faults import SOUND, Dice, Faults
from homeport.model.container import Binding, ContainerSeen
from homeport.model.instance import MachineSeen
from homeport.model.record import Time
from homeport.plan.effects import (
    ContainerRef,
    Effect,
    Network,
    ProvideNetwork,
    PullImage,
    RemoveContainer,
    RemoveNetwork,
    Socket,
    StartContainer,
    StartPause,
    StopContainer,
    TaskPayload,
)
from homeport.plan.observations import (
    ContainerObserved,
    ContainersListed,
    EffectFailed,
    MachineObserved,
    NetworkObserved,
    Observation,
)

FIRST_PORT = 32_768
DIGEST = "sha256:" + "0" * 64


class Told(Struct, frozen=True):
    """What the runtime says: the end of an effect, or, with `effect` None, an event."""

    effect: Effect | None
    observation: Observation


class FakeRuntime:
    """All containers of one machine, by ref, and what is going to happen to them."""

    def __init__(self, machine: str, capacity: MachineSeen, dice: Dice, faults: Faults = SOUND) -> None:
        self.machine = machine
        self.capacity = capacity
        self.faults = faults
        self.containers: dict[ContainerRef, ContainerSeen] = {}
        self.networks: dict[str, Network] = {}
        self.sockets: dict[ContainerRef, Socket] = {}
        self.joined: dict[ContainerRef, ContainerRef] = {}
        self._dice = dice
        self._agenda: list[tuple[Time, int, Effect | None, ContainerRef]] = []
        self._late: list[tuple[Time, int, Told]] = []
        self._count = 0
        self._port = FIRST_PORT

    def ask(self, effect: Effect, now: Time) -> None:
        """Begin to carry out an effect; `due` tells its end."""
        match effect:
            case PullImage():
                delay_s = self._dice.uniform(*self.faults.pull_s)
            case StartContainer():
                delay_s = self._dice.uniform(*self.faults.start_s)
            case StartPause():
                delay_s = self._dice.uniform(*self.faults.pause_s)
            case StopContainer(grace_s=grace_s):
                delay_s = min(self._dice.uniform(*self.faults.stop_s), grace_s)
            case _:
                delay_s = 0.01
        self._plan(now + delay_s, effect, effect.ref)

    def next_at(self) -> Time | None:
        """When something happens next."""
        heads = [agenda[0][0] for agenda in (self._agenda, self._late) if agenda]
        return min(heads) if heads else None

    def due(self, now: Time) -> list[Told]:
        """Let happen what is due, and tell it."""
        told: list[Told] = []
        while self._agenda and self._agenda[0][0] <= now:
            _, _, effect, ref = heapq.heappop(self._agenda)
            if effect is None:
                told += self._events(ref, now) if self._die(ref, now) else []
                continue
            self._carry_out(effect, now)
            errs = self._dice.random() < self.faults.errs
            told.append(
                Told(effect, EffectFailed(effect, "no answer", now) if errs else self._answer(effect, now))
            )
            told += self._events(ref, now)
        while self._late and self._late[0][0] <= now:
            told.append(heapq.heappop(self._late)[2])
        return told

    def listing(self, now: Time) -> list[Observation]:
        """Everything there is: a complete list."""
        seen = [ContainerObserved(ref, replace(seen, at=now)) for ref, seen in self.containers.items()]
        networks = [NetworkObserved(each.vpc, each.bridge, now) for each in self.networks.values()]
        return [
            MachineObserved(self.machine, replace(self.capacity, connected=True, at=now)),
            *seen,
            *networks,
            ContainersListed(self.machine, frozenset(self.containers), now, frozenset(self.networks)),
        ]

    def up_or_starting(self) -> list[ContainerRef]:
        """What runs, and what was asked to."""
        up = [ref for ref, seen in self.containers.items() if seen.status == "RUNNING"]
        starts = (StartContainer, StartPause)
        return up + [ref for _, _, effect, ref in self._agenda if isinstance(effect, starts)]

    def listens(self, port: int) -> bool:
        """Whether a container that runs has bound a port of the machine."""
        return any(
            binding.host_port == port
            for seen in self.containers.values()
            if seen.status == "RUNNING"
            for binding in seen.bindings
        )

    def answers(self, address: str) -> bool:
        """Whether a container runs in the namespace that has an address."""
        return any(
            self._runs(ref) and self.sockets[pause].address == address
            for ref, pause in self.joined.items()
            if pause in self.sockets
        )

    def kill(self, ref: ContainerRef, now: Time) -> None:
        """Somebody kills a container by hand; nobody is told."""
        self._die(ref, now)

    def _carry_out(self, effect: Effect, now: Time) -> None:
        ref = effect.ref
        seen = self.containers.get(ref)
        match effect:
            case PullImage():
                pass
            case StartContainer(payload=payload) if seen is None:
                self._start(ref, payload, now)
            case StartPause(socket=socket) if seen is None:
                self._start_pause(ref, socket, now)
            case ProvideNetwork(network=network) if not self._in_the_way(network):
                self.networks[network.vpc] = network
            case RemoveNetwork(network=network) if not self._in_use(network.vpc):
                self.networks.pop(network.vpc, None)
            case StopContainer() if seen is not None and seen.status == "RUNNING":
                self.containers[ref] = replace(seen, status="STOPPED", exit_code=143, finished_at=now)
            case RemoveContainer():
                self.containers.pop(ref, None)
                self.sockets.pop(ref, None)
                self.joined.pop(ref, None)
            case _:
                pass

    def _start(self, ref: ContainerRef, payload: TaskPayload, now: Time) -> None:
        if payload.pause is not None and not self._runs(payload.pause):
            self._refuse(ref, "cannot join network of a non running container", now)
            return
        if self._dice.random() < self.faults.fails:
            self._refuse(ref, "the dice said so", now)
            return
        if payload.pause is not None:
            self.joined[ref] = payload.pause
        self.containers[ref] = ContainerSeen(
            attempt=ref.attempt,
            status="RUNNING",
            runtime_id=f"{zlib.crc32(repr(ref).encode()):064x}",
            health="HEALTHY" if payload.containers[ref.container].health_check else "UNKNOWN",
            bindings=() if payload.pause else tuple(self._bindings(payload, ref.container)),
            started_at=now,
        )
        if self._dice.random() < self.faults.dies:
            self._plan(now + self._dice.uniform(*self.faults.life_s), None, ref)

    def _start_pause(self, ref: ContainerRef, socket: Socket, now: Time) -> None:
        self.networks.setdefault(socket.network.vpc, socket.network)
        others = [each for each, mine in self.sockets.items() if mine.address == socket.address]
        if any(self._runs(each) for each in others):
            self._refuse(ref, "Address already in use", now)
        elif self._dice.random() < self.faults.fails / 2:
            self._refuse(ref, "the dice said so", now)
        else:
            runtime_id = f"{zlib.crc32(repr(ref).encode()):064x}"
            self.sockets[ref] = socket
            self.containers[ref] = ContainerSeen(
                attempt=ref.attempt,
                status="RUNNING",
                runtime_id=runtime_id,
                address=socket.address,
                namespace=f"/run/netns/{runtime_id[-12:]}",
                started_at=now,
            )
            if self._dice.random() < self.faults.dies / 2:
                self._plan(now + self._dice.uniform(*self.faults.life_s), None, ref)

    def _refuse(self, ref: ContainerRef, why: str, now: Time) -> None:
        reason = f"CannotStartContainerError: {why}"
        self.containers[ref] = ContainerSeen(
            attempt=ref.attempt, status="STOPPED", reason=reason, finished_at=now
        )

    def _runs(self, ref: ContainerRef) -> bool:
        seen = self.containers.get(ref)
        return seen is not None and seen.status == "RUNNING"

    def _in_the_way(self, network: Network) -> bool:
        """Whether another network has addresses of this one."""
        block = IPv4Network(network.cidr)
        others = [each for each in self.networks.values() if each.vpc != network.vpc]
        return any(block.overlaps(IPv4Network(each.cidr)) for each in others)

    def _in_use(self, vpc: str) -> bool:
        return any(socket.network.vpc == vpc and self._runs(ref) for ref, socket in self.sockets.items())

    def _bindings(self, payload: TaskPayload, container: str) -> Iterator[Binding]:
        for mapping in payload.containers[container].port_mappings or []:
            if mapping.container_port:
                yield Binding(
                    bind_ip="127.0.0.1",
                    container_port=mapping.container_port,
                    host_port=mapping.host_port or self._free_port(),
                    protocol=mapping.protocol or "tcp",
                )

    def _free_port(self) -> int:
        if self.faults.reuses and self._dice.random() < self.faults.reuses:
            return next(port for port in range(FIRST_PORT, 2**16) if not self.listens(port))
        self._port = FIRST_PORT + (self._port + 1 - FIRST_PORT) % 28_000
        return self._port

    def _die(self, ref: ContainerRef, now: Time) -> bool:
        seen = self.containers.get(ref)
        if seen is None or seen.status != "RUNNING":
            return False
        self.containers[ref] = replace(seen, status="STOPPED", exit_code=1, finished_at=now)
        return True

    def _answer(self, effect: Effect, now: Time) -> Observation:
        """How the container is after an effect; one that is not there was pulled, or is gone."""
        if isinstance(effect, ProvideNetwork | RemoveNetwork):
            return self._network(effect, now)
        seen = self.containers.get(effect.ref)
        if seen is None and isinstance(effect, PullImage):
            seen = ContainerSeen(
                status="PULLED", image_digest=DIGEST, pull_started_at=now, pull_stopped_at=now
            )
        elif seen is None:
            seen = ContainerSeen(status="REMOVED")
        return ContainerObserved(effect.ref, replace(seen, attempt=effect.ref.attempt, at=now))

    def _network(self, effect: ProvideNetwork | RemoveNetwork, now: Time) -> NetworkObserved:
        vpc, there = effect.network.vpc, self.networks.get(effect.network.vpc)
        trouble = None
        if isinstance(effect, ProvideNetwork) and there is None:
            trouble = "Pool overlaps with other one on this address space"
        elif isinstance(effect, RemoveNetwork) and there is not None:
            trouble = "network has active endpoints"
        return NetworkObserved(vpc, None if there is None else there.bridge, now, trouble)

    def _events(self, ref: ContainerRef, now: Time) -> list[Told]:
        """What the event stream says of a container that changed: perhaps nothing, perhaps twice, the second time late."""
        seen = self.containers.get(ref)
        if seen is None or self._dice.random() < self.faults.loses:
            return []
        told = Told(None, ContainerObserved(ref, replace(seen, at=now)))
        if self._dice.random() < self.faults.repeats:
            self._count += 1
            heapq.heappush(self._late, (round(now + self._dice.uniform(0.0, 20.0), 3), self._count, told))
        return [told]

    def _plan(self, at: Time, effect: Effect | None, ref: ContainerRef) -> None:
        self._count += 1
        heapq.heappush(self._agenda, (round(at, 3), self._count, effect, ref))
