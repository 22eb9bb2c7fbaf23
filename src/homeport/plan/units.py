"""The two units in which ECS counts a machine, and the strings in which users write them.

AWS takes `"1024"` and `"1 vCPU"`, `"512"` and `"0.5 GB"`, in any case (Developer Guide, "Task size"), and
keeps the number.
"""

import re
from decimal import Decimal

CPU_UNITS_PER_CORE = 1024
MIB_PER_GB = 1024

_NUMBER = re.compile(r"[0-9]{1,9}")
_CORES = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,9})?|\.[0-9]{1,9})\s{0,8}vcpu", re.IGNORECASE | re.ASCII)
_GIGABYTES = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,9})?|\.[0-9]{1,9})\s{0,8}gb", re.IGNORECASE | re.ASCII)


def cpu_units(text: str) -> int:
    """CPU units (1,024 a core) of `"256"` or `".25 vCPU"`. ValueError when it is neither."""
    return _parsed(text, _CORES, CPU_UNITS_PER_CORE)


def memory_mib(text: str) -> int:
    """MiB of `"512"` or `"0.5 GB"`. ValueError when it is neither."""
    return _parsed(text, _GIGABYTES, MIB_PER_GB)


def _parsed(text: str, large: re.Pattern[str], factor: int) -> int:
    plain = text.strip()
    if _NUMBER.fullmatch(plain):
        return int(plain)
    found = large.fullmatch(plain)
    if found is None:
        raise ValueError(f"{text!r} is no amount.")
    return int(Decimal(found.group(1)) * factor)
