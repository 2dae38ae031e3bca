"""Sound, light and vibration schedules, frame by frame."""

from firmware.alarms import signals
from firmware.alarms.annunciator import Annunciator
from shared import alarm_table as alarm


class Sounder:
    def __init__(self):
        self.hz = 0

    def tone(self, hz):
        self.hz = hz

    def off(self):
        self.hz = 0


class Light:
    def set(self, red, green, blue):
        self.colour = (red, green, blue)


def played(priority, frames):
    sounder, light = Sounder(), Light()
    annunciator = Annunciator(sounder, light)
    sound, lit = [], []
    for _ in range(frames):
        annunciator.play(priority, priority, False)
        sound.append(1 if sounder.hz else 0)
        lit.append(1 if light.colour != (0, 0, 0) else 0)
    return sound, lit


def test_a_high_alarm_sounds_in_its_first_frame_with_ten_pulses_a_burst():
    sound, _ = played(alarm.HIGH, len(signals.SOUND[alarm.HIGH]))
    assert sound[0] == 1
    assert pulses(sound) == 10


def test_light_frequencies_lie_in_the_bands_of_the_standard():
    """SR-082"""
    for priority, low_mhz, high_mhz in ((alarm.HIGH, 1_400, 2_800), (alarm.MEDIUM, 400, 800)):
        pattern = signals.LIGHT[priority]
        mhz = 1_000_000 // (len(pattern) * 100)
        assert low_mhz <= mhz <= high_mhz
        assert 20 <= 100 * sum(pattern) // len(pattern) <= 60
    assert signals.LIGHT[alarm.LOW] == b"\x01"


def pulses(pattern):
    """How many times it begins to sound."""
    return sum(1 for at in range(len(pattern)) if pattern[at] and (at == 0 or not pattern[at - 1]))


def test_each_priority_has_its_colour():
    """SR-082"""
    assert signals.COLOUR[alarm.HIGH] == (255, 0, 0)  # red
    assert signals.COLOUR[alarm.MEDIUM] == (255, 160, 0)  # yellow
    assert signals.COLOUR[alarm.LOW] == (0, 180, 180)  # cyan
    for priority in (alarm.HIGH, alarm.MEDIUM, alarm.LOW):
        light = Light()
        Annunciator(Sounder(), light).play(priority, priority, False)
        assert light.colour == signals.COLOUR[priority], priority


def test_priorities_differ_by_pitch_number_and_pace_of_their_pulses():
    """SR-084"""
    for priority, hz, number, frames in (
        (alarm.HIGH, 880, 10, 78),
        (alarm.MEDIUM, 660, 3, 85),
        (alarm.LOW, 523, 2, 206),
    ):
        assert signals.TONE_HZ[priority] == hz
        assert pulses(signals.SOUND[priority]) == number, priority
        assert len(signals.SOUND[priority]) == frames, priority


def test_every_priority_is_heard_and_seen():
    """SR-085: two senses for each, and a third for those that cannot wait."""
    for priority in (alarm.HIGH, alarm.MEDIUM, alarm.LOW):
        sound, lit = played(priority, 30)
        assert sum(sound) and sum(lit), priority


def test_quiet_and_dark_without_alarm():
    sound, lit = played(0, 50)
    assert sum(sound) == 0 and sum(lit) == 0


def test_the_tone_rises_in_the_frame_in_which_a_worse_alarm_comes():
    sounder = Sounder()
    annunciator = Annunciator(sounder, Light())
    annunciator.play(alarm.MEDIUM, alarm.MEDIUM, False)
    assert sounder.hz == signals.TONE_HZ[alarm.MEDIUM]
    annunciator.play(alarm.HIGH, alarm.HIGH, False)
    assert sounder.hz == signals.TONE_HZ[alarm.HIGH]


def test_medium_and_high_vibrate_and_low_does_not():
    """SR-085"""
    for priority, least in ((alarm.HIGH, 12), (alarm.MEDIUM, 6), (alarm.LOW, 0)):
        annunciator = Annunciator(Sounder(), Light())
        moved = 0
        for _ in range(60):
            annunciator.play(priority, priority, False)
            moved += 1 if annunciator.vibrating else 0
        assert moved >= least
        assert moved == 0 or priority > alarm.LOW
    annunciator.play(0, alarm.HIGH, False)
    assert not annunciator.vibrating


def test_a_dead_display_flashes_white_between_the_colours_of_an_alarm():
    """SR-076"""
    light = Light()
    annunciator = Annunciator(Sounder(), light)
    colours = set()
    for _ in range(10):
        annunciator.play(0, 0, True)
        colours.add(light.colour)
    assert colours == {(0, 0, 0), signals.DISPLAY_DEAD_COLOUR}
    colours = set()
    for _ in range(30):
        annunciator.play(alarm.HIGH, alarm.HIGH, True)
        colours.add(light.colour)
    assert colours >= {signals.COLOUR[alarm.HIGH], signals.DISPLAY_DEAD_COLOUR}
