"""Prefix lists as requests name them: the caller's own, and those that AWS keeps for its services.

The latter are no records: nobody can change them, and behind them is nothing that is served here, so they are empty.
"""

from collections.abc import Sequence

from homeport.api.caller import Caller
from homeport.api.ec2 import find
from homeport.api.ec2.errors import prefix_lists as errors
from homeport.model.record import Scope
from homeport.model.security_group import PrefixList, PrefixListSpec
from homeport.model.vpc import derived_id
from homeport.store.tx import ReadTx

PREFIX = "pl-"
AWS = "AWS"
"""The owner of AWS's own lists."""
SERVICES = ("dynamodb", "s3")
EPOCH = 0.0


def of_aws(scope: Scope) -> list[PrefixList]:
    """AWS's own lists in a region: `com.amazonaws.us-east-1.s3` and so on. Each counts as one rule."""
    return [
        PrefixList(
            id=f"{scope.id}/{derived_id('pl', scope, service)}",
            owner=AWS,
            spec=PrefixListSpec(
                name=f"com.amazonaws.{scope.region}.{service}", created_at=EPOCH, max_entries=1
            ),
        )
        for service in SERVICES
    ]


def one(tx: ReadTx, caller: Caller, id: str) -> PrefixList:
    """The list with this id. Raises InvalidPrefixListId.Malformed and InvalidPrefixListID.NotFound."""
    if not id.startswith(PREFIX):
        raise errors.id_malformed(id)
    own = next((each for each in of_aws(caller.scope) if each.name == id), None)
    return own or find.one(tx, caller, PrefixList, id)


def several(tx: ReadTx, caller: Caller, ids: Sequence[str] | None) -> list[PrefixList]:
    """Those that are named, or all there are. Raises as `one` does."""
    if not ids:
        return [*of_aws(caller.scope), *find.several(tx, caller, PrefixList, None)]
    return [one(tx, caller, id) for id in dict.fromkeys(ids)]
