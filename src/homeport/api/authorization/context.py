"""The condition keys that every request has, whatever it asks for (IAM User Guide, "Global condition context keys").

Where a request comes from (`aws:SourceIp`) is not among them: everything comes from this machine.
"""

from datetime import UTC, datetime

from homeport.api.authorization import standing
from homeport.api.authorization.access import one
from homeport.api.caller import Caller
from homeport.model.session import Session
from homeport.model.user import User
from homeport.plan.policy.patterns import Values
from homeport.store.tx import ReadTx


def of(tx: ReadTx, caller: Caller) -> Values:
    """Who asks, where and when."""
    found: dict[str, tuple[str, ...]] = {
        "aws:currenttime": (_iso(tx.now),),
        "aws:epochtime": (str(int(tx.now)),),
        "aws:principalaccount": (caller.account,),
        "aws:requestedregion": (caller.region,),
        "aws:securetransport": ("false",),
        "aws:userid": (caller.user_id,),
        "aws:viaawsservice": ("false",),
    }
    identity = caller.identity
    if isinstance(identity, User):
        return found | {
            "aws:principalarn": (caller.principal,),
            "aws:principaltype": ("User",),
            "aws:username": (identity.name,),
        }
    if isinstance(identity, Session):
        tags = standing.tags(tx, caller)
        return (
            found
            | {
                "aws:principalarn": (identity.role,),
                "aws:principaltype": ("AssumedRole",),
                "aws:sourceidentity": one(identity.source_identity),
                "aws:tokenissuetime": (_iso(identity.issued_at),),
            }
            | {f"aws:principaltag/{key.lower()}": (value,) for key, value in tags.items()}
        )
    return found | {"aws:principalarn": (caller.principal,), "aws:principaltype": ("Account",)}


def _iso(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
