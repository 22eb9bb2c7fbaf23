"""What attributes an instance must, may and must not have (API Reference, RegisterInstance)."""

import re
from collections.abc import Callable, Mapping
from ipaddress import AddressValueError, IPv4Address, IPv6Address

from homeport.api.servicediscovery import refusals
from homeport.api.servicediscovery.names import is_name
from homeport.model.namespace import DiscoveryService, Namespace

MOST_ATTRIBUTES = 30
MOST_CHARACTERS = 5000
LARGEST_PORT = 65_535
NUMBER = re.compile(r"[0-9]{1,5}")

IPV4, IPV6, PORT = "AWS_INSTANCE_IPV4", "AWS_INSTANCE_IPV6", "AWS_INSTANCE_PORT"
CNAME, ALIAS = "AWS_INSTANCE_CNAME", "AWS_ALIAS_DNS_NAME"
EC2_INSTANCE, INIT_HEALTH = "AWS_EC2_INSTANCE_ID", "AWS_INIT_HEALTH_STATUS"
OF_INSTANCES = (IPV4, IPV6, PORT, CNAME)


def check(namespace: Namespace, service: DiscoveryService, attributes: Mapping[str, str]) -> None:
    """Raises InvalidInput. Characters and single lengths were checked on the wire."""
    if len(attributes) > MOST_ATTRIBUTES:
        raise refusals.attributes_too_many(MOST_ATTRIBUTES)
    if sum(len(key) + len(value) for key, value in attributes.items()) > MOST_CHARACTERS:
        raise refusals.attributes_too_long(MOST_CHARACTERS)
    for key, is_valid in VALUES.items():
        if key in attributes and not is_valid(attributes[key]):
            raise refusals.attribute_invalid(key, attributes[key])
    if EC2_INSTANCE in attributes:
        _check_ec2_instance(namespace, attributes)
    if ALIAS in attributes:
        _check_alias(service, attributes)
    else:
        _check_records(service, attributes)


def _check_ec2_instance(namespace: Namespace, attributes: Mapping[str, str]) -> None:
    if namespace.is_dns:
        raise refusals.ec2_instance_of_dns()
    if any(key.startswith("AWS_") and key not in (EC2_INSTANCE, INIT_HEALTH) for key in attributes):
        raise refusals.ec2_instance_with_others()


def _check_alias(service: DiscoveryService, attributes: Mapping[str, str]) -> None:
    if any(key in attributes for key in OF_INSTANCES):
        raise refusals.alias_with_others()
    if service.spec.routing != "WEIGHTED":
        raise refusals.alias_not_weighted()
    if not {"A", "AAAA"} & set(service.record_types):
        raise refusals.alias_without_records()


def _check_records(service: DiscoveryService, attributes: Mapping[str, str]) -> None:
    types = service.record_types
    for type, key in (("A", IPV4), ("AAAA", IPV6), ("CNAME", CNAME), ("SRV", PORT)):
        if type in types and key not in attributes:
            raise refusals.required(key, type)
    if "SRV" in types and IPV4 not in attributes and IPV6 not in attributes:
        raise refusals.srv_without_address()


def _is_ipv4(text: str) -> bool:
    try:
        IPv4Address(text)
    except AddressValueError:
        return False
    return True


def _is_ipv6(text: str) -> bool:
    try:
        found = IPv6Address(text)
    except AddressValueError:
        return False
    return found.scope_id is None


def _is_port(text: str) -> bool:
    return NUMBER.fullmatch(text) is not None and int(text) <= LARGEST_PORT


def _is_health(text: str) -> bool:
    return text in ("HEALTHY", "UNHEALTHY")


VALUES: dict[str, Callable[[str], bool]] = {
    IPV4: _is_ipv4,
    IPV6: _is_ipv6,
    PORT: _is_port,
    CNAME: is_name,
    ALIAS: is_name,
    INIT_HEALTH: _is_health,
}
