"""ListAccountSettings, PutAccountSetting, PutAccountSettingDefault, DeleteAccountSetting."""

import pytest

from tests.conformance.world import OTHER_ACCOUNT, OTHER_REGION, refusal

ROOT = "arn:aws:iam::123456789012:root"
ALICE = "arn:aws:iam::123456789012:user/alice"
INVALID = "InvalidParameterException"


def effective(ecs, name, **members):
    found = ecs.list_account_settings(name=name, effectiveSettings=True, **members)["settings"]
    return [setting["value"] for setting in found]


def test_nothing_is_set_at_first(ecs):
    assert ecs.list_account_settings()["settings"] == []


def test_what_holds_is_told_of_every_setting(ecs):
    pages = ecs.get_paginator("list_account_settings").paginate(effectiveSettings=True)
    settings = [setting for page in pages for setting in page["settings"]]
    values = {setting["name"]: setting["value"] for setting in settings}
    assert values.keys() == set(ecs.meta.service_model.shape_for("SettingName").enum)
    assert values["serviceLongArnFormat"] == "enabled"
    assert values["containerInsights"] == "disabled"
    assert values["fargateTaskRetirementWaitPeriod"] == "7"
    assert {setting["principalArn"] for setting in settings} == {ROOT}


def test_a_setting_is_put_listed_and_deleted(ecs):
    setting = ecs.put_account_setting(name="containerInsights", value="enabled")["setting"]
    assert setting == {
        "name": "containerInsights",
        "value": "enabled",
        "principalArn": ROOT,
        "type": "user",
    }
    assert ecs.list_account_settings()["settings"] == [setting]
    assert ecs.list_account_settings(name="containerInsights", value="disabled")["settings"] == []
    deleted = ecs.delete_account_setting(name="containerInsights")["setting"]
    assert deleted["value"] == "disabled"
    assert ecs.list_account_settings()["settings"] == []


def test_a_default_holds_for_whoever_has_not_set_it(ecs):
    ecs.put_account_setting_default(name="containerInsights", value="enhanced")
    assert effective(ecs, "containerInsights", principalArn=ALICE) == ["enhanced"]
    ecs.put_account_setting(name="containerInsights", value="disabled", principalArn=ALICE)
    assert effective(ecs, "containerInsights", principalArn=ALICE) == ["disabled"]
    deleted = ecs.delete_account_setting(name="containerInsights", principalArn=ALICE)["setting"]
    assert (deleted["value"], deleted["principalArn"]) == ("enhanced", ALICE)


def test_settings_are_of_one_account_in_one_region(world, ecs):
    ecs.put_account_setting_default(name="containerInsights", value="enabled")
    assert effective(world.client(account=OTHER_ACCOUNT), "containerInsights") == ["disabled"]
    assert effective(world.client(region=OTHER_REGION), "containerInsights") == ["disabled"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("containerInsights", "maybe"),
        ("serviceLongArnFormat", "disabled"),
        ("fargateTaskRetirementWaitPeriod", "3"),
    ],
)
def test_a_value_that_is_none(ecs, name, value):
    assert refusal(ecs.put_account_setting, name=name, value=value)[0] == INVALID
    assert refusal(ecs.put_account_setting_default, name=name, value=value)[0] == INVALID


def test_a_setting_that_aws_does_not_have(ecs):
    assert refusal(ecs.put_account_setting, name="dreams", value="on")[0] == INVALID
    assert refusal(ecs.delete_account_setting, name="dreams")[0] == INVALID


def test_a_setting_that_aws_manages(ecs):
    assert refusal(ecs.put_account_setting, name="guardDutyActivate", value="on")[0] == "ClientException"


def test_another_accounts_principal(ecs):
    other = f"arn:aws:iam::{OTHER_ACCOUNT}:root"
    given = {"name": "containerInsights", "principalArn": other}
    assert refusal(ecs.put_account_setting, value="enabled", **given)[0] == INVALID
    assert refusal(ecs.delete_account_setting, **given)[0] == INVALID
    assert refusal(ecs.list_account_settings, **given)[0] == INVALID
