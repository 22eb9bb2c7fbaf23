"""An hour of traffic costs no more memory than it may, whatever comes."""

from msgspec.structs import replace

from homeport.model.sample import Sample
from homeport.store.samples import LONGEST, Samples
from tests.builders import T0, a_sample

BUSY = Sample(at=T0, of="", values={f"name {number}": 1.0 for number in range(20)})


def test_seconds_that_are_alike_cost_eight_bytes_each():
    samples = Samples()
    for second in range(1000):
        samples.note([a_sample("quiet", T0 + second, healthy=2)])
    assert samples.size < 1000 + 8 * 1000
    assert len(samples.after("quiet", 0.0)) == 1000


def test_a_clock_that_was_set_back_keeps_nothing_for_ever():
    samples = Samples()
    samples.note([a_sample("front", T0 + 10**9 + second, requests=second) for second in range(10)])
    samples.note([a_sample("front", T0 + second, requests=second) for second in range(LONGEST)])
    found = samples.after("front", 0.0)
    assert len(found) == LONGEST
    assert found[-1].at == T0 + LONGEST - 1


def test_samples_are_told_in_the_order_of_time():
    samples = Samples()
    samples.note([a_sample("front", T0 + second, requests=second) for second in (3, 1, 2)])
    assert [sample.at for sample in samples.after("front", T0 + 1)] == [T0 + 2, T0 + 3]


def test_a_series_too_many_is_not_begun():
    samples = Samples(most_series=2)
    samples.note([a_sample(name, T0) for name in "abc"])
    assert [len(samples.after(name, 0.0)) for name in "abc"] == [1, 1, 0]
    samples.forget("a")
    samples.note([a_sample("c", T0)])
    assert len(samples.after("c", 0.0)) == 1


def test_too_many_bytes_cost_everybody_their_oldest_history():
    samples = Samples(most_bytes=1_000_000)
    for second in range(3000):
        samples.note([replace(BUSY, at=T0 + second, of=name, latency_ms=((5.0, second),)) for name in "ab"])
        assert samples.size <= 1_000_000
    found = [samples.after(name, 0.0) for name in "ab"]
    assert len(found[0]) == len(found[1]) > 300
    assert found[0][-1].at == T0 + 2999


def test_what_is_counted_is_what_is_kept():
    samples = Samples()
    for second in range(5000):
        samples.note([a_sample("front", T0 + second, requests=second // 3)])
    samples.forget("front")
    assert samples.size == 0


def test_a_latency_of_another_scale_is_summed_up_within_ours():
    samples = Samples()
    samples.note([a_sample("front", T0, ((1.2, 1), (10.0**9, 2)), something_else=1)])
    assert samples.total("front") == a_sample("front", T0, ((1.5, 1), (3_600_000.0, 2)))
