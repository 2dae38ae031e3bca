"""Alarms: sets, latches, silence, reminders, escalation, loops."""

from firmware.alarms import timings
from firmware.alarms.conditions import Conditions
from firmware.safety import limits
from firmware.safety.event_queue import CAPACITY, EventQueue
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
    assert conditions.acknowledge(alarm.DOWNSTREAM_OCCLUSION, alarm.DOWNSTREAM_OCCLUSION)
    assert conditions.active == 0


def test_acknowledging_does_not_clear_an_alarm_whose_cause_stands():
    conditions = Conditions(EventQueue())
    conditions.hold(alarm.DOWNSTREAM_OCCLUSION, True, 41_000)
    assert conditions.acknowledge(alarm.DOWNSTREAM_OCCLUSION, alarm.DOWNSTREAM_OCCLUSION)
    assert conditions.active == 1 << alarm.DOWNSTREAM_OCCLUSION
    conditions.hold(alarm.DOWNSTREAM_OCCLUSION, False, 0)
    assert conditions.active == 0


def test_acknowledging_one_alarm_leaves_the_others_sounding():
    conditions = Conditions(EventQueue())
    conditions.hold(alarm.AIR_IN_LINE, True, 0)
    conditions.hold(alarm.BATTERY_LOW, True, 0)
    assert conditions.shown() == alarm.AIR_IN_LINE
    conditions.acknowledge(alarm.AIR_IN_LINE, alarm.AIR_IN_LINE)
    assert conditions.shown() == alarm.BATTERY_LOW
    assert conditions.sounding_priority() == alarm.MEDIUM
    assert conditions.lit_priority() == alarm.HIGH


def test_a_new_alarm_breaks_a_silence_even_if_it_is_lower():
    """SR-088"""
    conditions = Conditions(EventQueue())
    conditions.hold(alarm.AIR_IN_LINE, True, 0)
    conditions.silence()
    assert conditions.sounding_priority() == 0
    conditions.hold(alarm.LINK_LOST, True, 0)
    assert conditions.sounding_priority() == alarm.HIGH


def test_silence_ends_by_itself_after_two_minutes():
    """SR-087, SR-089"""
    conditions = Conditions(EventQueue())
    conditions.hold(alarm.AIR_IN_LINE, True, 0)
    conditions.silence()
    conditions.tick(limits.SILENCE_HIGH_FRAMES - 1)
    assert conditions.sounding_priority() == 0
    conditions.tick(1)
    assert conditions.sounding_priority() == alarm.HIGH


def test_an_acknowledged_stop_alarm_without_cure_sounds_again_after_two_minutes():
    """SR-089"""
    conditions = Conditions(EventQueue())
    conditions.hold(alarm.DOWNSTREAM_OCCLUSION, True, 0)
    conditions.acknowledge(alarm.DOWNSTREAM_OCCLUSION, alarm.DOWNSTREAM_OCCLUSION)
    conditions.tick(timings.REMIND_FRAMES - 1)
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
    conditions.acknowledge(alarm.DOWNSTREAM_OCCLUSION, alarm.DOWNSTREAM_OCCLUSION)
    conditions.acknowledge(alarm.DOWNSTREAM_OCCLUSION, alarm.DOWNSTREAM_OCCLUSION)
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


def test_an_alarm_that_is_not_on_the_glass_cannot_be_acknowledged():
    conditions = Conditions(EventQueue())
    conditions.hold(alarm.AIR_IN_LINE, True, 0)
    for drawn in (-1, alarm.BATTERY_LOW, alarm.DOWNSTREAM_OCCLUSION):
        assert not conditions.acknowledge(alarm.AIR_IN_LINE, drawn)
    assert conditions.seen == 0
    assert conditions.acknowledge(alarm.AIR_IN_LINE, alarm.AIR_IN_LINE)


def test_every_alarm_is_cleared_by_its_own_id_and_by_no_other():
    for shown in range(alarm.COUNT):
        conditions = Conditions(EventQueue())
        conditions.hold(shown, True, 0)
        conditions.hold(shown, False, 0)
        for other in range(alarm.COUNT):
            if other != shown:
                assert not conditions.acknowledge(other, other)
        if alarm.LATCHED_MASK >> shown & 1:
            assert conditions.active == 1 << shown
            assert conditions.acknowledge(shown, shown)
            if shown == alarm.ALERT_LOOP:
                assert conditions.unlock()
        assert conditions.active == 0


def test_a_warning_becomes_louder_after_the_time_in_its_row_and_is_heard_again():
    for row in alarm.ROWS:
        events = EventQueue()
        conditions = Conditions(events)
        conditions.hold(row[0], True, 0)
        conditions.acknowledge(row[0], row[0])
        if row[8]:
            conditions.tick(row[8] * 10 - 1)
            assert conditions.priority(row[0]) == row[2]
            assert conditions.sounding_priority() in (0, row[2])
            conditions.tick(1)
            assert conditions.priority(row[0]) == row[2] + 1
            assert conditions.sounding_priority() == row[2] + 1
            assert taken(events)[-1] == (Event.ALARM_ESCALATED, row[0], row[2] + 1, 1)
        else:
            conditions.tick(100_000)
            assert conditions.priority(row[0]) == row[2]


