"""CreateRule, DescribeRules, ModifyRule, DeleteRule, SetRulePriorities."""

from typing import Any

import pytest

from tests.conformance.elbv2.words import ARN, FIXED, NOWHERE, PATHS, forward, group, listener, nlb, rule
from tests.conformance.world import refusal

VALIDATION = "ValidationError"
RULE = f"{ARN}:listener-rule/app/web/{NOWHERE}/{NOWHERE}/{NOWHERE}"
NOT_FOUND = ("RuleNotFound", "One or more rules not found")
GONE = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "410"}}


def priorities(elbv2: Any, listener: str) -> dict[str, str]:
    """The listener's rules in order, by ARN."""
    return {each["RuleArn"]: each["Priority"] for each in elbv2.describe_rules(ListenerArn=listener)["Rules"]}


def default(elbv2: Any, listener: str) -> str:
    """The ARN of the default rule."""
    (found,) = [arn for arn, priority in priorities(elbv2, listener).items() if priority == "default"]
    return found


def test_a_rule_is_answered_as_it_is_described(elbv2, http):
    made = rule(elbv2, http, 10)
    assert made["RuleArn"].startswith(http.replace(":listener/", ":listener-rule/") + "/")
    assert made == {
        "RuleArn": made["RuleArn"],
        "Priority": "10",
        "Conditions": [{**PATHS, "PathPatternConfig": {"Values": ["/img/*"]}}],
        "Actions": [FIXED],
        "IsDefault": False,
    }
    assert elbv2.describe_rules(RuleArns=[made["RuleArn"]])["Rules"] == [made]


def test_the_default_rule_is_listed_last(elbv2, http):
    for priority in (20, 3, 100):
        rule(elbv2, http, priority)
    found = elbv2.describe_rules(ListenerArn=http)["Rules"]
    assert [each["Priority"] for each in found] == ["3", "20", "100", "default"]
    assert [each["IsDefault"] for each in found] == [False, False, False, True]
    assert (found[3]["Conditions"], found[3]["Actions"]) == ([], [FIXED])


def test_rules_are_paged(elbv2, http):
    for priority in (4, 3, 2, 1):
        rule(elbv2, http, priority)
    pages = elbv2.get_paginator("describe_rules").paginate(ListenerArn=http, PaginationConfig={"PageSize": 3})
    shown = [[each["Priority"] for each in page["Rules"]] for page in pages]
    assert shown == [["1", "2", "3"], ["4", "default"]]


def test_what_is_described_can_be_sent_again(elbv2, http):
    conditions = [
        {"Field": "host-header", "Values": ["*.example.com"]},
        {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "User-Agent", "Values": ["*x*"]}},
    ]
    made = rule(elbv2, http, 1, forward(group(elbv2)), Conditions=conditions)
    elbv2.modify_rule(RuleArn=made["RuleArn"], Conditions=made["Conditions"], Actions=made["Actions"])
    assert elbv2.describe_rules(RuleArns=[made["RuleArn"]])["Rules"] == [made]


def test_a_rule_is_changed_in_part(elbv2, http):
    arn = rule(elbv2, http, 1)["RuleArn"]
    (found,) = elbv2.modify_rule(RuleArn=arn, Actions=[GONE])["Rules"]
    assert (found["Actions"], found["Conditions"][0]["Values"]) == ([GONE], ["/img/*"])
    other = {"Field": "path-pattern", "Values": ["/css/*"]}
    (found,) = elbv2.modify_rule(RuleArn=arn, Conditions=[other])["Rules"]
    assert (found["Actions"], found["Conditions"][0]["Values"]) == ([GONE], ["/css/*"])
    assert refusal(elbv2.modify_rule, RuleArn=arn) == (
        VALIDATION,
        "Either conditions or actions must be specified",
    )


def test_a_priority_is_taken_once(elbv2, http):
    rule(elbv2, http, 1)
    told = ("PriorityInUse", "Priority '1' is currently in use")
    assert refusal(rule, client=elbv2, listener=http, priority=1) == told


@pytest.mark.parametrize("priority", [0, 50_001])
def test_priorities_have_bounds(elbv2, http, priority):
    code, text = refusal(rule, client=elbv2, listener=http, priority=priority)
    assert code == VALIDATION
    assert text.startswith(f"1 validation error detected: Value '{priority}' at 'priority' failed to satisfy")


def test_the_default_rule_is_changed_through_its_listener_only(elbv2, http):
    arn = default(elbv2, http)
    modified = ("OperationNotPermitted", f"Default rule '{arn}' cannot be modified")
    assert refusal(elbv2.modify_rule, RuleArn=arn, Actions=[GONE]) == modified
    pairs = [{"RuleArn": arn, "Priority": 7}]
    assert refusal(elbv2.set_rule_priorities, RulePriorities=pairs) == modified
    deleted = ("OperationNotPermitted", f"Default rule '{arn}' cannot be deleted")
    assert refusal(elbv2.delete_rule, RuleArn=arn) == deleted


