"""The generated modules are what the pinned botocore says, and a start can afford them."""

import subprocess
import sys

from tests.architecture import source
from tools import shapes


def test_the_checked_in_shapes_are_what_the_generator_writes():
    found = shapes.modules()
    assert set(found) == source.GENERATED
    assert [path.name for path, text in found.items() if path.read_text() != text] == []


def test_the_shapes_need_no_botocore_at_run_time():
    served = ", ".join(source.SERVED)
    code = f"import sys; from homeport.shapes import {served}; print('botocore' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert told.strip() == "False"
