"""A user: a name with a policy, who has a key pair. Users stand in the file of keys, and are no records."""

from msgspec import Struct

from homeport.model.record import Time


class User(Struct, frozen=True, kw_only=True, gc=False):
    """`id` is `AIDA…`; `policy` a document of IAM's as JSON text, which says all that the user may do."""

    name: str
    id: str
    created_at: Time
    policy: str
