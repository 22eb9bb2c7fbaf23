"""One event is one line, whatever somebody has named a task."""

import json
import logging
import sys

import pytest

from homeport.server.log import HumanFormatter, JsonFormatter

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
