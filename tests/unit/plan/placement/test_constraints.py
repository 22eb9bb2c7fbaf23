"""The cluster query language."""

import pytest

from homeport.plan.placement.constraints import Facts, parse

FACTS = Facts(
    attributes={"ecs.instance-type": "t2.small", "stack": None, "disks": "10"},
    groups={"service:production", "family:job"},
    running=3,
    agent_version="1.20.3",
    ec2_instance_id="i-abcd1234",
    registered_at=1_500_000_000.0,
)


@pytest.mark.parametrize(
    "text",
    [
        "attribute:ecs.instance-type == t2.small",
        "attribute:ecs.instance-type equals 't2.small'",
        "attribute:ecs.instance-type != t2.micro",
        "attribute:ecs.instance-type =~ t2.*",
        "attribute:ecs.instance-type matches (t2|t3)\\.\\w+",
        "attribute:ecs.instance-type !~ m5.*",
        "attribute:ecs.instance-type in [t2.micro, t2.small]",
        "attribute:ecs.instance-type !in ['t2.micro']",
        "attribute:ecs.instance-type not_in [t2.micro]",
        "attribute:stack exists",
        "attribute:colour !exists",
        "attribute:colour not_exists",
        "attribute:colour != red",
        "attribute:disks > 9",
        "attribute:disks less_than_equal 10",
        "agentVersion >= 1.3",
        "agentConnected == true",
        "ec2InstanceId in [i-abcd1234, i-wxyx7890]",
        "registeredAt < 2017-07-15",
        "registeredAt greater_than 2017-07-14T00:00:00+00:00",
        "runningTasksCount == 3",
        "task:group == service:production",
        "task:group != service:other",
        "not(task:group == database)",
        "!(task:group == database) && runningTasksCount < 4",
        "attribute:x exists or (attribute:disks == 10 and not attribute:disks == 11)",
    ],
)
def test_an_expression_that_holds(text: str) -> None:
    assert parse(text).match(FACTS)


@pytest.mark.parametrize(
    "text",
    [
        "attribute:ecs.instance-type == T2.small",
        "attribute:ecs.instance-type =~ t2",
        "attribute:colour == red",
        "attribute:disks < 9",
        "task:group != service:production",
        "attribute:x exists or attribute:y exists",
        "attribute:stack exists and attribute:y exists",
        "not attribute:stack exists",
    ],
)
def test_an_expression_that_does_not_hold(text: str) -> None:
    assert not parse(text).match(FACTS)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "colour == red",
        "attribute: == red",
        "attribute:colour",
        "attribute:colour ==",
        "attribute:colour == red blue",
        "attribute:colour in []",
        "attribute:colour in [red",
        "attribute:colour =~ [a",
        "attribute:colour =~ (?=a)",
        "(attribute:colour == red",
        "attribute:colour == red)",
        "attribute:colour == red and",
        "registeredAt > yesterday",
        "(" * 1000,
        "not " * 400 + "attribute:x exists",
        "attribute:x == " + "y" * 3000,
    ],
)
def test_what_is_no_expression_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        parse(text)


def test_only_what_placing_a_task_can_change_is_called_changing() -> None:
    assert parse("task:group == a or attribute:b == c").changes
    assert parse("runningTasksCount < 3").changes
    assert not parse("attribute:b == c").changes
