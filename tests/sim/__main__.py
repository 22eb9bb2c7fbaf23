"""`make sim SEED=n`: one seed with its trace; `make sim SEED=a-b`: many, with the seeds that fail."""

import sys

from tests.sim.simulate import simulate


def main(seeds: str) -> int:
    """Run the seeds; returns the exit status."""
    first, _, last = seeds.partition("-")
    if not last:
        world = simulate(int(first))
        print("\n".join(world.trace))
        print(
            f"seed {first}: settled; {world.deaths} kills, {len(world.asked)} effects, {len(world.changes)} changes"
        )
        return 0
    failed = {}
    for seed in range(int(first), int(last) + 1):
        try:
            simulate(seed)
        except AssertionError as error:
            failed[seed] = error
            print(f"seed {seed}: {error}")
    print(f"{int(last) - int(first) + 1 - len(failed)} seeds settled, {len(failed)} did not")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "1"))
