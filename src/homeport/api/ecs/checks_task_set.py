"""Whether a CreateTaskSet request is sound in what only task sets have: the revision that they run, and their scale.

Capacity, network and attachments are checked in `checks_capacity.py`, `checks_network.py` and `checks_attachments.py`.
"""

from homeport.api import errors as common
from homeport.api.caller import Caller
from homeport.api.ecs import find
from homeport.api.ecs.errors import task_sets as errors
from homeport.model.task_definition import TaskDefinition
from homeport.shapes import ecs
from homeport.store.tx import ReadTx

WHOLE_SCALE = 100.0


def definition(tx: ReadTx, caller: Caller, text: str) -> TaskDefinition:
    """The ACTIVE revision that a task set is to run."""
    if not text.strip():
        raise common.family_blank()
    found = find.runnable_definition(tx, caller, text)
    if found.status != "ACTIVE":
        raise errors.definition_inactive()
    return found


def scale_percent(scale: ecs.Scale | None) -> float:
    """The scale in percent: nothing runs unless the request says so (seen on AWS)."""
    if scale is None or scale.value is None:
        return 0.0
    if not 0.0 <= scale.value <= WHOLE_SCALE:
        raise errors.scale_out_of_range()
    return float(scale.value)
