"""Who calls: an account in a region, and a principal."""

from msgspec import Struct

from homeport.model.record import Scope
from homeport.model.session import Session
from homeport.model.user import User


class Caller(Struct, frozen=True, gc=False):
    """The signer of a request.

    `principal` is an ARN, `user_id` what STS calls UserId. `seal` is the installation's secret with which paging
    tokens are sealed (`paging.py`) and temporary credentials are made. `identity` is None for the account's
    administrator, who may do anything; what others may do is in `authorization/`.
    """

    account: str
    region: str
    principal: str
    user_id: str
    seal: bytes
    identity: User | Session | None = None

    @property
    def scope(self) -> Scope:
        """The tenant that everything this caller names belongs to."""
        return Scope(self.account, self.region)