def test_a_rule_is_deleted(elbv2, http):
    arn = rule(elbv2, http, 1)["RuleArn"]
    elbv2.delete_rule(RuleArn=arn)
    assert refusal(elbv2.describe_rules, RuleArns=[arn]) == NOT_FOUND
    assert refusal(elbv2.delete_rule, RuleArn=arn) == NOT_FOUND
    rule(elbv2, http, 1)


def test_a_rule_that_is_not_there(elbv2):
    assert refusal(elbv2.describe_rules, RuleArns=[RULE]) == NOT_FOUND
    assert refusal(elbv2.modify_rule, RuleArn=RULE, Actions=[GONE]) == NOT_FOUND
    assert refusal(elbv2.set_rule_priorities, RulePriorities=[{"RuleArn": RULE, "Priority": 1}]) == NOT_FOUND


def test_what_is_no_arn_of_a_rule(elbv2, http):
    told = (VALIDATION, f"'{http}' is not a valid listener rule ARN")
    assert refusal(elbv2.describe_rules, RuleArns=[http]) == told
    assert refusal(elbv2.delete_rule, RuleArn=http) == told


def test_rules_are_found_by_their_listener_or_by_name(elbv2, http):
    assert refusal(elbv2.describe_rules) == (
        VALIDATION,
        "You must specify either listener rule ARNs or a listener ARN",
    )
    assert refusal(elbv2.describe_rules, ListenerArn=http, RuleArns=[RULE]) == (
        VALIDATION,
        "Listener rule ARNs and a listener ARN cannot be specified at the same time",
    )


def test_two_rules_may_change_places(elbv2, http):
    one, two = rule(elbv2, http, 1)["RuleArn"], rule(elbv2, http, 2)["RuleArn"]
    pairs = [{"RuleArn": one, "Priority": 2}, {"RuleArn": two, "Priority": 1}]
    answer = elbv2.set_rule_priorities(RulePriorities=pairs)["Rules"]
    assert [(each["RuleArn"], each["Priority"]) for each in answer] == [(one, "2"), (two, "1")]
    assert list(priorities(elbv2, http).values()) == ["1", "2", "default"]
    assert next(iter(priorities(elbv2, http))) == two


def test_priorities_are_set_all_or_none(elbv2, http):
    one, two = rule(elbv2, http, 1)["RuleArn"], rule(elbv2, http, 2)["RuleArn"]
    rule(elbv2, http, 3)
    before = priorities(elbv2, http)
    pairs = [{"RuleArn": one, "Priority": 7}, {"RuleArn": two, "Priority": 3}]
    told = ("PriorityInUse", "Priority '3' is currently in use")
    assert refusal(elbv2.set_rule_priorities, RulePriorities=pairs) == told
    assert priorities(elbv2, http) == before


def test_what_cannot_be_set_at_once(elbv2, balancer, http):
    one, two = rule(elbv2, http, 1)["RuleArn"], rule(elbv2, http, 2)["RuleArn"]
    elsewhere = listener(elbv2, balancer, Port=81)["ListenerArn"]
    far = rule(elbv2, elsewhere, 1)["RuleArn"]

    def told(*pairs: tuple[str, int]) -> tuple[str, str]:
        wanted = [{"RuleArn": arn, "Priority": priority} for arn, priority in pairs]
        return refusal(elbv2.set_rule_priorities, RulePriorities=wanted)

    assert told((one, 5), (two, 5)) == (VALIDATION, "Priority '5' was provided multiple times")
    assert told((one, 5), (one, 6)) == (VALIDATION, f"Listener rule '{one}' was provided multiple times")
    assert told((one, 5), (far, 6)) == (VALIDATION, "The rules must belong to the same listener")
    assert told() == (VALIDATION, "A rule priority must be specified")


def test_a_network_load_balancers_listener_has_no_rules(elbv2):
    to = forward(group(elbv2, Protocol="TCP"))
    arn = listener(elbv2, nlb(elbv2)["LoadBalancerArn"], to, Protocol="TCP")["ListenerArn"]
    told = (VALIDATION, "Rules are not supported for listeners with the protocol 'TCP'")
    assert refusal(rule, client=elbv2, listener=arn, priority=1) == told
    assert list(priorities(elbv2, arn).values()) == ["default"]


def test_transforms_are_not_built(elbv2, http):
    rewrite = {"Rewrites": [{"Regex": "^/a", "Replace": "/b"}]}
    transforms = [{"Type": "url-rewrite", "UrlRewriteConfig": rewrite}]
    told = ("UnsupportedFeatureException", "Homeport does not serve transforms of rules yet.")
    assert refusal(rule, client=elbv2, listener=http, priority=1, Transforms=transforms) == told
    arn = rule(elbv2, http, 1)["RuleArn"]
    assert refusal(elbv2.modify_rule, RuleArn=arn, Transforms=transforms) == told
    elbv2.modify_rule(RuleArn=arn, ResetTransforms=True)


def test_a_hundred_rules_are_the_most(elbv2, balancer, http):
    second = listener(elbv2, balancer, Port=81)["ListenerArn"]
    for priority in range(1, 51):
        rule(elbv2, http, priority)
        rule(elbv2, second, priority)
    assert refusal(rule, client=elbv2, listener=http, priority=51)[0] == "TooManyRules"
