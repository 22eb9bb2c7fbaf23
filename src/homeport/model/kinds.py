"""The list of kinds: every record that the store can keep, by the name it is kept under."""

from homeport.model.certificate import Certificate
from homeport.model.cluster import Cluster
from homeport.model.instance import Instance, Machine
from homeport.model.load_balancer import Listener, LoadBalancer, Rule
from homeport.model.record import Record
from homeport.model.service import Service
from homeport.model.setting import Setting
from homeport.model.target_group import Target, TargetGroup
from homeport.model.task import Task
from homeport.model.task_definition import Family, TaskDefinition
from homeport.model.task_set import TaskSet
from homeport.model.token import Token

KINDS: dict[str, type[Record]] = {
    kind.__name__: kind
    for kind in (
        Certificate,
        Cluster,
        Family,
        Instance,
        Listener,
        LoadBalancer,
        Machine,
        Rule,
        Service,
        Setting,
        Target,
        TargetGroup,
        Task,
        TaskDefinition,
        TaskSet,
        Token,
    )
}
