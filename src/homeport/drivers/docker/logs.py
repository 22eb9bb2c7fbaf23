"""Where a container's output goes: a file of the engine's, rotated, for a container that talks must not fill the disk.

Other log drivers are not built yet. A container that asks for one runs all the same, and a label tells what it asked
for (`names.LOG_DRIVER`).
"""

from typing import Any

from homeport.shapes import ecs

JSON_FILE = "json-file"
ROTATION = {"max-size": "10m", "max-file": "3"}


def log_config(asked: ecs.LogConfiguration | None) -> dict[str, Any]:
    """HostConfig's LogConfig; json-file's own options go before the rotation that is usual here."""
    options = (asked.options or {}) if asked is not None and asked.log_driver == JSON_FILE else {}
    return {"Type": JSON_FILE, "Config": {**ROTATION, **options}}


def missed(asked: ecs.LogConfiguration | None) -> str | None:
    """The log driver that was asked for and is not there."""
    return None if asked is None or asked.log_driver == JSON_FILE else asked.log_driver
