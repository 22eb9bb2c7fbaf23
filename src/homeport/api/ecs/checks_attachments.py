"""Load balancers and service registries of a task set: the request, its task definition, and what they lead to.

No registry can exist before Homeport serves that API, so the truthful last answer is AWS's for one that does not exist.
Its look-up takes the place marked `last`. That two sets share a target group is AWS's rule as well as ours.
"""

from collections.abc import Sequence

from homeport.api.caller import Caller
from homeport.api.ecs.errors import task_sets as errors
from homeport.model import arn
from homeport.model.load_balancer import Listener, Rule
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


def check_registries(registries: Sequence[ecs.ServiceRegistry], definition: TaskDefinition) -> None:
    """At most one, with the container and port that the network mode needs (Developer Guide, "Service discovery")."""
    if len(registries) > 1:
        raise errors.several_registries()
    mode = definition.spec.definition.network_mode or "bridge"
    for registry in registries:
        if not registry.registry_arn:
            raise errors.registry_arn_blank()
        if mode == "none":
            raise errors.registry_not_with_none()
        if mode in ("bridge", "host") and not (registry.container_name and registry.container_port):
            raise errors.registry_needs_container(registry.registry_arn)
        if registry.container_name:
            _check_port(definition, registry.container_name, registry.container_port)
        # last: the registry itself
        raise errors.registry_missing(registry.registry_arn)


def _check_port(definition: TaskDefinition, name: str, port: int | None) -> None:
    containers = definition.spec.definition.container_definitions or []
    found = next((container for container in containers if container.name == name), None)
    if found is None:
        raise errors.container_unknown(name)
    if port not in {mapping.container_port for mapping in found.port_mappings or []}:
        raise errors.port_unknown(name, port or 0)
