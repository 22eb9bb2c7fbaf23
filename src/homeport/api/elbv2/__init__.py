"""Elastic Load Balancing (version 2): its operations by noun, what they look up, and what they answer with."""

from homeport.api.elbv2 import (
    certificates,
    limits,
    listeners,
    load_balancers,
    policies,
    rules,
    tags,
    target_attributes,
    target_groups,
    targets,
)

MODULES = (
    certificates,
    limits,
    listeners,
    load_balancers,
    policies,
    rules,
    tags,
    target_attributes,
    target_groups,
    targets,
)
