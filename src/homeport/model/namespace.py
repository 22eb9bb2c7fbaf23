"""AWS Cloud Map: namespaces, the services in them, their instances, and the operations that changed them.

An instance is registered by a user (`spec`) or by the engine for a task (`state`); the later word stands, about its
attributes as about its health. It has no `seen`: nobody but these two ever looks at it. What DNS answers from all this is
`plan/zones.py`'s.
"""

from typing import Literal, TypeAlias

from msgspec import Struct

from homeport.model.record import NOTHING, Nothing, Record, Time, scope_of

NamespaceType: TypeAlias = Literal["HTTP", "DNS_PRIVATE", "DNS_PUBLIC"]
DiscoveryType: TypeAlias = Literal["HTTP", "DNS_HTTP"]
DnsRecordType: TypeAlias = Literal["A", "AAAA", "SRV", "CNAME"]
DnsRouting: TypeAlias = Literal["MULTIVALUE", "WEIGHTED"]
DiscoveryHealth: TypeAlias = Literal["HEALTHY", "UNHEALTHY"]
OperationStatus: TypeAlias = Literal["SUCCESS", "FAIL"]
OperationKind: TypeAlias = Literal[
    "CREATE_NAMESPACE",
    "DELETE_NAMESPACE",
    "UPDATE_NAMESPACE",
    "UPDATE_SERVICE",
    "REGISTER_INSTANCE",
    "DEREGISTER_INSTANCE",
]
OperationTarget: TypeAlias = Literal["NAMESPACE", "SERVICE", "INSTANCE"]


