"""Plays the schedules of the worst condition on the sounder, the light and the vibration. In the frame: allocates nothing."""

from firmware.alarms import signals


class _Player:
    """Walks through one schedule a frame at a time; a change of priority starts it from the beginning."""

    def __init__(self, patterns):
        self._patterns = patterns
        self._priority = 0
        self._at = 0

    def step(self, priority: int) -> int:
        """1 if the schedule of this priority is on in this frame. Priority 0 is always off."""
        if priority != self._priority:
            self._priority = priority
            self._at = 0
        if not priority:
            return 0
        pattern = self._patterns[priority]
        on = pattern[self._at]
        self._at += 1
        if self._at == len(pattern):
            self._at = 0
        return on


class Annunciator:
    """sounder: `.tone(hz)`, `.off()`. light: `.set(red, green, blue)`, parts of 255.

    sounding: the sounder is on. vibrating: what the haptics should do; a slice tells them, because their bus may be slow.
    """

    def __init__(self, sounder, light):
        self._sounder = sounder
        self._light = light
        self._sound = _Player(signals.SOUND)
        self._lit = _Player(signals.LIGHT)
        self._vibration = _Player(signals.VIBRATION)
        self._dead_at = 0
        self._tone_of = 0
        self.sounding = False
        self.vibrating = False

    def play(self, sounding_priority: int, lit_priority: int, display_dead: bool):
        """One frame. A new alarm is heard in this very frame. display_dead: the light says so between the colours of the alarm (SR-076)."""
        wanted = self._sound.step(sounding_priority) == 1
        if wanted and (not self.sounding or sounding_priority != self._tone_of):
            self._tone_of = sounding_priority
            self._sounder.tone(signals.TONE_HZ[sounding_priority])
        elif self.sounding and not wanted:
            self._sounder.off()
        self.sounding = wanted
        self.vibrating = self._vibration.step(sounding_priority) == 1
        colour = None
        if self._lit.step(lit_priority):
            colour = signals.COLOUR[lit_priority]
        if display_dead:
            pattern = signals.DISPLAY_DEAD_LIGHT
            if pattern[self._dead_at]:
                colour = signals.DISPLAY_DEAD_COLOUR
            self._dead_at += 1
            if self._dead_at == len(pattern):
                self._dead_at = 0
        if colour is None:
            self._light.set(0, 0, 0)
        else:
            self._light.set(colour[0], colour[1], colour[2])
