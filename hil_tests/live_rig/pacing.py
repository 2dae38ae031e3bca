"""How far simulated time should be by now. Takes the wall clock as an argument."""

from __future__ import annotations

# Beyond this much of wall time the rig does not run after the clock: the machine slept or is full.
CATCH_UP_LIMIT_S = 1.0


class Pacer:
    """speed: simulated seconds a second of wall time, above 0.

    skipped_ms: simulated time given up because the rig could not follow.
    """

    def __init__(self, speed: float, now_s: float) -> None:
        self.speed = speed
        self.skipped_ms = 0
        self._origin_s = now_s

    def due_ms(self, now_s: float, reached_ms: int) -> int:
        """Simulated time to run to. `reached_ms` is where the rig is."""
        due_ms = int((now_s - self._origin_s) * 1_000 * self.speed)
        behind_ms = due_ms - reached_ms
        limit_ms = int(CATCH_UP_LIMIT_S * 1_000 * self.speed)
        if behind_ms > limit_ms:
            given_up_ms = behind_ms - limit_ms
            self.skipped_ms += given_up_ms
            self._origin_s += given_up_ms / 1_000 / self.speed
            due_ms -= given_up_ms
        return due_ms
