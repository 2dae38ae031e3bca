"""Looks at a rig after every exchange and notes what has changed."""

from __future__ import annotations

import hashlib

from hil_tests.rig import Rig
from hil_tests.scenario.observations import Observations

# A second without a step is a motor that stands: the slowest rate makes 3.7 steps a second.
STILL_MS = 1_000
SHORT_RUN_MS = 2 * 3_600_000
TRUTH_EVERY_MS = 1_000
TRUTH_EVERY_LONG_MS = 10_000


class Watcher:
    """Times are the rig's simulated ms. threshold_pa: pressure at the sensor whose crossing is a mark."""

    def __init__(self, rig: Rig, seen: Observations, threshold_pa: int, duration_ms: int) -> None:
        self._rig = rig
        self._seen = seen
        self._threshold_pa = threshold_pa
        self._every_ms = TRUTH_EVERY_MS if duration_ms <= SHORT_RUN_MS else TRUTH_EVERY_LONG_MS
        self._truth_due_ms = 0
        self._crossed = False
        self._sounder_hz = 0
        self._vibrating = False
        self._reserve = False
        self._moving = False
        self._steps = 0
        self._stepped_ms = 0
        self._screen = b""
        self._resets = 0

    def look(self) -> None:
        """To be called after every exchange."""
        rig, seen, now_ms = self._rig, self._seen, self._rig.now_ms
        if rig.sounder_hz != self._sounder_hz:
            self._sounder_hz = rig.sounder_hz
            seen.note(now_ms, "sound", hz=rig.sounder_hz)
        if rig.vibrating != self._vibrating:
            self._vibrating = rig.vibrating
            seen.note(now_ms, "vibration", on=rig.vibrating)
        if rig.reserve_sounding != self._reserve:
            self._reserve = rig.reserve_sounding
            seen.note(now_ms, "reserve", on=rig.reserve_sounding)
        if rig.steps_total != self._steps:
            self._steps = rig.steps_total
            self._stepped_ms = now_ms
            if not self._moving:
                self._moving = True
                seen.note(now_ms, "motor", moving=True)
        elif self._moving and now_ms - self._stepped_ms >= STILL_MS:
            self._moving = False
            seen.note(self._stepped_ms, "motor", moving=False)
        while self._resets < len(rig.resets):
            at_ms, cause = rig.resets[self._resets]
            self._resets += 1
            seen.note(at_ms, "power", on=True, cause=cause)
        if not self._crossed:
            self._watch_threshold(now_ms)
        if now_ms >= self._truth_due_ms:
            self._truth_due_ms = now_ms + self._every_ms
            self.note_truth()

    def note_truth(self) -> None:
        """Note what is true in the plant now, and what the glass shows if that is new."""
        self._seen.note(self._rig.now_ms, "truth", **self._rig.plant.truth())
        screen = hashlib.sha256(self._rig.screen()).digest()[:8]
        if screen != self._screen:
            self._screen = screen
            self._seen.note(self._rig.now_ms, "screen", on=self._rig.screen_on, picture=screen)

    def _watch_threshold(self, now_ms: int) -> None:
        if self._threshold_pa and self._rig.plant.senses.downstream_pa >= self._threshold_pa:
            self._crossed = True
            self._seen.note(now_ms, "mark", name="threshold")
