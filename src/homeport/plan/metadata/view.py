"""A task with what its documents tell of: what whoever has the rows hands over."""

from dataclasses import dataclass

from homeport.model.dhcp_options import DhcpOptions
from homeport.model.instance import Instance
from homeport.model.interface import Interface
from homeport.model.task import Task
from homeport.model.vpc import Subnet, Vpc
from homeport.plan.network import RoleTable
from homeport.shapes import ecs


@dataclass(frozen=True, slots=True)
class TaskView:
    """A task with what its documents tell of. `interface`, `subnet`: in awsvpc mode, once it has them. `dhcp`: the
    DHCP options that its interface was made with. `vpc`: that of its interface, else the default one of its account. `instance`: the container instance that it is on, if any.
    """

    task: Task
    definition: ecs.TaskDefinition
    installation: str
    role: RoleTable | None = None
    interface: Interface | None = None
    subnet: Subnet | None = None
    vpc: Vpc | None = None
    dhcp: DhcpOptions | None = None
    instance: Instance | None = None

    @property
    def is_fargate(self) -> bool:
        """Whether it is shown as Fargate shows tasks."""
        return self.task.spec.launch_type == "FARGATE"
