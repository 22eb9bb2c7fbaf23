"""CPU units and MiB, and the strings for them."""

import pytest

from homeport.plan.units import cpu_units, memory_mib


@pytest.mark.parametrize(
    ("text", "units"), [("256", 256), ("1 vCPU", 1024), (".5 vcpu", 512), ("0.25VCPU", 256), (" 512 ", 512)]
)
def test_cpu_is_units_or_cores(text: str, units: int) -> None:
    assert cpu_units(text) == units


@pytest.mark.parametrize(("text", "mib"), [("512", 512), ("0.5 GB", 512), ("2gb", 2048), ("30 GB", 30720)])
def test_memory_is_mib_or_gb(text: str, mib: int) -> None:
    assert memory_mib(text) == mib


@pytest.mark.parametrize("text", ["", "lots", "1 GB", "-1", "1e3", "1 vCPUs", "\u0661", "9" * 50])
def test_what_is_neither_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no amount"):
        cpu_units(text)