class NamespaceSpec(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What was asked for. `http_name` is its name for DiscoverInstances: another one where somebody had that already.

    `vpc` is the record id of the VPC in which a private one is seen; `zone` its hosted zone's id.
    """

    name: str
    http_name: str
    kind: NamespaceType
    created_at: Time
    creator_request_id: str | None = None
    description: str | None = None
    vpc: str | None = None
    zone: str | None = None
    soa_ttl_s: int = 15
    tags: dict[str, str] = {}


class Namespace(Record, frozen=True, kw_only=True, gc=False):
    """`ACCOUNT/REGION/ns-16CHARS`, owned by its tenant."""

    spec: NamespaceSpec
    seen: Nothing = NOTHING

    def keys(self) -> tuple[str, ...]:
        """By tenant, and by tenant and each of its names."""
        return (self.owner, name_key(self.owner, self.spec.name), http_key(self.owner, self.spec.http_name))

    @property
    def name(self) -> str:
        """The id that AWS shows: `ns-…`."""
        return self.id.rsplit("/", 1)[1]

    @property
    def is_dns(self) -> bool:
        """Whether DNS answers for it, and not only DiscoverInstances."""
        return self.spec.kind != "HTTP"


class DnsRecord(Struct, frozen=True, gc=False):
    """A kind of DNS record that each instance of a service has, and how long an answer may be kept."""

    type: DnsRecordType
    ttl_s: int


class DiscoveryServiceSpec(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What was asked for. `records` are empty for a service that only DiscoverInstances knows.

    `failure_threshold` is that of its HealthCheckCustomConfig, None without one. `revised` counts what users have
    registered and deregistered, from the milliseconds of its making: a later namesake goes on from there.
    """

    name: str
    created_at: Time
    creator_request_id: str | None = None
    description: str | None = None
    kind: DiscoveryType = "DNS_HTTP"
    routing: DnsRouting = "MULTIVALUE"
    records: tuple[DnsRecord, ...] = ()
    failure_threshold: int | None = None
    attributes: dict[str, str] = {}
    tags: dict[str, str] = {}
    revised: int = 0


class DiscoveryServiceState(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """`revised` counts what the engine has registered and deregistered."""

    revised: int = 0


class DiscoveryService(Record, frozen=True, kw_only=True, gc=False):
    """`ACCOUNT/REGION/srv-16CHARS`, owned by its namespace."""

    spec: DiscoveryServiceSpec
    state: DiscoveryServiceState = DiscoveryServiceState()
    seen: Nothing = NOTHING

    def keys(self) -> tuple[str, ...]:
        """By namespace, by namespace and name, and by tenant."""
        return (self.owner, name_key(self.owner, self.spec.name), scope_of(self.id).id)

    @property
    def name(self) -> str:
        """The id that AWS shows: `srv-…`."""
        return self.id.rsplit("/", 1)[1]

    @property
    def has_custom_health(self) -> bool:
        """Whether somebody tells how its instances are (HealthCheckCustomConfig)."""
        return self.spec.failure_threshold is not None

    @property
    def revision_of_instances(self) -> int:
        """What AWS calls InstancesRevision: more with each instance that comes, goes or changes its attributes."""
        return self.spec.revised + self.state.revised

    @property
    def record_types(self) -> tuple[DnsRecordType, ...]:
        """The kinds of DNS records that each instance has."""
        return tuple(record.type for record in self.spec.records)


class DiscoveryInstanceSpec(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """The user's hand: RegisterInstance and UpdateInstanceCustomHealthStatus, by their dates.

    `namespace` is that of its service, whoever registered it.
    """

    namespace: str
    attributes: dict[str, str] = {}
    creator_request_id: str | None = None
    registered_at: Time | None = None
    health: DiscoveryHealth = "HEALTHY"
    health_at: Time | None = None


class DiscoveryInstanceState(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """The engine's hand: the task that it stands for, and how that is."""

    task: str | None = None
    task_set: str | None = None
    attributes: dict[str, str] = {}
    registered_at: Time | None = None
    health: DiscoveryHealth = "HEALTHY"
    health_at: Time | None = None


class DiscoveryInstance(Record, frozen=True, kw_only=True, gc=False):
    """`SERVICE-ID/INSTANCE-ID`, owned by its service; gone when it is deregistered."""

    spec: DiscoveryInstanceSpec
    state: DiscoveryInstanceState = DiscoveryInstanceState()
    seen: Nothing = NOTHING

    def keys(self) -> tuple[str, ...]:
        """By service; by its task, and by its task set and health."""
        if self.state.task is None:
            return (self.owner,)
        return (self.owner, f"task:{self.state.task}", f"{self.state.task_set}#{self.health}")

    @property
    def name(self) -> str:
        """The id by which users know it."""
        return self.id.removeprefix(f"{self.owner}/")

    @property
    def attributes(self) -> dict[str, str]:
        """As they were registered last, by whomever."""
        is_users = (self.spec.registered_at or 0.0) >= (self.state.registered_at or 0.0)
        return self.spec.attributes if is_users else self.state.attributes

    @property
    def health(self) -> DiscoveryHealth:
        """What was told last of its health, by whomever; it counts only in a service with custom health."""
        is_users = (self.spec.health_at or 0.0) >= (self.state.health_at or 0.0)
        return self.spec.health if is_users else self.state.health


class DiscoveryOperationSpec(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What became of a request: done at once, so it is only ever SUCCESS, or FAIL with AWS's code and text.

    `targets` are ids as AWS shows them, by kind.
    """

    kind: OperationKind
    at: Time
    targets: dict[OperationTarget, str] = {}
    status: OperationStatus = "SUCCESS"
    error_code: str | None = None
    error_message: str | None = None


class DiscoveryOperation(Record, frozen=True, kw_only=True, gc=False):
    """`ACCOUNT/REGION/OPERATION-ID`, owned by its tenant; forgotten after a while."""

    spec: DiscoveryOperationSpec
    seen: Nothing = NOTHING

    def keys(self) -> tuple[str, ...]:
        """By tenant, and all together for the retention."""
        return (self.owner, "operations")

    @property
    def name(self) -> str:
        """The id that AWS shows."""
        return self.id.rsplit("/", 1)[1]


def http_key(owner: str, http_name: str) -> str:
    """The index key of the namespace that DiscoverInstances knows by a name."""
    return f"{owner}#http:{http_name}"


def name_key(owner: str, name: str) -> str:
    """The index key of a namespace or service by its name; DNS knows no case."""
    return f"{owner}#{name.lower()}"
