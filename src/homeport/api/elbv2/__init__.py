"""Elastic Load Balancing (version 2): its operations by noun, what they look up, and what they answer with."""

from homeport.api.elbv2 import limits, load_balancers, tags

MODULES = (limits, load_balancers, tags)
