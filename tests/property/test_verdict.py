"""Whatever a target answers, ELB's thresholds hold."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from homeport.drivers.health.verdict import (
    FAILED,
    INITIAL,
    PASSED,
    TIMED_OUT,
    UNKNOWN,
    Failed,
    Outcome,
    Verdict,
    judged,
    mismatch,
    remembered,
)
from homeport.model.target_group import HealthCheck

outcomes = st.lists(
    st.sampled_from([PASSED, PASSED, FAILED, TIMED_OUT, mismatch(404), mismatch(500), UNKNOWN]), max_size=40
)
checks = st.builds(HealthCheck, healthy_threshold=st.integers(2, 10), unhealthy_threshold=st.integers(2, 10))


def in_turn(first: Verdict, answers: list[Outcome], check: HealthCheck) -> list[Verdict]:
    """The verdict before, and after each answer."""
    found = [first]
    for answer in answers:
        found.append(judged(found[-1], answer, check))
    return found


def last_row(answers: list[Outcome]) -> int:
    """How many of the last answers say the same, pass or fail; what is unknown says nothing."""
    known = [isinstance(answer, Failed) for answer in answers if answer != UNKNOWN]
    return next((n for n, has_failed in enumerate(reversed(known)) if has_failed != known[-1]), len(known))


@given(outcomes, checks)
def test_the_first_success_makes_an_initial_target_healthy(answers, check):
    for (before, after), answer in zip(pairwise(in_turn(INITIAL, answers, check)), answers, strict=True):
        if before.status == "initial" and answer == PASSED:
            assert after.status == "healthy"


@given(outcomes, checks)
def test_a_healthy_target_falls_with_as_many_failures_in_a_row_as_the_threshold_and_not_before(
    answers, check
):
    verdicts = in_turn(INITIAL, answers, check)
    for number, (before, after) in enumerate(pairwise(verdicts), start=1):
        if before.status != "unhealthy" and isinstance(answers[number - 1], Failed):
            reached = last_row(answers[:number]) >= check.unhealthy_threshold
            assert (after.status == "unhealthy") == reached


@given(outcomes, checks)
def test_an_unhealthy_target_rises_with_as_many_successes_in_a_row_as_the_threshold_and_not_before(
    answers, check
):
    verdicts = in_turn(remembered("unhealthy"), answers, check)
    for number, (before, after) in enumerate(pairwise(verdicts), start=1):
        if before.status == "unhealthy" and answers[number - 1] == PASSED:
            reached = last_row(answers[:number]) >= check.healthy_threshold
            assert (after.status == "healthy") == reached


@given(outcomes, checks)
def test_nothing_becomes_initial_again(answers, check):
    statuses = [verdict.status for verdict in in_turn(INITIAL, answers, check)]
    assert statuses == sorted(statuses, key=lambda status: status != "initial")


@given(outcomes, checks)
def test_what_is_unhealthy_gives_the_last_failure_as_its_reason(answers, check):
    verdict = in_turn(INITIAL, answers, check)[-1]
    if verdict.status == "unhealthy":
        last = [answer for answer in answers if isinstance(answer, Failed)][-1]
        assert (verdict.reason, verdict.description) == (last.reason, last.description)


@given(outcomes, checks)
def test_what_is_healthy_has_no_reason(answers, check):
    for verdict in in_turn(INITIAL, answers, check):
        assert (verdict.reason is None) == (verdict.status == "healthy")


@given(st.sampled_from(["initial", "healthy", "unhealthy"]), checks)
def test_what_could_not_be_asked_changes_nothing(status, check):
    assert judged(remembered(status), UNKNOWN, check) == remembered(status)
