"""The table: what was measured, the peers' values, the ratio, the goal, and whether it is met."""

import importlib.metadata
import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct

from bench.api import Row
from bench.client import Result
from bench.engine import Run
from bench.servers import PEERS
from bench.start import Start
from bench.traffic import OTHERS, PAIRS, WEIGHT, WEIGHTED, Traffic

HEAD = ("what", "Homeport", "ministack", "moto", "ratio", "goal", "met")
NAMES = ("homeport", "ministack", "moto")
NONE = "-"
READS = ("ListClusters", "DescribeTaskSets", "DescribeServices")
READ_GOALS = {"ministack": 8.0, "moto": 40.0}
WRITE_GOALS = {"moto": 20.0}
WRITE_CONNECTIONS = 64
MEMORY_MORE_MB = 15.0
LAUNCH_RATIO = 0.95
AWSVPC_RATIO = 0.9
FEW, MANY = 10_000, 100_000
FEW_S = 10.0
GROWTH = 11.0
OF_BARE = 0.95
FLIP_MS, CROWDED_FLIP_MS = 20.0, 30.0
POINTS = 1.0


class Line(Struct, frozen=True):
    """A row of the table. `met` is None where there is no goal."""

    what: str
    values: tuple[str, str, str]
    ratio: str = ""
    goal: str = ""
    met: bool | None = None

    def cells(self) -> tuple[str, ...]:
        """As it is printed."""
        met = {None: "", True: "yes", False: "NO"}[self.met]
        return (self.what, *self.values, self.ratio, self.goal, met)


def of_api(rows: Sequence[Row]) -> list[Line]:
    """Two lines for each: answers a second, with the goals, and latencies."""
    return [line for row in rows for line in (_throughput(row), _latency(row))]


def of_starts(starts: Mapping[str, Start]) -> list[Line]:
    """The first answer, and memory."""
    mine, peer = starts["homeport"], starts["ministack"]
    ready = tuple(f"{starts[name].ready_s:.2f}" for name in NAMES)
    memory = tuple(f"{starts[name].memory_mb:.1f}" for name in NAMES)
    more_mb = mine.memory_mb - peer.memory_mb
    return [
        Line(
            "first successful call after exec, s",
            _three(ready),
            f"{mine.ready_s / peer.ready_s:.2f} of ministack's",
            "no later than ministack's",
            mine.ready_s <= peer.ready_s,
        ),
        Line(
            "idle memory (PSS), MB",
            _three(memory),
            f"{more_mb:+.1f} MB to ministack's",
            f"at most {MEMORY_MORE_MB:+.0f} MB",
            more_mb <= MEMORY_MORE_MB,
        ),
    ]


def of_engine(on_disk: Sequence[Run], in_memory: Sequence[Run]) -> list[Line]:
    """Simulated tasks to RUNNING."""
    wall = {run.tasks: run.wall_s for run in on_disk}
    lines = []
    for run in on_disk:
        ratio, goal, met = "", "", None
        if run.tasks == FEW:
            goal, met = f"under {FEW_S:.0f} s", run.wall_s < FEW_S
        elif run.tasks == MANY and FEW in wall:
            growth = run.wall_s / wall[FEW]
            ratio, goal, met = f"{growth:.1f}x of {FEW:,}", f"at most {GROWTH:.0f}x", growth <= GROWTH
        lines.append(
            Line(
                f"{run.tasks:,} simulated tasks RUNNING, SQLite, s",
                (f"{run.wall_s:.2f}", NONE, NONE),
                ratio,
                goal,
                met,
            )
        )
    memory = [
        Line(f"{run.tasks:,} simulated tasks RUNNING, memory, s", (f"{run.wall_s:.2f}", NONE, NONE))
        for run in in_memory
    ]
    return lines + memory


