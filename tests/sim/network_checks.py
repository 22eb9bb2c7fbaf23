"""What must be true of network interfaces once a world has settled."""

from homeport.engine.subnet import LEFT_FREE
from homeport.model.interface import PAUSE, Interface
from homeport.model.task import Task
from homeport.model.vpc import Subnet
from homeport.plan.addresses import available
from homeport.plan.effects import ContainerRef
from tests.sim.world import World


def interfaces_at_rest(world: World) -> None:
    """Each interface is a running task's or a warm one, each has its pause with its address, and no other pause is there."""
    with world.store.read(world.now) as tx:
        expected = {}
        for each in tx.all(Interface):
            task = tx.get(Task, each.state.task or "")
            assert each.is_warm or (task is not None and task.state.last == "RUNNING"), (
                f"{each.id} is nobody's: {each.state}"
            )
            expected[ContainerRef(each.id, PAUSE, each.state.pause.attempt)] = each.spec.address
        for subnet in tx.all(Subnet):
            warm = tx.count(Interface, f"{subnet.id}#warm")
            wanted = 0 if subnet.state.used_at is None else world.options.warm_pauses
            free = available(subnet.spec.cidr, tx.count(Interface, subnet.id))
            assert warm == wanted or free <= LEFT_FREE, f"{subnet.id} has {warm} warm interfaces"
    running = {
        ref: socket.address
        for ref, socket in world.runtime.sockets.items()
        if ref in world.runtime.containers and world.runtime.containers[ref].status == "RUNNING"
    }
    assert running == expected, f"on the machine {running}; in rows {expected}"


def never_wrong_about_networks(world: World) -> None:
    """What was watched on the way."""
    assert not world.network_watch.wrongs, "; ".join(world.network_watch.wrongs[:3])
