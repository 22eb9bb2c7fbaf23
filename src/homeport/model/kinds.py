"""The list of kinds: every record that the store can keep, by the name it is kept under."""

from homeport.model.cluster import Cluster
from homeport.model.instance import Instance, Machine
from homeport.model.record import Record
from homeport.model.service import Service
from homeport.model.setting import Setting
from homeport.model.task import Task
from homeport.model.task_definition import Family, TaskDefinition
from homeport.model.task_set import TaskSet
from homeport.model.token import Token

KINDS: dict[str, type[Record]] = {
    kind.__name__: kind
    for kind in (
        Cluster,
        Family,
        Instance,
        Machine,
        Service,
        Setting,
        Task,
        TaskDefinition,
        TaskSet,
        Token,
    )
}
