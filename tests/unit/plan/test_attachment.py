"""A task in awsvpc mode and its interface, from the claim until it is given back."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from homeport.model.container import ContainerSeen, ContainerState
from homeport.model.interface import Interface
from homeport.model.lifecycle import TaskStatus
from homeport.model.record import R
from homeport.model.task import Task, TaskSeen
from homeport.model.vpc import Subnet
from homeport.plan import attachment
from homeport.plan.attachment import Offer, TaskLink
from homeport.plan.interface import pause_ref
from homeport.plan.options import DEFAULTS
from homeport.plan.payload import task_payload
from homeport.plan.plan import Plan
from homeport.plan.task import TaskView, plan_task
from tests.builders import T0
from tests.unit.plan.networks import (
    DEAD,
    DEFINITION,
    GONE,
    REFUSED,
    SUBNET,
    UP,
    a_vpc_task,
    an_interface,
    asked,
)

NOW = T0 + 5
RUNNING = ContainerSeen(status="RUNNING", started_at=T0)
EXITED = ContainerSeen(status="STOPPED", exit_code=0, started_at=T0, finished_at=T0 + 4)


def planned(task: Task, link: TaskLink, now: float = NOW) -> tuple[Task, Plan]:
    payload = task_payload(task, DEFINITION)
    if link.interface is not None:
        payload = replace(payload, pause=pause_ref(link.interface))
    plan = plan_task(task, payload, now, DEFAULTS, TaskView(link=link))
    return (put(plan, Task) or [task])[0], plan


def put(plan: Plan, kind: type[R]) -> list[R]:
    return [record for record in plan.puts if isinstance(record, kind)]


def offering(offer: Offer) -> TaskLink:
    def asked_for() -> Offer:
        return offer

    return TaskLink(offer=asked_for)


def owned(task: Task, seen: ContainerSeen = UP, *, prepared: bool = True) -> Interface:
    mine = an_interface(task=task.id)
    return asked(mine, seen, prepared_for=task.id if prepared else "")


def with_container(task: Task, seen: ContainerSeen, last: TaskStatus = "RUNNING") -> Task:
    containers = {"app": ContainerState(uuid="u", asked_at=T0)}
    return replace(
        task,
        state=replace(task.state, last=last, containers=containers),
        seen=TaskSeen(containers={"app": seen}),
    )


def test_a_new_task_claims_an_interface_with_what_it_gets_for_it():
    offer = Offer(asked(an_interface(), UP), SUBNET, ("sg",), public_address="198.18.0.4")
    task, plan = planned(a_vpc_task(), offering(offer))
    (interface,), (subnet,) = put(plan, Interface), put(plan, Subnet)
    assert (interface.state.task, interface.state.groups) == (task.id, ("sg",))
    assert (interface.state.public_address, interface.state.attached_at) == ("198.18.0.4", NOW)
    assert (task.state.interface, task.state.subnet, task.state.address) == (
        interface.id,
        SUBNET.id,
        "10.0.1.4",
    )
    assert subnet.state.used_at == NOW
    assert (task.state.last, attachment.status(task)) == ("PROVISIONING", "ATTACHING")


def test_nothing_is_asked_of_containers_before_the_namespace_is_prepared_for_this_very_task():
    task = a_vpc_task(an_interface())
    for seen, is_prepared in ((ContainerSeen(), True), (UP, False)):
        found, plan = planned(task, TaskLink(owned(task, seen, prepared=is_prepared)))
        assert found.state.last == "PROVISIONING"
        assert not plan.effects
        assert plan.wake_at == T0 + 180


def test_then_they_start_in_the_namespace_of_the_pause():
    task = a_vpc_task(an_interface())
    link = TaskLink(owned(task))
    found, plan = planned(task, link)
    assert (found.state.last, found.state.connectivity_at) == ("PENDING", NOW)
    (effect,) = plan.effects
    assert effect.payload.pause == pause_ref(owned(task))  # type: ignore[union-attr]


def test_a_task_waits_for_its_interface_no_longer_than_three_minutes():
    task = a_vpc_task(an_interface())
    found, _ = planned(task, TaskLink(owned(task, prepared=False)), T0 + 180)
    assert (found.state.stop_code, found.state.stopped_reason) == (
        "TaskFailedToStart",
        "Timeout waiting for network interface provisioning to complete.",
    )


@pytest.mark.parametrize(
    ("link", "reason"),
    [
        (
            lambda task: TaskLink(owned(task, REFUSED)),
            "CannotStartContainerError: no such network",
        ),
        (
            lambda task: TaskLink(owned(task, DEAD)),
            "ResourceInitializationError: the pause container exited",
        ),
        (
            lambda task: TaskLink(owned(task, ContainerSeen()), trouble="pool overlaps"),
            "ResourceInitializationError: pool overlaps",
        ),
    ],
)
def test_an_interface_that_cannot_be_had_fails_the_task(link: Callable[[Task], TaskLink], reason: str):
    task = a_vpc_task(an_interface())
    found, _ = planned(task, link(task))
    assert (found.state.stop_code, found.state.stopped_reason) == ("TaskFailedToStart", reason)


def test_a_full_subnet_fails_the_task_in_the_words_of_ec2():
    reason = attachment.refused("subnet-1", attachment.FULL)
    found, _ = planned(a_vpc_task(), offering(Offer(refusal=reason)))
    assert (found.state.last, found.state.stop_code) == ("STOPPED", "TaskFailedToStart")
    assert found.state.stopped_reason == (
        "Unexpected EC2 error while attempting to Create Network Interface in subnet 'subnet-1': "
        "InsufficientFreeAddressesInSubnet"
    )


@pytest.mark.parametrize("seen", [DEAD, GONE])
def test_a_pause_that_dies_ends_the_task_as_an_essential_container_does(seen: ContainerSeen):
    task = with_container(a_vpc_task(an_interface()), RUNNING)
    found, _ = planned(task, TaskLink(owned(task, seen)))
    assert (found.state.last, found.state.stop_code) == ("STOPPING", "EssentialContainerExited")
    assert found.state.stopped_reason == "Essential container in task exited"


def test_the_interface_is_given_back_only_once_no_container_runs():
    task = with_container(a_vpc_task(an_interface(), desired="STOPPED"), RUNNING, last="STOPPING")
    _, plan = planned(task, TaskLink(owned(task)))
    assert not put(plan, Interface)
    down = with_container(task, EXITED, last="STOPPING")
    found, plan = planned(down, TaskLink(owned(task)))
    (interface,) = put(plan, Interface)
    assert interface.state.released_at == NOW
    assert (found.state.last, attachment.status(found)) == ("DEPROVISIONING", "DETACHING")


def test_a_task_is_stopped_when_its_interface_is_gone():
    task = with_container(a_vpc_task(an_interface(), desired="STOPPED"), EXITED, last="DEPROVISIONING")
    waiting, _ = planned(task, TaskLink(replace(owned(task), state=an_interface(released_at=T0).state)))
    assert waiting.state.last == "DEPROVISIONING"
    found, _ = planned(task, TaskLink())
    assert (found.state.last, attachment.status(found)) == ("STOPPED", "DELETED")
    assert found.state.address == "10.0.1.4"


def test_planning_again_on_its_own_result_claims_nothing_more():
    offer = Offer(asked(an_interface(), UP), SUBNET)
    task, plan = planned(a_vpc_task(), offering(offer))
    again, plan = planned(task, TaskLink(put(plan, Interface)[0]))
    assert again == task
    assert not plan.puts


def test_a_task_whose_spot_capacity_goes_has_its_containers_stopped_within_two_minutes():
    task = with_container(a_vpc_task(an_interface(), interrupted_at=NOW), RUNNING)
    found, plan = planned(task, TaskLink(owned(task)))
    assert (found.state.stop_code, found.state.stopped_reason) == (
        "SpotInterruption",
        "Your Spot Task was interrupted.",
    )
    (stop,) = plan.effects
    assert stop.grace_s == 30.0  # type: ignore[union-attr]
