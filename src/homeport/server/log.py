"""One event, one line on stderr: for people, or as JSON. What came from outside cannot break a line or colour it."""

import json
import logging
import sys
from datetime import UTC, datetime


class HumanFormatter(logging.Formatter):
    """`12:34:56.789 homeport.pump task …: RUNNING → STOPPING`."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, control characters escaped; a stack follows on lines of its own."""
        at = datetime.fromtimestamp(record.created, UTC).strftime("%H:%M:%S.%f")[:-3]
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


def escaped(text: str) -> str:
    """`text` with what could move the cursor or start a new line written out."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def configure(log_format: str) -> None:
    """Send everything of ours, and warnings of others, to stderr."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter() if log_format == "json" else HumanFormatter())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("homeport").setLevel(logging.INFO)
