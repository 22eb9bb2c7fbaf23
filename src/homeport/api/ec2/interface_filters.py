"""What DescribeNetworkInterfaces can be narrowed by, under AWS's names."""

from collections.abc import Callable, Mapping
from typing import Any

from homeport.api.ec2.filters import Field
from homeport.api.ec2.listing import Catalogue
from homeport.shapes import ec2


def _of(member: str, name: str) -> Callable[[ec2.NetworkInterface], Any]:
    """A member of what may not be there: the association, the attachment."""

    def looked_at(view: ec2.NetworkInterface) -> Any:
        found = getattr(view, member)
        return None if found is None else getattr(found, name)

    return looked_at


def _addresses(view: ec2.NetworkInterface) -> list[ec2.NetworkInterfacePrivateIpAddress]:
    return view.private_ip_addresses or []


def _associations(name: str) -> Callable[[ec2.NetworkInterface], list[str | None]]:
    def looked_at(view: ec2.NetworkInterface) -> list[str | None]:
        return [getattr(each.association, name) for each in _addresses(view) if each.association is not None]

    return looked_at


FIELDS: Mapping[str, Field[ec2.NetworkInterface]] = {
    "addresses.association.owner-id": _associations("ip_owner_id"),
    "addresses.association.public-ip": _associations("public_ip"),
    "addresses.primary": lambda view: ["true" if each.primary else "false" for each in _addresses(view)],
    "addresses.private-ip-address": lambda view: [each.private_ip_address for each in _addresses(view)],
    "association.allocation-id": _of("association", "allocation_id"),
    "association.association-id": _of("association", "association_id"),
    "association.ip-owner-id": _of("association", "ip_owner_id"),
    "association.public-dns-name": _of("association", "public_dns_name"),
    "association.public-ip": _of("association", "public_ip"),
    "attachment.attachment-id": _of("attachment", "attachment_id"),
    "attachment.delete-on-termination": _of("attachment", "delete_on_termination"),
    "attachment.device-index": _of("attachment", "device_index"),
    "attachment.instance-id": _of("attachment", "instance_id"),
    "attachment.instance-owner-id": _of("attachment", "instance_owner_id"),
    "attachment.status": _of("attachment", "status"),
    "availability-zone": lambda view: view.availability_zone,
    "availability-zone-id": lambda view: view.availability_zone_id,
    "description": lambda view: view.description,
    "group-id": lambda view: [each.group_id for each in view.groups or ()],
    "group-name": lambda view: [each.group_name for each in view.groups or ()],
    "interface-type": lambda view: view.interface_type,
    "ipv6-addresses.ipv6-address": lambda _: None,
    "mac-address": lambda view: view.mac_address,
    "network-interface-id": lambda view: view.network_interface_id,
    "operator.managed": lambda _: False,
    "operator.principal": lambda _: None,
    "owner-id": lambda view: view.owner_id,
    "private-dns-name": lambda view: view.private_dns_name,
    "private-ip-address": lambda view: [each.private_ip_address for each in _addresses(view)],
    "requester-id": lambda view: view.requester_id,
    "requester-managed": lambda view: view.requester_managed,
    "source-dest-check": lambda view: view.source_dest_check,
    "status": lambda view: view.status,
    "subnet-id": lambda view: view.subnet_id,
    "vpc-id": lambda view: view.vpc_id,
}
INTERFACES = Catalogue[ec2.NetworkInterface](
    operation="DescribeNetworkInterfaces", fields=FIELDS, tags=lambda view: view.tag_set
)
