"""The turn: what is asked, what is asked again, and how soon."""

from homeport.engine.engine import Engine
from homeport.model.container import ContainerSeen
from homeport.plan.effects import Effect, PullImage
from homeport.plan.observations import ContainerObserved, EffectFailed
from homeport.store.memory import MemoryStore
from tests.builders import T0, a_cluster, a_machine, a_task, a_task_definition, an_instance, ids


class Shell:
    """An engine with one task, and a hand that performs what it asks."""

    def __init__(self) -> None:
        self.store = MemoryStore(ids())
        with self.store.write("spec", T0) as tx:
            for record in (
                a_cluster(),
                a_machine(),
                an_instance(),
                a_task_definition(),
                a_task(1, machine="local"),
            ):
                tx.put(record)
        self.engine = Engine(self.store)
        self.engine.resync(T0)

    def asked(self, now: float) -> list[Effect]:
        """Everything that is asked at `now`."""
        found: list[Effect] = []
        while True:
            turn = self.engine.turn(now)
            found += turn.effects
            if turn.wake_at is None or turn.wake_at > now:
                return found

    def fail(self, effect: Effect, now: float) -> None:
        """The world does not answer."""
        self.engine.observe([EffectFailed(effect, "no answer", now)], now)
        self.engine.performed(effect)


def test_an_effect_that_failed_is_asked_again_later_and_later():
    shell = Shell()
    [effect] = shell.asked(T0)
    now, delays = T0, []
    for _ in range(4):
        shell.fail(effect, now)
        assert shell.asked(now) == []
        turn = shell.engine.turn(now)
        assert turn.wake_at is not None
        delays.append(turn.wake_at - now)
        now = turn.wake_at
        [effect] = shell.asked(now)
    assert delays == [0.5, 1.0, 2.0, 4.0]


def test_a_success_makes_the_next_failure_the_first_one():
    shell = Shell()
    [effect] = shell.asked(T0)
    shell.fail(effect, T0)
    [effect] = shell.asked(T0 + 0.5)
    assert isinstance(effect, PullImage)
    shell.engine.observe([ContainerObserved(effect.ref, ContainerSeen(status="PULLED"))], T0 + 1)
    shell.engine.performed(effect)
    [effect] = shell.asked(T0 + 1)
    shell.fail(effect, T0 + 1)
    assert shell.engine.turn(T0 + 1).wake_at == T0 + 1.5


def test_what_was_asked_of_a_busy_container_is_asked_again_when_it_is_free():
    shell = Shell()
    [effect] = shell.asked(T0)
    assert shell.asked(T0) == []
    shell.engine.performed(effect)
    assert shell.asked(T0) == [effect]
