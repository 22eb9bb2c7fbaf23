"""GetCallerIdentity."""

from homeport.api.caller import Caller
from homeport.api.operation import read
from homeport.shapes import sts
from homeport.store.tx import ReadTx


@read
def get_caller_identity(
    _: ReadTx, caller: Caller, __: sts.GetCallerIdentityRequest
) -> sts.GetCallerIdentityResponse:
    """The account and the ARN behind the signature. It needs no permission, as on AWS."""
    return sts.GetCallerIdentityResponse(user_id=caller.user_id, account=caller.account, arn=caller.principal)