def of_launches(found: Mapping[str, float]) -> list[Line]:
    """Containers a second, beside a bare loop."""
    return [
        Line(
            "containers started a second (bare loop on the engine's API: " + f"{found['bare']:.2f})",
            (f"{found['driver']:.2f}", NONE, NONE),
            f"{found['ratio']:.1%} of the bare loop",
            f"at least {LAUNCH_RATIO:.0%}",
            found["ratio"] >= LAUNCH_RATIO,
        )
    ]


def of_tasks(found: Mapping[str, float]) -> list[Line]:
    """Tasks with addresses of their own, beside a bare loop of pause and container."""
    return [
        Line(
            f"awsvpc tasks a second, {pool} (bare loop of pause and container: {found['bare']:.2f})",
            (f"{found[name]:.2f}", NONE, NONE),
            f"{found[name] / found['bare']:.0%} of the bare loop",
            f"at least {AWSVPC_RATIO:.0%}" if name == "warm" else "",
            found["ratio"] >= AWSVPC_RATIO if name == "warm" else None,
        )
        for name, pool in (("warm", "pool of pauses warm"), ("cold", "no pool"))
    ]


def of_names(found: Mapping[str, float]) -> list[Line]:
    """DNS, beside what somebody would write with the library, and a server in C."""
    mine, bare, limit = (found[name] for name in ("homeport", "dnspython", "dnsmasq"))
    return [
        Line(
            f"DNS, 8 addresses at a name, answers/s (bare dnspython {bare:,.0f}, dnsmasq {limit:,.0f})",
            (f"{mine:,.0f}", NONE, NONE),
            f"{mine / bare:.1f}x dnspython, {mine / limit:.0%} of dnsmasq",
        )
    ]


def of_groups(found: Mapping[str, float]) -> list[Line]:
    """How soon a change of a security group counts everywhere, beside a bare loop of `nft`."""
    count = f"{found['namespaces']:.0f} namespaces"
    return [
        Line(
            f"{what} in {count}, s (bare loop of nft: {found[f'bare_{name}']:.2f})",
            (f"{found[name]:.2f}", NONE, NONE),
            f"{found[f'{name}_ratio']:.2f} of the bare loop's",
            "no later than the bare loop",
            found[f"{name}_ratio"] <= 1,
        )
        for name, what in (("rule", "a security group's rule"), ("member", "a security group's member"))
    ]


def of_traffic(found: Traffic) -> list[Line]:
    """Load balancers beside what somebody would set up by hand, and how soon and how well weights are kept."""
    lines = []
    for mine, bare in PAIRS.items():
        ratio = found.of_bare[mine]
        others = ("direct", "nginx", bare) if "HTTP" in bare else ("direct", bare)
        beside = ", ".join(f"{name} {found.busy[name].rate:,.0f}" for name in others)
        value = f"{found.busy[mine].rate:,.0f}"
        lines.append(
            Line(
                f"{mine}, 32 connections, requests/s ({beside})",
                (value, NONE, NONE),
                f"{ratio:.1%} of bare Envoy",
                f"at least {OF_BARE:.0%}",
                ratio >= OF_BARE,
            )
        )
        added = found.alone[mine].p50_ms - found.alone["direct"].p50_ms
        bare_added = found.alone[bare].p50_ms - found.alone["direct"].p50_ms
        lines.append(
            Line(
                f"… p50 added at 1 connection, ms (bare Envoy: {bare_added:.3f})",
                (f"{added:.3f}", NONE, NONE),
            )
        )
    return [*lines, *_of_shifts(found)]


