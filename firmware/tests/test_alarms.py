"""Alarms: sets, latches, sound and light schedules."""

from firmware.alarms import signals
from firmware.alarms.annunciator import Annunciator
from firmware.alarms.conditions import Conditions
from firmware.safety import faults, limits
from firmware.safety.event_queue import CAPACITY, EventQueue
from firmware.safety.liveness import ALL, Liveness
from firmware.safety.monitor import FlowMonitor
from shared import alarm_table as alarm
from shared.codes import Event


def taken(events):
    found = []
    while True:
        event = events.take()
        if event is None:
            return found
        found.append(event)


def test_a_latched_alarm_stays_after_its_cause_until_acknowledged():
    conditions = Conditions(EventQueue())
    conditions.hold(alarm.DOWNSTREAM_OCCLUSION, True, 41_000)
    conditions.hold(alarm.DOWNSTREAM_OCCLUSION, False, 0)
    assert conditions.active == 1 << alarm.DOWNSTREAM_OCCLUSION
    assert conditions.acknowledge(alarm.DOWNSTREAM_OCCLUSION)
    assert conditions.active == 0


def test_acknowledging_does_not_clear_an_alarm_whose_cause_stands():
    conditions = Conditions(EventQueue())
    conditions.hold(alarm.DOWNSTREAM_OCCLUSION, True, 41_000)
    assert conditions.acknowledge(alarm.DOWNSTREAM_OCCLUSION)
    assert conditions.active == 1 << alarm.DOWNSTREAM_OCCLUSION
    conditions.hold(alarm.DOWNSTREAM_OCCLUSION, False, 0)
    assert conditions.active == 0


def test_acknowledging_one_alarm_leaves_the_others_sounding():
    conditions = Conditions(EventQueue())
    conditions.hold(alarm.AIR_IN_LINE, True, 0)
    conditions.hold(alarm.BATTERY_LOW, True, 0)
    assert conditions.shown() == alarm.AIR_IN_LINE
    conditions.acknowledge(alarm.AIR_IN_LINE)
    assert conditions.shown() == alarm.BATTERY_LOW
    assert conditions.sounding_priority() == alarm.MEDIUM
    assert conditions.lit_priority() == alarm.HIGH


def test_a_new_alarm_breaks_a_silence_even_if_it_is_lower():
    conditions = Conditions(EventQueue())
    conditions.hold(alarm.AIR_IN_LINE, True, 0)
    conditions.silence()
    assert conditions.sounding_priority() == 0
    conditions.hold(alarm.LINK_LOST, True, 0)
    assert conditions.sounding_priority() == alarm.HIGH


def test_silence_ends_by_itself_after_two_minutes():
    conditions = Conditions(EventQueue())
    conditions.hold(alarm.AIR_IN_LINE, True, 0)
    conditions.silence()
    conditions.tick(limits.SILENCE_FRAMES - 1)
    assert conditions.sounding_priority() == 0
    conditions.tick(1)
    assert conditions.sounding_priority() == alarm.HIGH


def test_an_acknowledged_stop_alarm_without_cure_sounds_again_after_two_minutes():
    conditions = Conditions(EventQueue())
    conditions.hold(alarm.DOWNSTREAM_OCCLUSION, True, 0)
    conditions.acknowledge(alarm.DOWNSTREAM_OCCLUSION)
    conditions.tick(limits.SILENCE_FRAMES - 1)
    assert conditions.sounding_priority() == 0
    conditions.tick(1)
    assert conditions.sounding_priority() == alarm.HIGH


def test_silence_without_any_alarm_does_nothing():
    events = EventQueue()
    conditions = Conditions(events)
    conditions.silence()
    conditions.hold(alarm.AIR_IN_LINE, True, 0)
    assert conditions.sounding_priority() == alarm.HIGH


