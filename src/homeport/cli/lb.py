"""`homeport lb`: load balancers, where they listen, what their rules do, and how many targets are healthy behind each.

Read from the database, so it can be had while the server is down and traffic goes on. It changes nothing; weights are
moved with AWS's own ModifyListener and ModifyRule.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import click
from msgspec import Struct

from homeport.cli import records
from homeport.cli.options import data_option
from homeport.model.load_balancer import Listener, LoadBalancer, Rule
from homeport.model.target_group import Target, TargetGroup
from homeport.plan import conditions, routing
from homeport.plan.traffic import Action, Condition, Fixed, Forward, Redirect

PLAIN_PORTS = {"HTTP": 80, "HTTPS": 443}


class Shown(Struct, frozen=True):
    """All that is shown, as read."""

    balancers: Sequence[LoadBalancer]
    listeners: Sequence[Listener]
    rules: Sequence[Rule]
    groups: Sequence[TargetGroup]
    targets: Sequence[Target]


@click.command("lb")
@click.argument("name", required=False)
@data_option()
def command(name: str | None, data: Path) -> None:
    """Show load balancers, where they listen, and weights and healthy targets per target group.

    NAME narrows it to one load balancer.
    """
    found = records.read(data, LoadBalancer, Listener, Rule, TargetGroup, Target)
    shown = Shown(
        records.of(found, LoadBalancer),
        records.of(found, Listener),
        records.of(found, Rule),
        records.of(found, TargetGroup),
        records.of(found, Target),
    )
    if name is not None and name not in {balancer.spec.name for balancer in shown.balancers}:
        raise click.ClickException(f"there is no load balancer {name}; `homeport lb` lists them all.")
    for line in lines(shown, name):
        click.echo(line)


def lines(shown: Shown, name: str | None = None) -> Iterator[str]:
    """What is printed, line by line; of one load balancer, or of all."""
    balancers = [one for one in shown.balancers if name in (None, one.spec.name)]
    if not balancers:
        yield "No load balancers. `aws elbv2 create-load-balancer` makes one."
    for balancer in balancers:
        yield from _balancer(shown, balancer)
    if name is None:
        yield from _unused(shown)


def _balancer(shown: Shown, balancer: LoadBalancer) -> Iterator[str]:
    spec = balancer.spec
    yield f"{spec.name}  {spec.kind}, {spec.scheme}, {'IMPAIRED' if balancer.seen.trouble else 'active'}"
    listeners = sorted(
        (one for one in shown.listeners if one.owner == balancer.id), key=lambda one: one.spec.port
    )
    for listener in listeners:
        own = f"{spec.address}:{listener.spec.port}"
        if (older := _older(shown, listener)) is None:
            yield f"  {_address(balancer, listener)}  (also {own}{_inside(listener)})"
        else:
            yield f"  {listener.spec.protocol.lower()}://{own}{_inside(listener)}"
            yield f"    ! not at its name: 127.0.0.1:{listener.spec.port} is {older}'s, which is older"
        if listener.seen.trouble:
            yield f"    ! {listener.seen.trouble}"
        yield from _rules(shown, listener)
    if not listeners:
        yield "  no listeners"


def _older(shown: Shown, listener: Listener) -> str | None:
    """The load balancer that has a listener's port on the shared address; None when they share it, or it is free.

    Only HTTP is told apart by host, and HTTPS by SNI; else a port there is the oldest load balancer's.
    """
    by_id = {one.id: one for one in shown.balancers}
    port = listener.spec.port
    sharing = [one for one in shown.listeners if one.spec.port == port and one.owner in by_id]
    oldest = min(sharing, key=lambda one: (by_id[one.owner].spec.created_at, one.owner, one.id))
    is_told_apart = oldest.spec.protocol == listener.spec.protocol and oldest.spec.protocol in PLAIN_PORTS
    return None if is_told_apart or oldest.id == listener.id else by_id[oldest.owner].spec.name


def _inside(listener: Listener) -> str:
    """Where containers find it."""
    return f", from containers {listener.seen.inside}:{listener.spec.port}" if listener.seen.inside else ""


def _address(balancer: LoadBalancer, listener: Listener) -> str:
    """As a person would type it."""
    port, protocol = listener.spec.port, listener.spec.protocol
    if protocol not in PLAIN_PORTS:
        return f"{protocol.lower()}://{balancer.dns_name}:{port}"
    suffix = "" if port == PLAIN_PORTS[protocol] else f":{port}"
    return f"{protocol.lower()}://{balancer.dns_name}{suffix}/"


def _rules(shown: Shown, listener: Listener) -> Iterator[str]:
    """Every rule with what it does, the default one last."""
    mine = [rule for rule in shown.rules if rule.owner == listener.id and rule.spec.priority is not None]
    for rule in sorted(mine, key=lambda one: one.spec.priority or 0):
        when = " and ".join(_condition(each) for each in conditions.of(rule.spec.conditions))
        yield from _action(shown, f"{rule.spec.priority}: {when}", routing.action(rule.spec.actions))
    yield from _action(shown, "default", routing.action(listener.spec.default_actions))


def _condition(condition: Condition) -> str:
    values = [*condition.values, *(f"{key}={value}" if key else value for key, value in condition.pairs)]
    what = f"header {condition.name}" if condition.kind == "header" else condition.kind
    return f"{what} {'~ ' if condition.regex else ''}{' | '.join(values)}"


def _action(shown: Shown, rule: str, action: Action) -> Iterator[str]:
    match action:
        case Forward():
            yield f"    {rule}" + (f"  (sticky {action.sticky_s} s)" if action.sticky_s else "")
            by_id = {group.id: group for group in shown.groups}
            total = sum(weight for _, weight in action.groups)
            for id, weight in action.groups:
                share = f"{100 * weight / total:.0f} %" if total else "0 %"
                label = by_id[id].spec.name if id in by_id else id.split("/")[-2]
                yield f"      {label:<32} weight {weight:>3} ({share:>5})  {_targets(shown, id)}"
        case Redirect():
            where = f"{action.protocol}://{action.host}:{action.port}{action.path}"
            yield f"    {rule}  → {action.status} {where}"
        case Fixed():
            yield f"    {rule}  → {action.status} {action.content_type}"


def _targets(shown: Shown, group: str) -> str:
    mine = [target for target in shown.targets if target.owner == group]
    draining = sum(target.is_draining for target in mine)
    healthy = sum(target.status == "healthy" and not target.is_draining for target in mine)
    told = f"{healthy} of {len(mine) - draining} healthy"
    return f"{told}, {draining} draining" if draining else told


def _unused(shown: Shown) -> Iterator[str]:
    """Target groups that no listener and no rule names."""
    used = {
        id
        for actions in (
            *(listener.spec.default_actions for listener in shown.listeners),
            *(rule.spec.actions for rule in shown.rules),
        )
        for action in [routing.action(actions)]
        if isinstance(action, Forward)
        for id, _ in action.groups
    }
    for group in shown.groups:
        if group.id not in used:
            yield f"target group {group.spec.name}: used by no load balancer, {_targets(shown, group.id)}"