def _of_shifts(found: Traffic) -> list[Line]:
    flips = (
        (found.flip_ms, "", FLIP_MS),
        (found.crowded_flip_ms, f", {OTHERS:,} other groups", CROWDED_FLIP_MS),
    )
    lines = [
        Line(
            f"ModifyListener's answer to the first answer of the new side{crowd}, median ms",
            (f"{spent:.1f}", NONE, NONE),
            "",
            f"under {goal:.0f} ms",
            spent < goal,
        )
        for spent, crowd, goal in flips
    ]
    off = abs(found.share - WEIGHT)
    kept = Line(
        f"{WEIGHTED:,} requests at {WEIGHT}/{100 - WEIGHT}: the heavy side's share, %",
        (f"{found.share:.2f}", NONE, NONE),
        "",
        f"within {POINTS:.0f} point",
        off <= POINTS,
    )
    failed = Line(
        "failed requests in all of it", (f"{found.failed}", NONE, NONE), "", "none", found.failed == 0
    )
    return [*lines, kept, failed]


def table(lines: Sequence[Line]) -> str:
    """Markdown that reads well in a terminal too."""
    cells = [HEAD, *(line.cells() for line in lines)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(HEAD))]
    padded = ["| " + " | ".join(map(str.ljust, row, widths)) + " |" for row in cells]
    rule = "| " + " | ".join("-" * width for width in widths) + " |"
    return "\n".join([padded[0], rule, *padded[1:]])


def document(lines: Sequence[Line], took_s: float) -> str:
    """docs/bench.md."""
    goals = [line for line in lines if line.met is not None]
    missed = [line.what for line in goals if not line.met]
    verdict = f"Of {len(goals)} goals, {len(goals) - len(missed)} are met."
    if missed:
        verdict += " Missed: " + "; ".join(missed) + "."
    return f"""# Measured

Written by `make bench` on {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, in {took_s:.0f} s. The servers run one beside
the other and are measured in turns; ratios hold within this run only. Homeport verifies every signature, and has
every write on disk (`synchronous=FULL`) before it answers; the peers keep theirs in memory. {NONE} means that a server
does not have the operation. Latencies include the client, which shares the machine.

{verdict}

{table(lines)}

{machine()}
"""


def machine() -> str:
    """What it ran on, and the versions."""
    memory_gb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    load = " ".join(f"{one:.1f}" for one in os.getloadavg())
    return (
        f"Machine: {_processor()}, {os.cpu_count()} cores, {memory_gb:.0f} GB, {platform.system()} "
        f"{platform.release()}; load average at the end {load}.\n"
        f"Versions: homeport {importlib.metadata.version('homeport')}, Python {platform.python_version()}, "
        f"{', '.join(f'{name} {_version(name)}' for name in ('moto', 'ministack'))}."
    )


def _throughput(row: Row) -> Line:
    mine = row.results["homeport"]
    assert mine is not None
    goals: Mapping[str, float] = {}
    if row.operation in READS:
        goals = READ_GOALS
    elif row.operation == "CreateTaskSet" and row.connections == WRITE_CONNECTIONS:
        goals = WRITE_GOALS
    ratios = {name: mine.rate / peer.rate for name in NAMES[1:] if (peer := row.results[name]) is not None}
    goals = {name: goal for name, goal in goals.items() if name in ratios}
    return Line(
        f"{row.operation}, {row.connections} connections, answers/s",
        _three([_cell(row.results[name], "{0.rate:,.0f}") for name in NAMES]),
        ", ".join(f"{ratio:.1f}x {name}" for name, ratio in ratios.items()),
        ", ".join(f"{goal:.0f}x {name}" for name, goal in goals.items()),
        all(ratios[name] >= goal for name, goal in goals.items()) if goals else None,
    )


def _latency(row: Row) -> Line:
    values = [_cell(row.results[name], "{0.p50_ms:.1f} / {0.p99_ms:.1f}") for name in NAMES]
    return Line("… p50 / p99, ms", _three(values))


def _cell(result: Result | None, form: str) -> str:
    return NONE if result is None else form.format(result)


def _three(values: Sequence[str]) -> tuple[str, str, str]:
    first, second, third = values
    return first, second, third


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _version(package: str) -> str:
    program = f"import importlib.metadata as m; print(m.version({package!r}))"
    told = subprocess.run([PEERS / "python", "-c", program], capture_output=True, text=True, check=True)
    return told.stdout.strip()
