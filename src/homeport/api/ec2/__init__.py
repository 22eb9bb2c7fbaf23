"""EC2: the networks of an account and what is in them, by noun; what its operations look up, and what they answer with."""

from types import ModuleType

from homeport.api.ec2 import (
    acls,
    defaults,
    gateways,
    group_rules,
    instances,
    interfaces,
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
    acls,
    defaults,
    gateways,
    group_rules,
    instances,
    interfaces,
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
