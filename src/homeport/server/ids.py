"""Random ids, from the kernel's dice, many at a throw: asking for each would let go of the interpreter each time, and
cost ten times as much while another thread works.
"""

import secrets

AT_ONCE = 256
BYTES = 16


class Ids:
    """Calling it gives 32 random hexadecimal digits. One thread's."""

    def __init__(self) -> None:
        self._digits = ""
        self._at = 0

    def __call__(self) -> str:
        """The next id."""
        if self._at >= len(self._digits):
            self._digits, self._at = secrets.token_hex(BYTES * AT_ONCE), 0
        at = self._at
        self._at = at + 2 * BYTES
        return self._digits[at : self._at]
