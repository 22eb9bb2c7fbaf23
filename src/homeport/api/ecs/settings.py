"""Account settings: ListAccountSettings, PutAccountSetting, PutAccountSettingDefault, DeleteAccountSetting.

They are kept and told as AWS does. Those that would change what ECS does on AWS (trunking, retirement) have nothing
to change here; the long ARN formats are the only ones there are.
"""

from homeport.api.caller import Caller
from homeport.api.ecs.errors import clusters as errors
from homeport.api.operation import read, write
from homeport.api.paging import Listing
from homeport.model import arn
from homeport.model.setting import Setting, SettingSpec
from homeport.shapes import ecs
from homeport.store.tx import ReadTx, WriteTx

LISTING = Listing(operation="ListAccountSettings", usual=10, largest=10)
ON_OFF = ("enabled", "disabled", "on", "off")
VALUES: dict[ecs.SettingName, tuple[str, ...]] = {
    "awsvpcTrunking": ON_OFF,
    "containerInsights": ("enhanced", *ON_OFF),
    "containerInstanceLongArnFormat": ("enabled", "on"),
    "defaultLogDriverMode": ("blocking", "non-blocking"),
    "fargateEventWindows": ON_OFF,
    "fargateFIPSMode": ON_OFF,
    "fargateTaskRetirementWaitPeriod": ("0", "7", "14"),
    "guardDutyActivate": (),
    "serviceLongArnFormat": ("enabled", "on"),
    "tagResourceAuthorization": ("on", "off"),
    "taskLongArnFormat": ("enabled", "on"),
}
"""What each may be set to; none for what AWS manages. Long ARNs cannot be turned off since 2021."""

DEFAULTS: dict[ecs.SettingName, str] = {
    "awsvpcTrunking": "disabled",
    "containerInsights": "disabled",
    "containerInstanceLongArnFormat": "enabled",
    "defaultLogDriverMode": "non-blocking",
    "fargateEventWindows": "disabled",
    "fargateFIPSMode": "disabled",
    "fargateTaskRetirementWaitPeriod": "7",
    "guardDutyActivate": "off",
    "serviceLongArnFormat": "enabled",
    "tagResourceAuthorization": "off",
    "taskLongArnFormat": "enabled",
}


@read
def list_account_settings(
    tx: ReadTx, caller: Caller, request: ecs.ListAccountSettingsRequest
) -> ecs.ListAccountSettingsResponse:
    """A principal's own settings; with effectiveSettings all, filled up from the account's defaults and AWS's."""
    principal = _principal(caller, request.principal_arn)
    found = {
        setting.spec.name: setting.spec.value
        for setting in tx.owned(Setting, caller.scope.id)
        if setting.spec.principal == principal
    }
    if request.effective_settings:
        found = {name: effective(tx, caller, principal, name) for name in DEFAULTS}
    shown = {
        name: value
        for name, value in found.items()
        if request.name in (None, name) and request.value in (None, value)
    }
    filters = f"{principal} {request.name} {request.value} {request.effective_settings}"
    page = LISTING.page(caller, shown, request.next_token, request.max_results, filters)
    return ecs.ListAccountSettingsResponse(
        settings=[_shape(name, shown[name], principal) for name in page.items], next_token=page.next_token
    )


@write
def put_account_setting(
    tx: WriteTx, caller: Caller, request: ecs.PutAccountSettingRequest
) -> ecs.PutAccountSettingResponse:
    """Sets it for the caller, or for a principal of the account."""
    principal = _principal(caller, request.principal_arn)
    return ecs.PutAccountSettingResponse(setting=_put(tx, caller, principal, request.name, request.value))


@write
def put_account_setting_default(
    tx: WriteTx, caller: Caller, request: ecs.PutAccountSettingDefaultRequest
) -> ecs.PutAccountSettingDefaultResponse:
    """Sets it for everybody in the account who has not set it."""
    root = _root(caller)
    return ecs.PutAccountSettingDefaultResponse(setting=_put(tx, caller, root, request.name, request.value))


@write
def delete_account_setting(
    tx: WriteTx, caller: Caller, request: ecs.DeleteAccountSettingRequest
) -> ecs.DeleteAccountSettingResponse:
    """Goes back to the default; the answer has what holds then."""
    principal = _principal(caller, request.principal_arn)
    setting = tx.get(Setting, _id(caller, principal, request.name))
    if setting is not None:
        tx.delete(setting)
    value = effective(tx, caller, principal, request.name)
    return ecs.DeleteAccountSettingResponse(setting=_shape(request.name, value, principal))


def _put(tx: WriteTx, caller: Caller, principal: str, name: ecs.SettingName, value: str) -> ecs.Setting:
    if not VALUES[name]:
        raise errors.account_setting_fixed(name)
    if value not in VALUES[name]:
        raise errors.account_setting_value_invalid(name)
    spec = SettingSpec(name=name, value=value, principal=principal)
    tx.put(Setting(id=_id(caller, principal, name), owner=caller.scope.id, spec=spec))
    return _shape(name, value, principal)


def effective(tx: ReadTx, caller: Caller, principal: str, name: str) -> str:
    """What holds for a principal: its own choice, else the account's, else AWS's."""
    for who in (principal, _root(caller)):
        setting = tx.get(Setting, _id(caller, who, name))
        if setting is not None:
            return setting.spec.value
    return next(value for known, value in DEFAULTS.items() if known == name)


def _shape(name: str, value: str, principal: str) -> ecs.Setting:
    known = next(each for each in DEFAULTS if each == name)
    kind: ecs.SettingType = "user" if VALUES[known] else "aws_managed"
    return ecs.Setting(name=known, value=value, principal_arn=principal, type=kind)


def _principal(caller: Caller, text: str | None) -> str:
    if not text:
        return caller.principal
    parsed = arn.parse(text)
    if parsed is None or parsed.service != "iam" or parsed.account != caller.account:
        raise errors.principal_foreign()
    return text


def _root(caller: Caller) -> str:
    return f"arn:aws:iam::{caller.account}:root"


def _id(caller: Caller, principal: str, name: str) -> str:
    return f"{caller.scope.id}/{principal}/{name}"
