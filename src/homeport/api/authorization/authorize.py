"""May this caller do this? Asked in the operation's own transaction, before it runs: who may not, learns nothing."""

import importlib
from typing import Any

from homeport.api.authorization import context, errors, standing
from homeport.api.authorization.access import Access, Table
from homeport.api.caller import Caller
from homeport.plan.policy import evaluation
from homeport.plan.policy.evaluation import Denial, Question
from homeport.store.tx import ReadTx

TABLES = {
    "acm": "acm",
    "ec2": "ec2",
    "ecs": "ecs",
    "elasticloadbalancing": "elbv2",
    "iam": "iam",
    "monitoring": "cloudwatch",
    "servicediscovery": "servicediscovery",
    "sts": "sts",
}
"""The module of a service's table, by its signing name. Each is loaded with the first request that needs it."""


def authorize(tx: ReadTx, caller: Caller, service: str, operation: str, request: Any) -> None:
    """Raises the service's refusal when a policy does not allow all that the request wants to do."""
    assert caller.identity is not None
    if standing.of(tx, caller.identity) is None:
        raise errors.token_invalid(service)
    for access in table(service)[operation](tx, caller, request):
        denial = denial_of(tx, caller, access)
        if denial is not None:
            raise errors.denied(service, caller.principal, access, denial)


def denial_of(tx: ReadTx, caller: Caller, access: Access) -> Denial | None:
    """Why the caller may not do it; None when they may, as the administrator always may."""
    if caller.identity is None:
        return None
    found = standing.of(tx, caller.identity)
    if found is None:
        return Denial("identity-based policy", is_explicit=False)
    said = {**context.of(tx, caller), **access.said}
    return evaluation.decide(Question(access.action, access.resource, said), found)


def table(service: str) -> Table:
    """What the operations of a service touch, by its signing name."""
    found: Table = importlib.import_module(f"homeport.api.authorization.tables.{TABLES[service]}").TABLE
    return found
