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
    pulses = sum(1 for at in range(len(sound)) if sound[at] and (at == 0 or not sound[at - 1]))
    assert pulses == 10


def test_light_frequencies_lie_in_the_bands_of_the_standard():
    for priority, low_mhz, high_mhz in ((alarm.HIGH, 1_400, 2_800), (alarm.MEDIUM, 400, 800)):
        pattern = signals.LIGHT[priority]
        mhz = 1_000_000 // (len(pattern) * 100)
        assert low_mhz <= mhz <= high_mhz
        assert 20 <= 100 * sum(pattern) // len(pattern) <= 60
    assert signals.LIGHT[alarm.LOW] == b"\x01"


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
