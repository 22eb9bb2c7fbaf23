"""A load balancer, its listeners and their rules, kept in AWS's own words.

What they mean for traffic is `plan/routing.py`'s; whether they are well is what the balancer's driver says (`seen`).
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, TypeAlias

from msgspec import Struct

from homeport.model.record import NOTHING, Nothing, Record, Time
from homeport.shapes import elbv2

Kind: TypeAlias = Literal["application", "network"]
PATHS: dict[Kind, str] = {"application": "app", "network": "net"}
"""What a load balancer's type is called in ARNs."""


class Zone(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A subnet that a load balancer is in, that subnet's availability zone, and the address wished for in it."""

    subnet: str
    name: str
    private_address: str | None = None


class LoadBalancerSpec(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What was asked for. `number` is the 16 hexadecimal digits of its ARN.

    `address` is the loopback address that is its own on this machine. `attributes` are those that were set; the
    others have AWS's defaults.
    """

    name: str
    number: str
    kind: Kind
    created_at: Time
    address: str
    scheme: str = "internet-facing"
    vpc: str
    zones: list[Zone] = []
    security_groups: list[str] = []
    enforces_inbound_on_private_link: str | None = None
    ip_address_type: str = "ipv4"
    attributes: dict[str, str] = {}
    tags: dict[str, str] = {}


class LoadBalancerSeen(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """`trouble`: what the data plane refused last; None when it is well."""

    trouble: str | None = None


class LoadBalancer(Record, frozen=True, kw_only=True, gc=False):
    """`ACCOUNT/REGION/app/NAME/16-HEX` (`net` for a network load balancer), owned by its scope."""

    spec: LoadBalancerSpec
    seen: LoadBalancerSeen = LoadBalancerSeen()

    def keys(self) -> tuple[str, ...]:
        """By scope, by scope and name, and all together: addresses are the machine's."""
        return (self.owner, f"{self.owner}#{self.spec.name}", "balancers")

    @property
    def dns_name(self) -> str:
        """Its name on this machine: `*.localhost` is loopback wherever it is asked for."""
        return f"{self.spec.name}-{self.spec.number}.elb.localhost"


class ListenerSpec(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What was asked for. `certificates` are ARNs, the default one first."""

    number: str
    port: int
    protocol: str
    default_actions: list[elbv2.Action]
    created_at: Time
    certificates: list[str] = []
    ssl_policy: str | None = None
    alpn: list[str] = []
    mutual_authentication: elbv2.MutualAuthenticationAttributes | None = None
    attributes: dict[str, str] = {}
    tags: dict[str, str] = {}


class ListenerSeen(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """`trouble`: why the data plane does not listen as it was asked to; None when it does, or has not said yet.
    `inside`: the address at which containers reach it; None for nowhere.
    """

    trouble: str | None = None
    inside: str | None = None


class Listener(Record, frozen=True, kw_only=True, gc=False):
    """`BALANCER-ID/16-HEX`, owned by its load balancer."""

    spec: ListenerSpec
    seen: ListenerSeen = ListenerSeen()

    def keys(self) -> tuple[str, ...]:
        """By load balancer, by the target groups that it forwards to, and by its certificates."""
        groups = map(group_key, target_groups(self.spec.default_actions))
        return (self.owner, *groups, *(f"certificate:{arn}" for arn in self.spec.certificates))


class RuleSpec(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What was asked for. `priority` is None for the default rule, whose actions are the listener's."""

    number: str
    created_at: Time
    priority: int | None = None
    conditions: list[elbv2.RuleCondition] = []
    actions: list[elbv2.Action] = []
    transforms: list[elbv2.RuleTransform] = []
    tags: dict[str, str] = {}


class Rule(Record, frozen=True, kw_only=True, gc=False):
    """`LISTENER-ID/16-HEX`, owned by its listener; every listener has a default one."""

    spec: RuleSpec
    seen: Nothing = NOTHING

    def keys(self) -> tuple[str, ...]:
        """By listener, by load balancer, and by the target groups that it forwards to."""
        balancer = self.owner.rsplit("/", 1)[0]
        return (
            self.owner,
            f"balancer:{balancer}",
            *map(group_key, target_groups(self.spec.actions)),
        )


def group_key(target_group_arn: str) -> str:
    """The index key of the listeners and rules that forward to a target group."""
    return f"group:{target_group_arn}"


def balancers(listeners: Iterable[Listener], rules: Iterable[Rule]) -> list[str]:
    """The ids of the load balancers that some listeners and rules belong to, each once."""
    owners = (*(each.owner for each in listeners), *(each.owner.rsplit("/", 1)[0] for each in rules))
    return list(dict.fromkeys(owners))


def target_groups(actions: Sequence[elbv2.Action]) -> list[str]:
    """The ARNs of the target groups that some actions forward to, each once, in order."""
    return list(dict.fromkeys(_target_groups(actions)))


def _target_groups(actions: Sequence[elbv2.Action]) -> Iterator[str]:
    for action in actions:
        tuples = (action.forward_config and action.forward_config.target_groups) or []
        yield from (each.target_group_arn for each in tuples if each.target_group_arn)
        if action.target_group_arn:
            yield action.target_group_arn
