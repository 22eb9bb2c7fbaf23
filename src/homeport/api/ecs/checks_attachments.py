"""Load balancers and service registries of a task set: the request, its task definition, and what they lead to.

That two sets share a target group is AWS's rule as well as ours.
"""

from collections.abc import Collection, Sequence

from homeport.api.caller import Caller
from homeport.api.ecs.errors import task_sets as errors
from homeport.model import arn
from homeport.model.load_balancer import Listener, Rule
from homeport.model.namespace import DiscoveryService
from homeport.model.target_group import TargetGroup
from homeport.model.task_definition import TaskDefinition
from homeport.shapes import ecs
from homeport.store.tx import ReadTx


def check_load_balancers(
    tx: ReadTx, caller: Caller, balancers: Sequence[ecs.LoadBalancer], definition: TaskDefinition
) -> None:
    """At most one, a target group that a load balancer uses, for a port that a container of the definition maps."""
    if len(balancers) > 1:
        raise errors.several_load_balancers()
    for balancer in balancers:
        if balancer.load_balancer_name and balancer.target_group_arn:
            raise errors.name_and_group()
        if not balancer.target_group_arn:
            raise errors.target_group_blank()
        if not balancer.container_name:
            raise errors.container_name_blank()
        _check_port(definition, balancer.container_name, balancer.container_port)
        _check_group(tx, caller, balancer.target_group_arn, definition)


def _check_group(tx: ReadTx, caller: Caller, text: str, definition: TaskDefinition) -> None:
    """One of another account or region is not there for the caller."""
    id = arn.record_id(text)
    is_callers = id.startswith(f"{caller.scope.id}/")
    group = tx.get(TargetGroup, id) if is_callers and text == arn.target_group_arn(id) else None
    if group is None:
        raise errors.target_group_missing(text)
    mode = definition.spec.definition.network_mode or "bridge"
    fitting = "ip" if mode == "awsvpc" else "instance"
    if group.spec.target_type != fitting:
        raise errors.target_type_incompatible(text, group.spec.target_type, mode)
    key = f"group:{text}"
    if not (tx.count(Listener, key) or tx.count(Rule, key)):
        raise errors.target_group_unused(text)


def check_registries(
    tx: ReadTx, caller: Caller, registries: Sequence[ecs.ServiceRegistry], definition: TaskDefinition
) -> None:
    """At most one, there, with records and a port that fit the network mode (Developer Guide, "Service discovery")."""
    if len(registries) > 1:
        raise errors.several_registries()
    mode = definition.spec.definition.network_mode or "bridge"
    for registry in registries:
        text = registry.registry_arn
        if not text:
            raise errors.registry_arn_blank()
        if mode == "none":
            raise errors.registry_not_with_none()
        if mode in ("bridge", "host") and not (registry.container_name and registry.container_port):
            raise errors.registry_needs_container(text)
        types = frozenset(_registry(tx, caller, text).record_types)
        if types - {"A", "SRV"}:
            raise errors.registry_records_unsupported(text)
        if mode != "awsvpc":
            if types and types != {"SRV"}:
                raise errors.registry_needs_srv(text)
        else:
            _check_registry_port(registry, types)
        if registry.container_name:
            _check_port(definition, registry.container_name, registry.container_port)


def _registry(tx: ReadTx, caller: Caller, text: str) -> DiscoveryService:
    """The Cloud Map service. One of another account or region is not there for the caller."""
    parsed = arn.parse(text)
    if (
        parsed is None
        or (parsed.service, parsed.kind) != ("servicediscovery", "service")
        or len(parsed.path) != 1
    ):
        raise errors.registry_arn_invalid(text)
    found = tx.get(DiscoveryService, arn.record_id(text)) if parsed.scope == caller.scope else None
    if found is None:
        raise errors.registry_missing(text)
    return found


def _check_registry_port(registry: ecs.ServiceRegistry, types: Collection[str]) -> None:
    """In awsvpc mode an A record needs none, an SRV record one, and what only DiscoverInstances knows may have one."""
    text = registry.registry_arn or ""
    members = {
        "containerPort": registry.container_port,
        "containerName": registry.container_name,
        "port": registry.port,
    }
    given = [name for name, value in members.items() if value]
    if types and "SRV" not in types:
        if given:
            raise errors.registry_port_unwanted(given[0], text)
        return
    if "port" in given and len(given) > 1:
        raise errors.registry_port_twice()
    if len(given) == 1 and given != ["port"]:
        raise errors.registry_port_missing(text)
    if types and not given:
        raise errors.registry_port_missing(text)


def _check_port(definition: TaskDefinition, name: str, port: int | None) -> None:
    containers = definition.spec.definition.container_definitions or []
    found = next((container for container in containers if container.name == name), None)
    if found is None:
        raise errors.container_unknown(name)
    if port not in {mapping.container_port for mapping in found.port_mappings or []}:
        raise errors.port_unknown(name, port or 0)
