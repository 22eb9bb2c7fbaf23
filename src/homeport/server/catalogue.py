"""Which services there are, and what loads each: its generated model, and its package of operations.

ECS is loaded at the start; all others by `services.py`, when they are first asked for. Their names are written
down here, because asking a model for them would load it; a test holds them against the models.
"""

import importlib
from collections.abc import Sequence
from functools import partial
from types import ModuleType
from typing import Any

from homeport.api import operation
from homeport.api.ecs import MODULES as ECS
from homeport.server.services import Further, Served
from homeport.shapes import ecs

FURTHER: dict[str, tuple[str, str, str | None]] = {
    "acm": ("acm", "2015-12-08", "CertificateManager"),
    "cloudwatch": ("monitoring", "2010-08-01", "GraniteServiceVersion20100801"),
    "ec2": ("ec2", "2016-11-15", None),
    "elbv2": ("elasticloadbalancing", "2015-12-01", None),
    "servicediscovery": ("servicediscovery", "2017-03-14", "Route53AutoNaming_v20170314"),
    "iam": ("iam", "2010-05-08", None),
    "sts": ("sts", "2011-06-15", None),
}
"""By the package's name: what signatures, the Query protocol (Version) and X-Amz-Target call the service."""


def first() -> list[Served]:
    """Those that a start waits for."""
    return [_served(ecs, ECS)]


def further() -> list[Further]:
    """All others."""
    return [Further(*names, partial(_load, package)) for package, names in FURTHER.items()]


def services() -> list[Served]:
    """Every service with the operations that are built, loaded, by name."""
    found = [*first(), *(known.load() for known in further())]
    return sorted(found, key=lambda served: served.model.SERVICE)


def _load(package: str) -> Served:
    modules = importlib.import_module(f"homeport.api.{package}").MODULES
    return _served(importlib.import_module(f"homeport.shapes.{package}"), modules)


def _served(model: Any, modules: Sequence[ModuleType]) -> Served:
    names = {op.method_name: name for name, op in model.OPERATIONS.items()}
    return Served(model, operation.collect(names, *modules))
