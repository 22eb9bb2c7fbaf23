"""Roles that a request hands to a service, so that it acts as them: each needs `iam:PassRole` (IAM User Guide)."""

from collections.abc import Iterable, Iterator

from homeport.api.authorization.access import Access
from homeport.api.caller import Caller


def roles(caller: Caller, named: Iterable[str | None], service: str) -> Iterator[Access]:
    """The permissions to hand roles, which are given by ARN or by name, to a service."""
    for text in dict.fromkeys(filter(None, named)):
        arn = text if text.startswith("arn:") else f"arn:aws:iam::{caller.account}:role/{text}"
        yield Access(action="iam:PassRole", resource=arn, said={"iam:passedtoservice": (service,)})
