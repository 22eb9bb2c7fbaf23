"""What containers want of one another (dependsOn, links, volumesFrom): it must exist, and not in circles."""

from collections.abc import Mapping, Sequence

from homeport.api.ecs.errors import task_definitions as errors
from homeport.shapes import ecs


def check(containers: Sequence[ecs.ContainerDefinition]) -> None:
    """Raises the ApiError of the first rule that is broken."""
    named = {container.name or "": container for container in containers}
    for container in containers:
        _check_depends_on(container, named)
        for link in linked(container):
            if link not in named:
                raise errors.link_unknown(link)
        for source in sources(container):
            if source not in named:
                raise errors.volumes_from_unknown(source)
    _check_cycles(containers)


def linked(container: ecs.ContainerDefinition) -> list[str]:
    """The containers that this one links to, without their aliases."""
    return [link.split(":", 1)[0] for link in container.links or []]


def sources(container: ecs.ContainerDefinition) -> list[str]:
    """The containers whose volumes this one mounts."""
    return [volume.source_container or "" for volume in container.volumes_from or []]


def _check_depends_on(
    container: ecs.ContainerDefinition, named: Mapping[str, ecs.ContainerDefinition]
) -> None:
    for dependency in container.depends_on or []:
        if dependency.container_name not in named:
            raise errors.depends_on_missing(dependency.container_name)
        if dependency.container_name == container.name:
            raise errors.depends_on_itself(dependency.container_name)
        needed = named[dependency.container_name]
        if dependency.condition in {"SUCCESS", "COMPLETE"} and needed.essential is not False:
            raise errors.dependency_essential()
        if dependency.condition == "HEALTHY" and needed.health_check is None:
            raise errors.dependency_unchecked()


def _check_cycles(containers: Sequence[ecs.ContainerDefinition]) -> None:
    links = {container.name or "": linked(container) for container in containers}
    if _has_cycle(links):
        raise errors.link_cycle()
    volumes = {container.name or "": sources(container) for container in containers}
    if _has_cycle(volumes):
        raise errors.volumes_from_cycle()
    waits = {
        container.name or "": [d.container_name for d in container.depends_on or []]
        for container in containers
    }
    # All three make a container wait for another, so a circle through them together never starts either.
    if _has_cycle({name: [*waits[name], *links[name], *volumes[name]] for name in waits}):
        raise errors.dependency_cycle()


def _has_cycle(edges: Mapping[str, Sequence[str]]) -> bool:
    """Whether following the edges comes back: what waits for nothing is taken away until nothing can be."""
    waiting = dict(edges)
    while waiting:
        free = [name for name, needs in waiting.items() if not any(need in waiting for need in needs)]
        if not free:
            return True
        for name in free:
            del waiting[name]
    return False
