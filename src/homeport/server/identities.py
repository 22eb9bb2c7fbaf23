"""Who calls: the signature is verified, and the key stands for somebody of an account.

What a caller may do is not asked here. Nobody is remembered for longer than their key is the same.
"""

from collections.abc import Callable
from dataclasses import dataclass

from homeport.api.caller import Caller
from homeport.model import session
from homeport.model.record import Time
from homeport.model.session import Session
from homeport.server.keys import KeyPair
from homeport.wire import refusals, sigv4
from homeport.wire.http import HttpRequest
from homeport.wire.sigv4 import Signer, SigningKey

CALLERS_REMEMBERED = 4096


@dataclass(frozen=True, slots=True)
class Place:
    """Where we are: the region that is served, the account of unsigned requests, and the installation's secret.

    `verifies` is False in --no-auth mode only.
    """

    region: str
    account: str
    seal: bytes
    verifies: bool = True


class Identities:
    """`pairs` finds a lasting key pair by its id."""

    def __init__(
        self, pairs: Callable[[str], KeyPair | None], place: Place, clock: Callable[[], Time]
    ) -> None:
        self._pairs = pairs
        self._place = place
        self._clock = clock
        self._callers: dict[str, Caller] = {}
        self._keys: dict[str, tuple[KeyPair, SigningKey]] = {}

    def identify(self, request: HttpRequest) -> tuple[Caller, str | None]:
        """Who calls, and the service that the signature is for; None when signatures are not asked for. Raises WireError."""
        place = self._place
        if not place.verifies:
            return self._administrator(place.account), None
        signer = sigv4.verify(request, keys=self._key, now=self._clock(), region=place.region)
        return self._caller(signer, request), signer.service

    def _key(self, access_key_id: str, token: str | None) -> SigningKey | None:
        if token is not None:
            return self._temporary(access_key_id, token)
        pair = self._pairs(access_key_id)
        return None if pair is None else self._lasting(pair)

    def _lasting(self, pair: KeyPair) -> SigningKey:
        """The key of a pair, remembered for as long as the pair is the same."""
        known = self._keys.get(pair.access_key_id)
        if known is not None and known[0] is pair:
            return known[1]
        key = SigningKey(access_key_id=pair.access_key_id, secret=pair.secret, account=pair.account)
        self._keys[pair.access_key_id] = (pair, key)
        return key

    def _temporary(self, access_key_id: str, token: str) -> SigningKey | None:
        """The key of a session: whatever is to be known of it stands in its token, under our seal."""
        found = session.opened(self._place.seal, access_key_id, token)
        if found is None:
            return None
        return SigningKey(
            access_key_id=access_key_id,
            secret=found[1],
            account=found[0].account,
            session_token=token,
            expires_at=found[0].expires_at,
        )

    def _caller(self, signer: Signer, request: HttpRequest) -> Caller:
        if signer.token is not None:
            found = session.opened(self._place.seal, signer.access_key_id, signer.token)
            assert found is not None
            return self._assumed(found[0])
        pair = self._pairs(signer.access_key_id)
        if pair is None:  # Taken out since its signature was verified: nobody's, not the administrator's.
            raise refusals.named(refusals.unknown(), request)
        if pair.user is None:
            return self._administrator(signer.account)
        name = f"arn:aws:iam::{pair.account}:user/{pair.user.name}"
        place = self._place
        return Caller(pair.account, place.region, name, pair.user.id, place.seal, pair.user)

    def _assumed(self, found: Session) -> Caller:
        role = found.role.rpartition("/")[2]
        name = f"arn:aws:sts::{found.account}:assumed-role/{role}/{found.name}"
        place = self._place
        return Caller(found.account, place.region, name, f"{found.role_id}:{found.name}", place.seal, found)

    def _administrator(self, account: str) -> Caller:
        """Whoever has the account's own key: nothing is evaluated for them."""
        found = self._callers.get(account)
        if found is None:
            found = Caller(
                account=account,
                region=self._place.region,
                principal=f"arn:aws:iam::{account}:root",
                user_id=account,
                seal=self._place.seal,
            )
            if len(self._callers) < CALLERS_REMEMBERED:
                self._callers[account] = found
        return found