def test_a_second_acknowledgement_without_a_cure_escalates_and_is_reminded_of_sooner():
    events = EventQueue()
    conditions = Conditions(events)
    conditions.hold(alarm.RESERVOIR_EMPTY, True, 0)
    conditions.acknowledge(alarm.RESERVOIR_EMPTY, alarm.RESERVOIR_EMPTY)
    conditions.hold(alarm.AIR_IN_LINE, True, 0)
    conditions.acknowledge(alarm.AIR_IN_LINE, alarm.AIR_IN_LINE)
    conditions.tick(timings.REMIND_FRAMES)
    assert conditions.sounding_priority() == alarm.HIGH
    conditions.acknowledge(alarm.AIR_IN_LINE, alarm.AIR_IN_LINE)
    assert (Event.ALARM_ESCALATED, alarm.AIR_IN_LINE, alarm.HIGH, 2) in taken(events)
    assert conditions.priority(alarm.AIR_IN_LINE) == alarm.HIGH
    conditions.acknowledge(alarm.RESERVOIR_EMPTY, alarm.RESERVOIR_EMPTY)
    conditions.tick(timings.REMIND_AGAIN_FRAMES - 1)
    assert conditions.sounding_priority() == 0
    conditions.tick(1)
    assert conditions.sounding_priority() == alarm.HIGH


def test_a_warning_that_goes_and_comes_back_starts_at_its_own_priority():
    conditions = Conditions(EventQueue())
    conditions.hold(alarm.WARM, True, 0)
    conditions.tick(6_000)
    assert conditions.priority(alarm.WARM) == alarm.MEDIUM
    conditions.hold(alarm.WARM, False, 0)
    conditions.hold(alarm.WARM, True, 0)
    assert conditions.priority(alarm.WARM) == alarm.LOW
    conditions.tick(5_999)
    assert conditions.priority(alarm.WARM) == alarm.LOW


def test_silence_of_a_low_alarm_lasts_ten_minutes_and_cannot_be_restarted_by_pressing_again():
    """SR-087"""
    conditions = Conditions(EventQueue())
    conditions.hold(alarm.LINK_LOST, True, 0)
    conditions.silence()
    conditions.tick(limits.SILENCE_FRAMES - 1)
    conditions.silence()
    assert conditions.sounding_priority() == 0
    conditions.tick(1)
    assert conditions.sounding_priority() == alarm.LOW


def test_silence_does_not_outlive_the_last_alarm():
    conditions = Conditions(EventQueue())
    conditions.hold(alarm.LINK_LOST, True, 0)
    conditions.silence()
    conditions.hold(alarm.LINK_LOST, False, 0)
    conditions.tick(1)
    assert conditions.silence_frames == 0


def test_a_chime_ends_by_itself_and_a_second_one_is_a_new_alarm():
    events = EventQueue()
    conditions = Conditions(events)
    conditions.chime(alarm.BOLUS_REFUSED, 71)
    conditions.tick(timings.CHIME_FRAMES - 1)
    assert conditions.active == 1 << alarm.BOLUS_REFUSED
    conditions.chime(alarm.BOLUS_REFUSED, 72)
    conditions.tick(timings.CHIME_FRAMES - 1)
    assert conditions.active == 1 << alarm.BOLUS_REFUSED
    conditions.tick(1)
    assert conditions.active == 0
    raised = [event for event in taken(events) if event[0] == Event.ALARM_RAISED]
    assert [event[2] for event in raised] == [71, 72]


def loop_of(conditions, alarm_id, wait_frames):
    """START, the alarm, its cure, OK."""
    conditions.loops.started()
    conditions.tick(wait_frames)
    conditions.hold(alarm_id, True, 0)
    conditions.acknowledge(alarm_id, alarm_id)
    conditions.hold(alarm_id, False, 0)


def test_the_same_alarm_three_times_in_ten_minutes_locks_until_a_code_unlocks():
    """SR-095"""
    conditions = Conditions(EventQueue())
    for _ in range(2):
        loop_of(conditions, alarm.DOWNSTREAM_OCCLUSION, 3_000)
        assert conditions.active == 0
    loop_of(conditions, alarm.DOWNSTREAM_OCCLUSION, 3_000)
    lock = 1 << alarm.ALERT_LOOP
    assert conditions.active == lock
    assert conditions.acknowledge(alarm.ALERT_LOOP, alarm.ALERT_LOOP)
    assert conditions.active == lock and conditions.sounding_priority() == 0
    conditions.tick(timings.REMIND_FRAMES)
    assert conditions.sounding_priority() == alarm.HIGH
    assert conditions.unlock() and conditions.active == 0
    assert not conditions.unlock()
    loop_of(conditions, alarm.DOWNSTREAM_OCCLUSION, 1)
    assert conditions.active == 0


def test_three_alarms_in_more_than_ten_minutes_or_of_different_kinds_do_not_lock():
    conditions = Conditions(EventQueue())
    for _ in range(6):
        loop_of(conditions, alarm.DOWNSTREAM_OCCLUSION, limits.ALERT_LOOP_FRAMES // 2 + 1)
    for alarm_id in (alarm.AIR_IN_LINE, alarm.UPSTREAM_OCCLUSION, alarm.SET_OPEN):
        loop_of(conditions, alarm_id, 1)
        loop_of(conditions, alarm_id, 1)
    assert conditions.active == 0


def test_an_alarm_that_comes_and_goes_without_a_start_is_no_loop():
    conditions = Conditions(EventQueue())
    conditions.loops.started()
    for _ in range(5):
        conditions.hold(alarm.SET_OPEN, True, 0)
        conditions.acknowledge(alarm.SET_OPEN, alarm.SET_OPEN)
        conditions.hold(alarm.SET_OPEN, False, 0)
    assert conditions.active == 0


def test_others_counts_what_stands_behind_the_alarm_that_is_shown():
    conditions = Conditions(EventQueue())
    assert conditions.others() == 0
    for count, alarm_id in enumerate((alarm.LINK_LOST, alarm.WARM, alarm.AIR_IN_LINE)):
        conditions.hold(alarm_id, True, 0)
        assert conditions.others() == count
