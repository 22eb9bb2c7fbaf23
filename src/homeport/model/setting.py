"""Account settings: the account's default, and a principal's own choice."""

from msgspec import Struct

from homeport.model.record import Record


class SettingSpec(Struct, frozen=True, kw_only=True, gc=False):
    """`principal` is an ARN, or the account's root for the default."""

    name: str
    value: str
    principal: str


class Setting(Record, frozen=True, kw_only=True, gc=False):
    """`ACCOUNT/REGION/PRINCIPAL/NAME`, owned by its scope."""

    spec: SettingSpec
