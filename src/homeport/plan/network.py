"""What the network process is told: tables of interfaces, security groups, tasks, names. Whole values, by record id.

They are a view of rows (`engine/networks.py`), and say nothing of nftables, DNS packets or HTTP. The process keeps its
last good ones on disk, and goes on by them while the control plane is away.
"""

from typing import Literal, TypeAlias

from msgspec import Raw, Struct, structs

from homeport.model.record import Time
from homeport.plan import changes


class VpcTable(Struct, frozen=True, kw_only=True, gc=False):
    """A VPC: `bridge` is the machine's interface into it, once it is there. `resolver` is where its DNS answers.

    `is_default`: of the installation's own account; containers outside of any VPC see its names. Without `has_names` there
    is nobody at the resolver, and its tasks are answered nowhere else.
    """

    id: str
    cidr: str
    bridge: str
    resolver: str
    has_names: bool = True
    is_default: bool = False


class InterfaceTable(Struct, frozen=True, kw_only=True, gc=False):
    """A network interface. Only one with a `namespace` (a path) is prepared; all are members of their `groups`.

    `task` is the record id of its task, "" for none.
    """

    id: str
    vpc: str
    address: str
    public_address: str | None = None
    groups: tuple[str, ...] = ()
    namespace: str | None = None
    task: str = ""


class Permission(Struct, frozen=True, kw_only=True, gc=False):
    """A rule: a protocol (`tcp`, `udp`, `icmp`, `icmpv6`, a number, `-1`), ports (-1 for all; for ICMP type and code), and
    one peer: a CIDR block of either family, a security group or a prefix list by record id.
    """

    protocol: str
    from_port: int = -1
    to_port: int = -1
    cidr: str | None = None
    group: str | None = None
    prefix_list: str | None = None


class GroupTable(Struct, frozen=True, kw_only=True, gc=False):
    """A security group: what may come in, and what may go out."""

    id: str
    ingress: tuple[Permission, ...] = ()
    egress: tuple[Permission, ...] = ()


class PrefixListTable(Struct, frozen=True, kw_only=True, gc=False):
    """CIDR blocks under one name."""

    id: str
    cidrs: tuple[str, ...] = ()


class ContainerTable(Struct, frozen=True, kw_only=True, gc=False):
    """A container of a task: `token` is the secret part of its endpoint's address. While it runs, `address` is where it
    calls from in bridge mode, and `namespace` (a path) where it is alone without a network (`none` mode). `document` is
    what `${ECS_CONTAINER_METADATA_URI_V4}` answers, JSON.
    """

    name: str
    token: str
    runtime_id: str | None = None
    address: str | None = None
    namespace: str | None = None
    document: Raw


class RoleTable(Struct, frozen=True, kw_only=True, gc=False):
    """A role that a task may use: `arn` and `unique_id` (`AROA…`) of the role."""

    arn: str
    unique_id: str


class TaskTable(Struct, frozen=True, kw_only=True, gc=False):
    """A task that runs, or comes up or goes down. `token` is the secret part of its credentials endpoint's address.

    `network_mode`: awsvpc tasks call from their interface's namespace (whose pause is `pause`, its id at the engine),
    bridge tasks from their containers' addresses.
    `document` is what `/taskWithTags` answers, without what is looked up when it is asked for.
    """

    id: str
    arn: str
    network_mode: str
    interface: str | None = None
    pause: str | None = None
    token: str = ""
    role: RoleTable | None = None
    containers: tuple[ContainerTable, ...] = ()
    document: Raw


Routing: TypeAlias = Literal["MULTIVALUE", "WEIGHTED"]
RecordType: TypeAlias = Literal["A", "AAAA", "SRV", "CNAME"]


class Answer(Struct, frozen=True, kw_only=True, gc=False):
    """An instance as DNS shows it. `healthy` is False only when it is known not to be well.

    `alias` is a name whose addresses are the answer instead of its own: a load balancer's, as Route 53 answers for an
    alias record.
    """

    id: str
    ipv4: str | None = None
    ipv6: str | None = None
    port: int | None = None
    cname: str | None = None
    alias: str | None = None
    healthy: bool = True


class NameTable(Struct, frozen=True, kw_only=True, gc=False):
    """A name of a zone (a Cloud Map service): `name` is relative to the zone, "" for the zone's own name; `records` are
    types with their TTLs.
    """

    name: str
    routing: Routing = "MULTIVALUE"
    records: tuple[tuple[RecordType, int], ...] = ()
    answers: tuple[Answer, ...] = ()


class ZoneTable(Struct, frozen=True, kw_only=True, gc=False):
    """A DNS namespace: `name` without a final dot. `vpcs` (record ids) see it; None for a public one, which its account sees,
    and the machine.
    """

    id: str
    name: str
    created_at: Time
    vpcs: tuple[str, ...] | None = None
    soa_ttl_s: int = 15
    names: tuple[NameTable, ...] = ()


class HostTable(Struct, frozen=True, kw_only=True, gc=False):
    """A name with addresses: a load balancer's. Inside a VPC it is `inside`, on the machine `outside`."""

    id: str
    name: str
    inside: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    ttl_s: int = 60


class Tables(Struct, frozen=True, kw_only=True):
    """Everything, by record id."""

    vpcs: dict[str, VpcTable] = {}
    interfaces: dict[str, InterfaceTable] = {}
    groups: dict[str, GroupTable] = {}
    prefix_lists: dict[str, PrefixListTable] = {}
    tasks: dict[str, TaskTable] = {}
    zones: dict[str, ZoneTable] = {}
    hosts: dict[str, HostTable] = {}


class Delta(Struct, frozen=True, kw_only=True):
    """What has changed, by record id; None for what is there no more."""

    vpcs: dict[str, VpcTable | None] = {}
    interfaces: dict[str, InterfaceTable | None] = {}
    groups: dict[str, GroupTable | None] = {}
    prefix_lists: dict[str, PrefixListTable | None] = {}
    tasks: dict[str, TaskTable | None] = {}
    zones: dict[str, ZoneTable | None] = {}
    hosts: dict[str, HostTable | None] = {}

    def __bool__(self) -> bool:
        """Whether anything has."""
        return any(getattr(self, name) for name in self.__struct_fields__)


KINDS = Tables.__struct_fields__


def applied(tables: Tables, delta: Delta) -> Tables:
    """The tables after a delta; kinds that it does not touch stay the very same."""
    touched = {name: new for name in KINDS if (new := getattr(delta, name))}
    return structs.replace(
        tables, **{name: changes.applied(getattr(tables, name), new) for name, new in touched.items()}
    )


def difference(before: Tables, after: Tables) -> Delta:
    """What has changed from one to the other."""
    return Delta(**{name: changes.difference(getattr(before, name), getattr(after, name)) for name in KINDS})


def merged(first: Delta, second: Delta) -> Delta:
    """Both, one after the other."""
    return Delta(**{name: {**getattr(first, name), **getattr(second, name)} for name in KINDS})
