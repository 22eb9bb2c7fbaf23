"""A container instance as AWS shows it."""

import pytest

from homeport.api.ecs.view import instance as view
from homeport.shapes import ecs
from homeport.store.memory import MemoryStore
from tests.builders import T0, a_machine, an_instance, ids


def shown(include=(), **seen) -> ecs.ContainerInstance:
    """The instance of a machine of which this was seen."""
    store = MemoryStore(ids())
    with store.write("spec", T0) as tx:
        tx.put(a_machine(**seen))
        tx.put(an_instance())
        return view.instance(tx, an_instance(), include)


def test_the_engines_version_is_told_when_it_is_known():
    known = shown(engine_version="20.10.24").version_info
    assert known == ecs.VersionInfo(docker_version="DockerVersion: 20.10.24")
    assert shown(engine_version="").version_info == ecs.VersionInfo()


@pytest.mark.parametrize(
    ("seen", "status", "reason"),
    [
        ({"connected": True, "at": T0}, "OK", None),
        ({"connected": False, "at": T0, "reason": "no answer"}, "IMPAIRED", "no answer"),
    ],
)
def test_a_machine_is_as_healthy_as_its_container_engine(seen, status, reason):
    health = shown(["CONTAINER_INSTANCE_HEALTH"], **seen).health_status
    assert health is not None
    assert health.overall_status == status
    assert health.details == [
        ecs.InstanceHealthCheckResult(
            type="CONTAINER_RUNTIME", status=status, status_reason=reason, last_updated=T0
        )
    ]


def test_nothing_is_known_of_a_machine_that_was_never_seen():
    health = shown(["CONTAINER_INSTANCE_HEALTH"], connected=False, at=0.0).health_status
    assert health == ecs.ContainerInstanceHealthStatus(overall_status="INSUFFICIENT_DATA", details=[])


def test_the_larger_members_are_for_whoever_asks():
    assert shown(connected=True, at=T0).health_status is None
    assert shown(connected=True, at=T0).tags == []
