"""EC2: the networks of an account and what is in them, by noun; what its operations look up, and what they answer with."""

from types import ModuleType

from homeport.api.ec2 import (
    defaults,
    group_rules,
    instances,
    interfaces,
    prefix_lists,
    rule_changes,
    security_groups,
    tags,
    zones,
)

MODULES: tuple[ModuleType, ...] = (
    defaults,
    group_rules,
    instances,
    interfaces,
    prefix_lists,
    rule_changes,
    security_groups,
    tags,
    zones,
)
