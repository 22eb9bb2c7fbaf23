"""A story that is told and held against the world: chapters, what is to be seen, and a table of what was verified."""

import sys
import time

BOLD, GREEN, RED, PLAIN = ("\033[1m", "\033[32m", "\033[31m", "\033[0m") if sys.stdout.isatty() else ("",) * 4


class Story:
    """What was told, and whether it was so."""

    def __init__(self) -> None:
        self.verified: list[tuple[str, bool, str]] = []
        self._began = time.monotonic()

    def chapter(self, text: str) -> None:
        """What happens now."""
        print(f"\n{BOLD}[{time.monotonic() - self._began:5.1f} s] {text}{PLAIN}", flush=True)

    def tell(self, text: str) -> None:
        """What is to be seen."""
        print(f"    {text}", flush=True)

    def verify(self, claim: str, expected: object, found: object) -> None:
        """Hold a claim against the world."""
        self.verified.append((claim, expected == found, f"{found}"))
        if expected != found:
            self.tell(f"{RED}NOT AS TOLD: {claim}: expected {expected}, found {found}{PLAIN}")

    def end(self) -> int:
        """The table of what was verified; the exit status."""
        self.chapter("What was verified")
        for claim, holds, found in self.verified:
            mark = f"{GREEN}yes{PLAIN}" if holds else f"{RED}NO {PLAIN}"
            print(f"    {mark}  {claim:<72} {found}")
        wrong = sum(not holds for _, holds, _ in self.verified)
        took_s = time.monotonic() - self._began
        print(
            f"\n    {len(self.verified) - wrong} of {len(self.verified)} as told, in {took_s:.0f} s.",
            flush=True,
        )
        return 1 if wrong else 0
