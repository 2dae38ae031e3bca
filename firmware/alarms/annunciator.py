"""Plays the schedule of the worst condition on the sounder and the light. In the frame: allocates nothing."""

from firmware.alarms import signals


class Annunciator:
    """sounder: `.tone(hz)`, `.off()`. light: `.set(red, green, blue)`, parts of 255."""

    def __init__(self, sounder, light):
        self._sounder = sounder
        self._light = light
        self._priority = 0
        self._sound_at = 0
        self._lit = 0
        self._light_at = 0
        self.sounding = False

    def play(self, sounding_priority: int, lit_priority: int):
        """One frame. A change of priority starts its schedule from the beginning, so that a new alarm is heard in this very frame."""
        if sounding_priority != self._priority:
            self._priority = sounding_priority
            self._sound_at = 0
        if sounding_priority:
            pattern = signals.SOUND[sounding_priority]
            wanted = pattern[self._sound_at] == 1
            self._sound_at += 1
            if self._sound_at == len(pattern):
                self._sound_at = 0
        else:
            wanted = False
        if wanted and not self.sounding:
            self._sounder.tone(signals.TONE_HZ[sounding_priority])
        elif self.sounding and not wanted:
            self._sounder.off()
        self.sounding = wanted
        self._play_light(lit_priority)

    def _play_light(self, priority):
        if priority != self._lit:
            self._lit = priority
            self._light_at = 0
        if not priority:
            self._light.set(0, 0, 0)
            return
        pattern = signals.LIGHT[priority]
        if pattern[self._light_at]:
            colour = signals.COLOUR[priority]
            self._light.set(colour[0], colour[1], colour[2])
        else:
            self._light.set(0, 0, 0)
        self._light_at += 1
        if self._light_at == len(pattern):
            self._light_at = 0
