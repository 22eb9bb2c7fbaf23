"""GetUser: who asks. Users are made by `homeport keys create`, and nobody is told of others."""

from homeport.api.caller import Caller
from homeport.api.iam import errors
from homeport.api.operation import read
from homeport.model.user import User
from homeport.shapes import iam
from homeport.store.tx import ReadTx


@read
def get_user(tx: ReadTx, caller: Caller, request: iam.GetUserRequest) -> iam.GetUserResponse:
    """The caller as a user; the account itself, when it is the administrator who asks.

    The administrator's name is ours: AWS's answer has none, although its model demands one.
    """
    identity = caller.identity
    if isinstance(identity, User) and request.user_name in (None, identity.name):
        user = iam.User(
            path="/",
            user_name=identity.name,
            user_id=identity.id,
            arn=caller.principal,
            create_date=identity.created_at,
        )
        return iam.GetUserResponse(user=user)
    if request.user_name is not None:
        raise errors.user_not_found(request.user_name)
    if identity is not None:
        raise errors.user_not_named()
    root = iam.User(
        path="/", user_name="root", user_id=caller.account, arn=caller.principal, create_date=tx.now
    )
    return iam.GetUserResponse(user=root)
