"""The networks and ports of a container: of its task's interface, or as the container engine tells them."""

from ipaddress import IPv4Network

from homeport.model.container import ContainerSeen
from homeport.model.record import scope_of
from homeport.plan import addresses, names
from homeport.plan.effects import TaskPayload
from homeport.plan.metadata.document import Document
from homeport.plan.metadata.view import TaskView
from homeport.shapes import ecs


def of_interface(view: TaskView) -> list[Document] | None:
    """The network interface of a task in awsvpc mode; the router is the VPC's, for all of its subnets."""
    found, subnet, vpc = view.interface, view.subnet, view.vpc
    if found is None or subnet is None or vpc is None:
        return None
    told = names.told(vpc, view.dhcp)
    length = IPv4Network(subnet.spec.cidr).prefixlen
    return [
        {
            "NetworkMode": "awsvpc",
            "IPv4Addresses": [found.spec.address],
            "AttachmentIndex": 0,
            "MACAddress": found.spec.mac,
            "IPv4SubnetCIDRBlock": subnet.spec.cidr,
            "DomainNameServers": list(told.servers),
            "DomainNameSearchList": list(told.search),
            "PrivateDNSName": addresses.private_name(found.spec.address, scope_of(view.task.id).region),
            "SubnetGatewayIpv4Address": f"{addresses.gateway(vpc.spec.cidr)}/{length}",
        }
    ]


def of_engine(
    payload: TaskPayload, definition: ecs.ContainerDefinition, seen: ContainerSeen
) -> list[Document] | None:
    """Of the other modes, as the engine tells it: `host` and `none` have an address that is empty (the agent's way)."""
    if payload.network_mode == "awsvpc" or seen.runtime_id is None:
        return None
    mode = "none" if definition.disable_networking else payload.network_mode
    return [{"NetworkMode": mode, "IPv4Addresses": [seen.address or ""]}]


def ports(definition: ecs.ContainerDefinition, payload: TaskPayload, seen: ContainerSeen) -> list[Document]:
    """Behind an interface host ports are the container's."""
    if payload.network_mode == "awsvpc":
        ports = [(mapping.container_port, mapping.protocol) for mapping in definition.port_mappings or []]
        return [
            {"ContainerPort": port, "Protocol": protocol or "tcp", "HostPort": port}
            for port, protocol in ports
            if port
        ]
    return [
        {
            "ContainerPort": binding.container_port,
            "Protocol": binding.protocol,
            "HostPort": binding.host_port,
            "HostIp": binding.bind_ip,
        }
        for binding in seen.bindings
    ]
