"""What was counted between two readings of Envoy's statistics."""

from hypothesis import given
from hypothesis import strategies as st

from homeport.drivers.envoy.ledger import Changes, Ledger

FIRST = """\
cluster.group_1.upstream_cx_active: 2
cluster.group_1.upstream_cx_total: 7
server.uptime: 100
target.waited.group.group_1.code.200:
  totals=85,1:3, 120,10:4, 1.2e+06,100000:1
  intervals=
  summary=P0(nan,85) P25(nan,85)
"""
SECOND = """\
cluster.group_1.upstream_cx_active: 2
cluster.group_1.upstream_cx_total: 9
cluster.group_2.upstream_cx_total: 5
server.uptime: 101
target.waited.group.group_1.code.200:
  totals=85,1:3, 90,1:2, 120,10:10, 1.2e+06,100000:1
  intervals=
  summary=P0(nan,85) P25(nan,85)
"""


def after(*readings: str) -> Changes:
    ledger = Ledger()
    for text in readings:
        changes = ledger.read(text)
    assert changes is not None
    return changes


def test_the_first_reading_is_what_others_are_compared_with():
    assert Ledger().read(FIRST) is None


def test_the_first_reading_of_an_envoy_that_has_just_been_started_is_all_news():
    changes = Ledger().read(FIRST.replace("uptime: 100", "uptime: 1"))
    assert changes is not None
    assert changes.counts == {"cluster.group_1.upstream_cx_total": 7}


def test_counters_are_differences_and_new_ones_begin_at_zero():
    counts = {"cluster.group_1.upstream_cx_total": 2, "cluster.group_2.upstream_cx_total": 5}
    assert after(FIRST, SECOND).counts == counts


def test_histograms_are_differences_of_their_bins():
    found = after(FIRST, SECOND).bins
    assert found == {"target.waited.group.group_1.code.200": {(90.0, 1.0): 2, (120.0, 10.0): 6}}


def test_states_are_there_also_when_nothing_has_changed():
    assert after(FIRST, FIRST) == Changes(
        {}, {}, {"cluster.group_1.upstream_cx_active": 2, "server.uptime": 100}
    )


def test_an_envoy_that_was_started_anew_counts_from_zero_also_where_it_has_counted_more():
    again = SECOND.replace("uptime: 101", "uptime: 1")
    found = after(FIRST, again)
    assert found.counts["cluster.group_1.upstream_cx_total"] == 9
    assert found.bins["target.waited.group.group_1.code.200"][(120.0, 10.0)] == 10


def test_a_counter_that_was_away_begins_at_zero():
    assert after(FIRST, "server.uptime: 101\n", SECOND).counts["cluster.group_1.upstream_cx_total"] == 9


@given(st.lists(st.dictionaries(st.sampled_from("abc"), st.integers(0, 50)), min_size=2))
def test_nothing_is_ever_counted_below_zero(readings):
    ledger = Ledger()
    for reading in readings:
        changes = ledger.read("".join(f"{name}: {value}\n" for name, value in reading.items()))
        assert changes is None or all(count > 0 for count in changes.counts.values())


@given(st.lists(st.integers(0, 1000), min_size=2))
def test_what_only_grows_is_counted_once(steps):
    ledger = Ledger()
    total = sum(steps[:1])
    ledger.read(f"a: {total}\n")
    counted = 0
    for step in steps[1:]:
        total += step
        changes = ledger.read(f"a: {total}\n")
        counted += 0 if changes is None else changes.counts.get("a", 0)
    assert counted == sum(steps[1:])


@given(st.text())
def test_what_is_no_statistics_says_nothing(text):
    ledger = Ledger()
    ledger.read("")
    assert ledger.read(text.replace(": ", ":")) == Changes({}, {}, {})
