"""EC2: the networks of an account and what is in them, by noun; what its operations look up, and what they answer with."""

from types import ModuleType

from homeport.api.ec2 import (
    account,
    acl_entries,
    defaults,
    dhcp_options,
    elastic_ips,
    gateways,
    group_rules,
    instances,
    interfaces,
    nat_gateways,
    network_acls,
    prefix_lists,
    route_tables,
    routes,
    rule_changes,
    security_groups,
    subnets,
    tags,
    vpcs,
    zones,
)

MODULES: tuple[ModuleType, ...] = (
    account,
    acl_entries,
    defaults,
    dhcp_options,
    elastic_ips,
    gateways,
    group_rules,
    instances,
    interfaces,
    nat_gateways,
    network_acls,
    prefix_lists,
    route_tables,
    routes,
    rule_changes,
    security_groups,
    subnets,
    tags,
    vpcs,
    zones,
)
