"""A task's network interface as DescribeTasks shows it: as the task's attachment, and in each of its containers.

All of it is kept with the task, so that a STOPPED one still tells where it was, as on AWS.
"""

from homeport.model.record import scope_of
from homeport.model.task import Task
from homeport.plan import addresses, attachment
from homeport.shapes import ecs

KIND = "ElasticNetworkInterface"


def attachments(record: Task) -> list[ecs.Attachment]:
    """The attachment of a task in awsvpc mode, none of any other."""
    if record.spec.network is None:
        return []
    return [
        ecs.Attachment(
            id=record.state.attachment,
            type=KIND,
            status=attachment.status(record),
            details=[ecs.KeyValuePair(name=name, value=value) for name, value in _details(record).items()],
        )
    ]


def interfaces(record: Task) -> list[ecs.NetworkInterface]:
    """What each container of the task shows: they share one interface."""
    if record.spec.network is None or record.state.address is None:
        return []
    return [
        ecs.NetworkInterface(attachment_id=record.state.attachment, private_ipv4_address=record.state.address)
    ]


def subnet(record: Task) -> str | None:
    """The record id of the subnet that a task is in, or is going to be in when there is but one."""
    network = record.spec.network
    if network is None:
        return None
    return record.state.subnet or (network.subnets[0] if len(network.subnets) == 1 else None)


def _details(record: Task) -> dict[str, str]:
    """In AWS's order (seen there); before there is an interface, only where it is going to be."""
    found: dict[str, str] = {}
    where = subnet(record)
    if where is not None:
        found["subnetId"] = where.rsplit("/", 1)[1]
    address = record.state.address
    if address is None:
        return found
    if record.state.interface is not None:
        found["networkInterfaceId"] = record.state.interface.rsplit("/", 1)[1]
    found["macAddress"] = addresses.mac_of(address)
    found["privateDnsName"] = addresses.private_name(address, scope_of(record.id).region)
    found["privateIPv4Address"] = address
    return found
