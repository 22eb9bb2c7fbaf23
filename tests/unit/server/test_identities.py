"""Who calls: nobody is taken for the administrator because their key has gone."""

import pytest

from homeport.model import session
from homeport.model.session import Session
from homeport.model.user import User
from homeport.server.identities import Identities, Place
from homeport.server.keys import KeyPair
from homeport.wire.errors import WireError
from tests import signing

SEAL = b"a seal of thirty-two bytes......"
PLACE = Place(signing.REGION, signing.KEY.account, SEAL)
BOB = User(name="bob", id="AIDABOB", created_at=signing.NOW, policy="{}")
PAIR = KeyPair(
    access_key_id=signing.KEY.access_key_id,
    secret=signing.KEY.secret,
    account=signing.KEY.account,
    created_at=signing.NOW,
    user=BOB,
)


def test_a_users_key_that_is_taken_out_while_it_is_looked_at_is_nobodys():
    """The file of keys is read again between two looks."""
    looks = iter((PAIR, None))
    identities = Identities(lambda _: next(looks), PLACE, lambda: signing.NOW)
    with pytest.raises(WireError) as told:
        identities.identify(signing.sign(signing.aws_request(), signing.signer()))
    assert told.value.code == "UnrecognizedClientException"


def test_a_users_key_is_the_users():
    identities = Identities({PAIR.access_key_id: PAIR}.get, PLACE, lambda: signing.NOW)
    caller, _ = identities.identify(signing.sign(signing.aws_request(), signing.signer()))
    assert caller.identity == BOB


def test_a_token_cannot_be_divided_anew():
    """What is sealed is the key's id and the session: no other id takes a part of the session along."""
    made = Session(account="1", role="r", role_id="AROA", name="a {}", expires_at=0.0)
    given = session.credentials(SEAL, made, "0123456789abcdef" * 2)
    assert session.opened(SEAL, given.access_key_id, given.token) is not None
    assert session.opened(SEAL, given.access_key_id + " ", given.token) is None
    assert session.opened(SEAL, given.access_key_id.lower(), given.token) is None
