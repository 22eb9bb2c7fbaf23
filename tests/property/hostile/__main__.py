"""`python -m tests.property.hostile 1-500`: many seeds, each a world of its own. Says which request was the last one before
something went wrong; the same seed does it again.
"""

import sys
import traceback
from collections import Counter

from tests.property.hostile import aftermath
from tests.property.hostile.attack import Attack, Hanging

STRIKES = 400
EVERY = 50


def fails(seed: int, codes: Counter[str]) -> bool:
    """Run one seed; whether something is wrong."""
    attack = Attack(seed)
    try:
        for number in range(STRIKES):
            attack.strike()
            if number % EVERY == EVERY - 1:
                aftermath.check(attack)
    except (Exception, Hanging):  # noqa: BLE001  # whatever it is, it is what we look for
        print(f"seed {seed}: {attack.asked[-1][:3000]}", flush=True)
        traceback.print_exc()
        return True
    codes.update(attack.codes)
    return False


def main() -> int:
    """Run a range of seeds."""
    first, _, last = sys.argv[1].partition("-")
    codes: Counter[str] = Counter()
    failed = [seed for seed in range(int(first), int(last or first) + 1) if fails(seed, codes)]
    print(dict(codes.most_common()))
    print(f"failed: {failed}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
