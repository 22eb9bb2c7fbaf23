"""Elastic Load Balancing (version 2): its operations by noun, what they look up, and what they answer with."""

from types import ModuleType

MODULES: tuple[ModuleType, ...] = ()
