"""Load balancers and service registries of a task set: what can be told from the request and the task definition.

No target group and no registry can exist before Homeport serves those APIs, so the truthful last answer is AWS's for
one that does not exist. Their look-ups take the places marked `last`.
"""

from collections.abc import Sequence

from homeport.api.ecs.errors import task_sets as errors
from homeport.model.task_definition import TaskDefinition
from homeport.shapes import ecs


def check_load_balancers(balancers: Sequence[ecs.LoadBalancer], definition: TaskDefinition) -> None:
    """At most one, a target group, for a port that a container of the definition maps."""
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
        # last: the target group itself
        raise errors.target_group_missing(balancer.target_group_arn)


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
