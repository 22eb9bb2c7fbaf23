"""`make bench`: everything that is measured, one table, and docs/bench.md. `--quick` takes a minute and a half and writes nothing."""

import argparse
import contextlib
import time
from collections.abc import Sequence
from pathlib import Path

from bench import api, awsvpc, engine, groups, launch, names, report, servers, start, traffic
from bench.api import Effort

NAMES = tuple(servers.STARTS)
FULL = Effort(round_s=0.6, rounds=5, connections=(16, 64))
QUICK = Effort(round_s=0.3, rounds=2, connections=(64,))
DOCUMENT = Path(__file__).parents[1] / "docs" / "bench.md"
BEGUN = time.perf_counter()


def main() -> None:
    """Measure, print, and write down."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="a minute and a half instead of eight; writes nothing"
    )
    is_quick = parser.parse_args().quick
    lines = _measured(QUICK if is_quick else FULL, (report.FEW,) if is_quick else (report.FEW, report.MANY))
    took_s = time.perf_counter() - BEGUN
    print(f"\n{report.table(lines)}\n\n{report.machine()}")
    if not is_quick:
        DOCUMENT.write_text(report.document(lines, took_s))
        _say(f"written to {DOCUMENT}")


def _measured(effort: Effort, counts: Sequence[int]) -> list[report.Line]:
    _say("starting each server, in turns")
    lines = report.of_starts(start.measure(NAMES, effort.rounds))
    with contextlib.ExitStack() as stack:
        running = [stack.enter_context(servers.running(name)) for name in NAMES]
        lines = report.of_api(api.measure(running, effort, _say)) + lines
    _say("simulated tasks")
    in_memory = [engine.in_memory(report.FEW)]
    lines += report.of_engine([engine.on_disk(count) for count in counts], in_memory)
    _say("containers, in turns with a bare loop")
    lines += report.of_launches(launch.measure())
    is_quick = effort is QUICK
    _say("tasks with addresses of their own, in turns with a bare loop")
    lines += report.of_tasks(awsvpc.measure(1 if is_quick else 3))
    _say("names, in turns with dnspython and dnsmasq")
    lines += report.of_names(names.measure(*((1, 1.0) if is_quick else (3, 3.0))))
    _say("security groups, beside a bare loop of nft")
    lines += report.of_groups(groups.measure(*((50, 1) if is_quick else ())))
    _say("traffic, in turns with a bare Envoy and nginx")
    rounds, seconds = (2, 1.0) if is_quick else (4, 3.0)
    return lines + report.of_traffic(traffic.measure(rounds, seconds))


def _say(what: str) -> None:
    print(f"{time.perf_counter() - BEGUN:6.1f} s  {what}", flush=True)


if __name__ == "__main__":
    main()
