"""The generated modules are what the pinned botocore says, and a start can afford them."""

import subprocess
import sys

from tools import shapes


def test_the_checked_in_shapes_are_what_the_generator_writes():
    assert {path.name: path.read_text() == text for path, text in shapes.modules().items()} == {
        "ecs.py": True,
        "sts.py": True,
    }


def test_the_shapes_need_no_botocore_at_run_time():
    code = "import sys; from homeport.shapes import ecs, sts; print('botocore' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert told.strip() == "False"
