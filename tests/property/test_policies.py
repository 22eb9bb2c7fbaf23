"""What holds of IAM's logic whatever the policies: denials win, order does not count, nothing hostile takes long."""

import fnmatch
import json
import re
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from homeport.plan.policy import document, patterns
from homeport.plan.policy.document import Policy
from homeport.plan.policy.evaluation import Question, Standing, decide

ACTIONS = ("ecs:RunTask", "ecs:StopTask", "iam:PassRole")
NAMES = ("a", "ab", "b", "*", "?")
VALUES = ("a", "b", "ab")


def patterns_of(options: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(options), min_size=1, max_size=3)


resources = patterns_of(tuple(f"arn:aws:ecs:*:*:task/{name}" for name in NAMES))
conditions = st.dictionaries(
    st.sampled_from(["StringEquals", "StringNotLike", "ForAnyValue:StringLike", "StringEqualsIfExists"]),
    st.dictionaries(st.sampled_from(["ecs:cluster", "aws:TagKeys"]), patterns_of(NAMES), min_size=1),
    max_size=2,
)
statements = st.fixed_dictionaries(
    {"Effect": st.sampled_from(["Allow", "Deny"])},
    optional={"Condition": conditions},
).flatmap(
    lambda base: st.tuples(
        st.sampled_from(["Action", "NotAction"]),
        patterns_of((*ACTIONS, "ecs:*", "*")),
        st.sampled_from(["Resource", "NotResource"]),
        resources,
    ).map(lambda parts: {**base, parts[0]: parts[1], parts[2]: parts[3]})
)
questions = st.builds(
    Question,
    st.sampled_from(ACTIONS),
    st.sampled_from(tuple(f"arn:aws:ecs:us-east-1:123456789012:task/{name}" for name in VALUES)),
    st.dictionaries(
        st.sampled_from(["ecs:cluster", "aws:tagkeys"]),
        st.lists(st.sampled_from(VALUES), min_size=1, max_size=3).map(tuple),
    ),
)
several = st.lists(statements, min_size=1, max_size=5)


def policy(found: list[dict[str, Any]]) -> Policy:
    return document.identity_policy(json.dumps({"Version": "2012-10-17", "Statement": found}))


@given(questions, several, several)
def test_a_denial_wins_over_whatever_allows(question, first, second):
    everything = {"Effect": "Deny", "Action": "*", "Resource": "*"}
    told = decide(question, Standing([policy(first), policy([*second, everything])]))
    assert told is not None
    assert told.is_explicit


@given(questions, several, st.randoms(use_true_random=False))
def test_order_does_not_count(question, found, dice):
    shuffled = list(found)
    dice.shuffle(shuffled)
    assert decide(question, Standing([policy(found)])) == decide(question, Standing([policy(shuffled)]))


@given(questions, several)
def test_statements_count_the_same_in_one_policy_or_in_many(question, found):
    apart = [policy([statement]) for statement in found]
    assert decide(question, Standing(apart)) == decide(question, Standing([policy(found)]))


@given(questions, several, statements)
def test_what_is_allowed_more_takes_nothing_away(question, found, more):
    if decide(question, Standing([policy(found)])) is None:
        allowed = policy([*found, {**more, "Effect": "Allow"}])
        assert decide(question, Standing([allowed])) is None


@given(questions, several, several)
def test_a_bound_gives_nothing(question, found, bound):
    whole = decide(question, Standing([policy(found)]))
    for narrowed in (
        Standing([policy(found)], boundary=[policy(bound)]),
        Standing([policy(found)], session=[policy(bound)]),
    ):
        if whole is not None:
            assert decide(question, narrowed) is not None


@given(st.text("ab*?", max_size=12), st.text("ab*?", max_size=12))
@settings(max_examples=500)
def test_wildcards_mean_what_a_shells_do(pattern, text):
    filled = patterns.plain(pattern).filled({})
    assert filled is not None
    # Without brackets, which mean nothing in a policy, the two are the same language.
    assert filled.matches(text) == bool(re.fullmatch(fnmatch.translate(pattern), text))


def test_no_pattern_makes_a_matcher_think_for_ages():
    """One that backtracks would not come to an end with these before the test's deadline."""
    text = "a" * 4000
    for pattern in ("*a" * 3000 + "b", "*?" * 3000 + "b", "a*" * 3000 + "b", "*" * 6000 + "b"):
        filled = patterns.plain(pattern).filled({})
        assert filled is not None
        assert not filled.matches(text)
