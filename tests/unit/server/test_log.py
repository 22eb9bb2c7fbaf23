"""One event is one line, whatever somebody has named a task."""

import io
import json
import logging
import sys
import threading
from typing import TextIO

import pytest

from homeport.server import log
from homeport.server.log import HumanFormatter, JsonFormatter, Writer

HOSTILE = [
    "a\nb",
    "a\r\nb",
    "\x1b[2Jgone",
    'a","level":"error',
    "\u2028",
    "\u202eevil",
    "\x00",
    "\x9b31m",
    "\ud800",
]


def record(message: str) -> logging.LogRecord:
    return logging.LogRecord("homeport.engine", logging.INFO, "", 0, "task %s", (message,), None)


@pytest.mark.parametrize("message", HOSTILE)
def test_a_line_for_people_stays_one_line_and_moves_no_cursor(message: str):
    line = HumanFormatter().format(record(message))
    assert line.splitlines() == [line]
    assert line.isprintable()


@pytest.mark.parametrize("message", HOSTILE)
def test_a_line_for_machines_is_one_object_that_holds_the_message(message: str):
    line = JsonFormatter().format(record(message))
    assert line.splitlines() == [line]
    assert json.loads(line)["message"] == f"task {message}"


def test_a_stack_is_part_of_the_object():
    try:
        int("no")
    except ValueError:
        found = logging.LogRecord("homeport", logging.ERROR, "", 0, "failed", (), sys.exc_info())
    event = json.loads(JsonFormatter().format(found))
    assert event["level"] == "error"
    assert "ValueError: invalid literal" in event["stack"]


def written(stream: TextIO, count: int) -> None:
    """Say `count` things through a writer, and close it."""
    writer = Writer(stream)
    writer.setFormatter(HumanFormatter())
    for number in range(count):
        writer.handle(record(str(number)))
    writer.close()


def test_every_line_is_written_in_order_by_the_time_it_is_closed():
    stream = io.StringIO()
    written(stream, 1000)
    assert [int(line.rsplit(" ", 1)[1]) for line in stream.getvalue().splitlines()] == list(range(1000))


class Stuck(io.StringIO):
    """A pipe that nobody reads until `is_read` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.is_read = threading.Event()

    def write(self, text: str) -> int:
        self.is_read.wait(10)
        return super().write(text)


def test_nobody_waits_for_a_pipe_that_is_not_read(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(log, "CLOSE_WITHIN_S", 0.1)
    stream = Stuck()
    written(stream, 1000)
    assert stream.getvalue() == ""
    stream.is_read.set()


def test_what_nobody_reads_is_dropped_and_counted(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(log, "LINES_WAITING", 10)
    stream = Stuck()
    threading.Timer(0.2, stream.is_read.set).start()
    written(stream, 1000)
    lines = stream.getvalue().splitlines()
    assert len(lines) < 30
    assert any(line.endswith("lines were dropped: nobody read fast enough") for line in lines)
