"""Roles that a request hands to a service, so that it acts as them: each needs `iam:PassRole` (IAM User Guide)."""

from collections.abc import Iterable, Iterator

from homeport.api.authorization.access import Access
from homeport.api.caller import Caller
from homeport.model.role import Role, role_id
from homeport.store.tx import ReadTx


def roles(tx: ReadTx, caller: Caller, named: Iterable[str | None], service: str) -> Iterator[Access]:
    """The permissions to hand roles, which are given by ARN or by name, to a service.

    A name means a role whatever its case and its path, and so the permission is asked for the role that it means.
    """
    for text in dict.fromkeys(filter(None, named)):
        plain = text if text.startswith("arn:") else f"arn:aws:iam::{caller.account}:role/{text}"
        found = None if plain == text else tx.get(Role, role_id(caller.account, text))
        arn = plain if found is None else found.arn
        said = {"iam:passedtoservice": (service,)}
        yield Access(action="iam:PassRole", resource=arn, said=said, shown=plain)
