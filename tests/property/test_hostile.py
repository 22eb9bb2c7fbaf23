"""Whatever is asked of any API is answered in AWS's words, and leaves behind what everybody else can live with.

`python -m tests.property.hostile 1-500` asks for longer.
"""

import pytest

from tests.property.hostile import aftermath
from tests.property.hostile.attack import Attack

STRIKES = 250


@pytest.mark.parametrize("seed", range(6))
def test_the_absurd_is_refused_and_everything_else_goes_on(seed: int):
    attack = Attack(seed)
    for _ in range(STRIKES):
        attack.strike()
    aftermath.check(attack)
