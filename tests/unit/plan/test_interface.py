"""An interface's pause container, up and down."""

from msgspec.structs import replace

from homeport.model.interface import Interface
from homeport.model.record import scope_of
from homeport.model.vpc import VpcSeen
from homeport.plan import home
from homeport.plan.effects import RemoveContainer, StartPause, StopContainer
from homeport.plan.interface import InterfaceView, plan_interface, socket
from homeport.plan.options import DEFAULTS
from homeport.plan.plan import Plan
from tests.builders import T0
from tests.unit.plan.networks import DEAD, GONE, REFUSED, UP, VPC, an_interface, asked

NETWORKED = replace(VPC, seen=VpcSeen(bridge="hp1"))
DEFAULT = home.default_options(scope_of(VPC.id))


def planned(interface: Interface, now: float = T0 + 2, *, is_orphan: bool = False) -> Plan:
    return plan_interface(InterfaceView(interface, NETWORKED, DEFAULT, is_orphan), now, DEFAULTS)


def after(plan: Plan) -> Interface:
    (found,) = [record for record in plan.puts if isinstance(record, Interface)]
    return found


def test_its_pause_starts_with_its_address_and_is_known_to_perhaps_exist_from_then_on():
    plan = planned(an_interface())
    (effect,) = plan.effects
    assert isinstance(effect, StartPause)
    assert (effect.ref.task, effect.ref.container) == (an_interface().id, "pause")
    assert (effect.socket.address, effect.socket.hostname) == ("10.0.1.4", "ip-10-0-1-4.ec2.internal")
    assert (effect.socket.servers, effect.socket.search) == (("10.0.0.2",), ("ec2.internal",))
    assert after(plan).state.pause.asked_at == T0 + 2


def test_without_the_network_nothing_starts():
    assert not plan_interface(InterfaceView(an_interface(), VPC, DEFAULT), T0, DEFAULTS)


def test_a_start_that_nobody_answered_is_asked_again():
    interface = asked(an_interface(), an_interface().seen.pause)
    assert [type(effect) for effect in planned(interface).effects] == [StartPause]
    assert not planned(interface).puts


def test_a_pause_that_runs_is_left_alone():
    assert not planned(asked(an_interface(), UP))


def test_a_warm_pause_that_died_is_removed_and_started_anew_with_its_address():
    interface = asked(an_interface(), DEAD)
    assert [type(effect) for effect in planned(interface, T0 + 21).effects] == [RemoveContainer]
    gone = asked(an_interface(), replace(DEAD, status="REMOVED"))
    assert planned(gone, T0 + 20.5).wake_at == T0 + 21
    plan = planned(gone, T0 + 21)
    (effect,) = plan.effects
    assert isinstance(effect, StartPause)
    assert (effect.ref.attempt, effect.socket.address) == (1, "10.0.1.4")
    assert after(plan).pause.status == "NONE"


def test_a_warm_pause_that_cannot_be_started_is_tried_later_and_later():
    dates = []
    for attempt in range(9):
        interface = asked(an_interface(), replace(GONE, attempt=attempt))
        interface = replace(
            interface,
            state=replace(interface.state, pause=replace(interface.state.pause, attempt=attempt)),
        )
        dates.append((planned(interface, T0 + 1).wake_at or 0.0) - T0 - 1)
    assert dates == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_a_tasks_pause_is_not_started_anew():
    assert not planned(asked(an_interface(task="t"), DEAD))
    assert not planned(asked(an_interface(task="t"), REFUSED))


def test_given_back_its_pause_is_stopped_at_once_then_removed_then_the_row_goes():
    released = an_interface(task="t", released_at=T0)
    (stop,) = planned(asked(released, UP)).effects
    assert isinstance(stop, StopContainer)
    assert stop.grace_s == 0.0
    assert [type(effect) for effect in planned(asked(released, DEAD)).effects] == [RemoveContainer]
    gone = asked(released, GONE)
    assert planned(gone).deletes == (gone,)


def test_a_pause_that_was_never_asked_for_need_not_be_waited_for():
    released = an_interface(released_at=T0)
    assert planned(released).deletes == (released,)


def test_one_that_was_asked_for_and_never_seen_is_stopped_before_its_row_goes():
    interface = asked(an_interface(released_at=T0), an_interface().seen.pause)
    plan = planned(interface)
    assert [type(effect) for effect in plan.effects] == [StopContainer]
    assert not plan.deletes


def test_what_is_nobodys_is_given_back():
    assert after(planned(asked(an_interface(), UP), is_orphan=True)).state.released_at == T0 + 2


def test_the_bridges_of_two_installations_have_different_names():
    names = {
        socket(an_interface(), VPC, DEFAULT, replace(DEFAULTS, installation=each)).network.bridge
        for each in "ab"
    }
    assert len(names) == 2
    assert {len(name) for name in names} == {14}