def test_every_change_of_the_set_is_an_event_in_order():
    events = EventQueue()
    conditions = Conditions(events)
    conditions.hold(alarm.DOWNSTREAM_OCCLUSION, True, 41_000)
    conditions.hold(alarm.DOWNSTREAM_OCCLUSION, True, 42_000)
    conditions.acknowledge(alarm.DOWNSTREAM_OCCLUSION)
    conditions.acknowledge(alarm.DOWNSTREAM_OCCLUSION)
    conditions.hold(alarm.DOWNSTREAM_OCCLUSION, False, 0)
    assert [event[:2] for event in taken(events)] == [
        (Event.ALARM_RAISED, 0),
        (Event.ALARM_ACKNOWLEDGED, 0),
        (Event.ALARM_CLEARED, 0),
    ]


def test_a_full_event_queue_counts_what_it_loses_and_keeps_the_oldest():
    events = EventQueue()
    for number in range(CAPACITY + 5):
        events.note(number, 0, 0, 0)
    assert events.lost == 5
    assert [event[0] for event in taken(events)] == list(range(CAPACITY))


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
        annunciator.play(priority, priority)
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
        mhz = 1_000_000 // (len(pattern) * limits.FRAME_MS)
        assert low_mhz <= mhz <= high_mhz
        assert 20 <= 100 * sum(pattern) // len(pattern) <= 60
    assert signals.LIGHT[alarm.LOW] == b"\x01"


def test_quiet_and_dark_without_alarm():
    sound, lit = played(0, 50)
    assert sum(sound) == 0 and sum(lit) == 0


def test_monitor_agrees_while_the_roller_follows():
    bits = faults.Faults()
    monitor = FlowMonitor(bits)
    steps = 0
    for _ in range(5_000):
        moved = (steps + 52) * 4_096 // 16_000 - steps * 4_096 // 16_000
        steps += 52
        assert monitor.judge(moved, 52, False) == -1
    assert bits.latched == 0


def test_monitor_sees_a_stalled_roller_within_a_microlitre():
    bits = faults.Faults()
    monitor = FlowMonitor(bits)
    steps = 0
    while monitor.judge(0, 8, False) < 0:
        steps += 8
        assert steps * 3_750 < 1_000_000
    assert bits.latched == 1 << faults.MOTOR_DISAGREES


def test_monitor_sees_free_flow_while_the_motor_stands():
    bits = faults.Faults()
    monitor = FlowMonitor(bits)
    assert monitor.judge(limits.ENCODER_TOLERANCE_COUNTS, 0, False) == -1
    assert monitor.judge(1, 0, False) == faults.MOVED_WITHOUT_ORDER


def test_monitor_sees_reverse_movement():
    bits = faults.Faults()
    monitor = FlowMonitor(bits)
    assert monitor.judge(-41, 0, False) == faults.MOTOR_DISAGREES


def test_stop_key_that_cuts_a_train_short_is_no_disagreement():
    bits = faults.Faults()
    monitor = FlowMonitor(bits)
    assert monitor.judge(20, 741, True) == -1  # 190 counts were ordered
    assert monitor.judge(0, 0, True) == -1
    assert monitor.judge(0, 0, False) == -1
    assert -4 < monitor.error_counts < 4


def test_stop_key_excuses_no_movement_that_was_not_ordered():
    monitor = FlowMonitor(faults.Faults())
    assert monitor.judge(41, 0, True) == faults.MOVED_WITHOUT_ORDER
    monitor = FlowMonitor(faults.Faults())
    assert monitor.judge(-41, 741, True) == faults.MOTOR_DISAGREES


def test_a_fault_is_told_once_and_counted_always():
    bits = faults.Faults()
    assert bits.latch(faults.MOTOR_STALLED, 7)
    assert not bits.latch(faults.MOTOR_STALLED, 8)
    assert bits.counts[faults.MOTOR_STALLED] == 2
    assert bits.values[faults.MOTOR_STALLED] == 7


def test_a_skipped_step_starves_the_dead_man_and_the_watchdog():
    for skipped in (1, 2, 4, 8, 16, 32):
        alive = Liveness()
        bit = 1
        while bit <= 32:
            if bit == 16:
                assert alive.ready_to_move() == (skipped >= 16)
            if bit != skipped:
                alive.here(bit)
            bit *= 2
        assert not alive.complete()
    alive = Liveness()
    bit = 1
    while bit <= ALL:
        alive.here(bit)
        bit *= 2
    assert alive.complete()
