"""One event, one line on stderr: for people, or as JSON. What came from outside cannot break a line or colour it.

Lines are written by a thread of their own, many at once: a terminal that is slow, or a pipe that nobody reads, must
not hold up the event loop.
"""

import json
import logging
import sys
import threading
import time
from collections import deque
from functools import lru_cache
from typing import TextIO

LINES_WAITING = 100_000
"""So many lines may wait for a reader that is slow; more are dropped, and counted."""

CLOSE_WITHIN_S = 2.0


class HumanFormatter(logging.Formatter):
    """`12:34:56.789 homeport.engine: task …: RUNNING → STOPPING`, in UTC."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, control characters escaped; a stack follows on lines of its own."""
        at = f"{clock_time(int(record.created))}.{int(record.msecs):03d}"
        level = "" if record.levelno == logging.INFO else f" {record.levelname.lower()}"
        line = f"{at} {record.name}{level}: {escaped(record.getMessage())}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


class JsonFormatter(logging.Formatter):
    """An object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, whatever the message holds."""
        event: dict[str, object] = {
            "at": round(record.created, 3),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            event["stack"] = self.formatException(record.exc_info)
        return json.dumps(event)


class Writer(logging.Handler):
    """Hands lines to its thread, which writes to `stream` whatever waits in one go."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._stream = stream
        self._waiting: deque[str] = deque()
        self._dropped = 0
        self._news = threading.Event()
        self._is_closing = False
        self._thread = threading.Thread(target=self._run, name="homeport-log", daemon=True)
        self._thread.start()

    def emit(self, record: logging.LogRecord) -> None:
        """Queue a line."""
        if len(self._waiting) >= LINES_WAITING:
            self._dropped += 1
            return
        self._waiting.append(self.format(record) + "\n")
        if not self._news.is_set():
            self._news.set()

    def close(self) -> None:
        """Write what waits, if somebody reads it."""
        self._is_closing = True
        self._news.set()
        self._thread.join(CLOSE_WITHIN_S)
        super().close()

    def _run(self) -> None:
        try:
            while not self._is_closing or self._waiting:
                self._news.wait()
                self._news.clear()
                self._write()
        except (OSError, ValueError):
            # Nobody reads any more.
            self._waiting.clear()

    def _write(self) -> None:
        lines = [self._waiting.popleft() for _ in range(len(self._waiting))]
        if self._dropped:
            lines.append(f"{self._dropped} lines were dropped: nobody read fast enough\n")
            self._dropped = 0
        self._stream.write("".join(lines))
        self._stream.flush()


@lru_cache(maxsize=2)
def clock_time(second: int) -> str:
    """`12:34:56` of seconds since the epoch, in UTC."""
    return time.strftime("%H:%M:%S", time.gmtime(second))


def escaped(text: str) -> str:
    """`text` with what could move the cursor or start a new line written out."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def configure(log_format: str) -> None:
    """Send everything of ours, and warnings of others, to stderr."""
    handler = Writer(sys.stderr)
    handler.setFormatter(JsonFormatter() if log_format == "json" else HumanFormatter())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("homeport").setLevel(logging.INFO)
    # Nobody asks which thread or process said something; finding it out costs more than the line.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
