"""Tables and what leads from one to another."""

from msgspec.structs import replace

from homeport.plan.traffic import Delta, Tables, applied, difference, merged
from tests.integration.envoy.plane import delta, fixed, listener, tables
from tests.unit.drivers.envoy.groups import a_group

BLUE, GREEN = a_group("blue", 8000), a_group("green", 8001)
WEB = listener(fixed("here"), port=8080)


def test_a_difference_leads_from_one_to_the_other_and_holds_no_more_than_that():
    before, after = tables(WEB, BLUE), tables(replace(WEB, port=8081), GREEN)
    found = difference(before, after)
    assert applied(before, found) == after
    assert found.groups == {BLUE.id: None, GREEN.id: GREEN}
    assert not difference(after, after)


def test_merged_deltas_are_both_one_after_the_other():
    first, second = delta(WEB, BLUE), delta(GREEN, gone=(WEB,))
    both = merged(first, second)
    assert applied(Tables(), both) == applied(applied(Tables(), first), second) == tables(BLUE, GREEN)
    assert merged(first, Delta()) == first
