"""Freshness that the pump itself issues: a command answers a challenge that ages on the pump's own clock (security 6.6).

A new one every 5 min, at boot and after each use; the last two unused ones are good, for 600 s.
"""

RENEW_MS = 300_000
MAX_AGE_MS = 600_000
SIZE = 8


class Challenges:
    """random: a function of a length that returns bytes. Times are ms since boot."""

    def __init__(self, random, now_ms: int):
        self._random = random
        self._issued = []  # newest last, (challenge, issued_ms)
        self._renew(now_ms)

    def current(self, now_ms: int) -> bytes:
        if now_ms - self._issued[-1][1] >= RENEW_MS:
            self._renew(now_ms)
        return self._issued[-1][0]

    def age_ms(self, challenge: bytes, now_ms: int) -> int | None:
        """Age of a challenge that is still good, or None."""
        for issued, issued_ms in self._issued:
            if issued == challenge and now_ms - issued_ms <= MAX_AGE_MS:
                return now_ms - issued_ms
        return None

    def use(self, challenge: bytes, now_ms: int):
        """A command has answered it: it is good for nothing else."""
        self._issued = [pair for pair in self._issued if pair[0] != challenge]
        self._renew(now_ms)

    def _renew(self, now_ms):
        self._issued.append((self._random(SIZE), now_ms))
        if len(self._issued) > 2:
            self._issued.pop(0)
