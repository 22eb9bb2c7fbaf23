"""Roles of a task definition: an ARN, or the short name of a role of the same account.

Whether the role is there, and may be passed, is asked when it is used, not when it is named.
"""

import re

from homeport.api.caller import Caller
from homeport.api.ecs.errors import task_definitions as errors

_NAME = r"[A-Za-z0-9+=,.@_-]{1,64}"
NAME = re.compile(_NAME)
ARN = re.compile(rf"arn:aws[a-z-]*:iam::[0-9]{{12}}:role/(?:[!-~]{{1,510}}/)?{_NAME}")


def check(text: str | None) -> None:
    """Raises ClientException for what can be no role."""
    if text and not (NAME.fullmatch(text) or ARN.fullmatch(text)):
        raise errors.role_invalid()


def arn(text: str | None, caller: Caller) -> str | None:
    """The role by its whole ARN; None for none."""
    if not text:
        return None
    return text if text.startswith("arn:") else f"arn:aws:iam::{caller.account}:role/{text}"
