"""Expectations against observations made by hand: what is met, what is not, and what is said."""

from __future__ import annotations

import io
import json

from hil_tests.scenario.judge import judge
from hil_tests.scenario.model import Expectation
from hil_tests.scenario.observations import Observations
from hil_tests.scenario.timeline import Timeline
from shared.codes import Event, Reason, Stage, State

ZERO_MS = 10_000


def start() -> Observations:
    seen = Observations()
    seen.note(0, "power", on=True, cause=1)
    seen.note(500, "hello", boot=7)
    seen.note(ZERO_MS, "mark", name="zero")
    return seen


def note_event(seen: Observations, t_ms: int, code: int, *args: int, log_seq: int = 1) -> None:
    seen.note(t_ms, "event", log_seq=log_seq, boot=7, mono_ms=t_ms, code=code, args=list(args))


def note_telemetry(seen: Observations, t_ms: int, arrived_ms: int | None = None, **more) -> None:
    values = {"boot": 7, "mono_ms": t_ms, "state": State.RUNNING, "sample": 0, "rate_nl_h": 5}
    values |= {"total_min_nl": 0, "total_max_nl": 0, "pressure_pa": 0, **more}
    seen.note(t_ms if arrived_ms is None else arrived_ms, "telemetry", **values)


def verdict(seen: Observations, kind: str, form: str, **values):
    return judge((Expectation(kind, form, values, kind),), Timeline(seen))[0]


def within(seen: Observations, kind: str, ms: int, after: str = "zero", **values):
    return verdict(seen, kind, "within", after=after, within=ms, **values)


def throughout(seen: Observations, kind: str, start_ms: int, end_ms: int, **values):
    return verdict(seen, kind, "throughout", **{"from": start_ms, "until": end_ms}, **values)


def test_sound_within_is_measured_from_the_mark():
    seen = start()
    seen.note(12_000, "mark", name="threshold")
    seen.note(12_200, "sound", hz=2_700)
    found = within(seen, "sound", 300, after="threshold", **{"is": "on"})
    assert found.met
    assert found.measured == 200
    late = within(seen, "sound", 100, after="threshold", **{"is": "on"})
    assert not late.met
    assert "still off" in late.seen


def test_mark_that_never_came_is_not_met():
    found = within(start(), "sound", 300, after="threshold", **{"is": "on"})
    assert not found.met
    assert "never came" in found.seen


def test_pause_between_bursts_counts_as_sounding_but_a_long_silence_does_not():
    seen = start()
    for t_ms, hz in ((11_000, 880), (11_500, 0), (21_000, 880), (21_500, 0), (60_000, 880)):
        seen.note(t_ms, "sound", hz=hz)
    assert throughout(seen, "sound", 2_000, 11_000, **{"is": "on"}).met
    silent = throughout(seen, "sound", 2_000, 40_000, **{"is": "on"})
    assert not silent.met
    assert "off at 11 s 500 ms" in silent.seen


def test_burst_that_the_end_of_the_run_cuts_short_still_counts_as_sounding():
    seen = start()
    truth(seen, 0, 30_000)
    seen.note(20_000, "sound", hz=880)
    seen.note(21_000, "sound", hz=0)
    assert throughout(seen, "sound", 10_000, 20_000, **{"is": "on"}).met
    truth_later = start()
    truth(truth_later, 0, 60_000)
    truth_later.note(20_000, "sound", hz=880)
    truth_later.note(21_000, "sound", hz=0)
    assert not throughout(truth_later, "sound", 10_000, 20_000, **{"is": "on"}).met


def test_vibration_comes_in_bursts_and_the_second_sounder_does_not():
    seen = start()
    for t_ms, on in ((11_000, True), (11_500, False), (21_000, True), (21_500, False)):
        seen.note(t_ms, "vibration", on=on)
        seen.note(t_ms, "reserve", on=on)
    truth(seen, 0, 30_000)
    assert within(seen, "vibration", 2_000, **{"is": "on"}).measured == 1_000
    assert throughout(seen, "vibration", 2_000, 11_000, **{"is": "on"}).met
    assert within(seen, "reserve", 2_000, **{"is": "on"}).measured == 1_000
    assert not throughout(seen, "reserve", 2_000, 11_000, **{"is": "on"}).met
    assert throughout(seen, "reserve", 2_000, 10_000, **{"is": "off"}).met


def test_motor_stops_at_its_last_step():
    seen = start()
    seen.note(9_000, "motor", moving=True)
    seen.note(15_000, "mark", name="stop")
    seen.note(15_100, "motor", moving=False)
    assert within(seen, "motor", 250, after="stop", **{"is": "stopped"}).measured == 100
    assert not within(seen, "motor", 50, after="stop", **{"is": "stopped"}).met
    assert throughout(seen, "motor", 0, 5_000, **{"is": "moving"}).met
    assert not throughout(seen, "motor", 0, 5_200, **{"is": "moving"}).met


def test_state_comes_from_telemetry_and_journal_at_the_pumps_own_time():
    seen = start()
    note_telemetry(seen, 11_000)
    note_event(seen, 13_000, Event.STATE_CHANGED, State.RUNNING, State.ALARM, 0)
    note_telemetry(seen, 14_000, arrived_ms=90_000, state=State.ALARM)
    assert throughout(seen, "state", 1_000, 2_900, **{"is": "RUNNING"}).met
    assert not throughout(seen, "state", 1_000, 3_100, **{"is": "RUNNING"}).met
    assert throughout(seen, "state", 3_000, 60_000, **{"is": "ALARM"}).met
    assert within(seen, "state", 3_000, **{"is": "ALARM"}).measured == 3_000
    assert not verdict(seen, "state", "never", **{"is": "ALARM", "never": True}).met
    assert verdict(seen, "state", "never", **{"is": "FAULT", "never": True}).met


def test_alarm_is_found_by_its_name_and_kind():
    seen = start()
    note_event(seen, 12_000, Event.ALARM_RAISED, 2, 50)
    assert within(seen, "alarm", 3_000, alarm="air_in_line", **{"is": "raised"}).measured == 2_000
    assert not within(seen, "alarm", 1_000, alarm="air_in_line", **{"is": "raised"}).met
    assert not within(seen, "alarm", 3_000, alarm="air_in_line", **{"is": "cleared"}).met
    assert not within(seen, "alarm", 3_000, alarm="motor_fault", **{"is": "raised"}).met


def test_event_arguments_are_compared_from_the_front():
    seen = start()
    note_event(seen, 12_000, Event.RX_REFUSED, 1, 26, 2)
    assert within(seen, "event", 3_000, code="RX_REFUSED", args=[1, 26]).met
    assert within(seen, "event", 3_000, code="RX_REFUSED", args=[]).met
    assert not within(seen, "event", 3_000, code="RX_REFUSED", args=[1, 25]).met
    assert not within(seen, "event", 3_000, code="RX_REFUSED", args=[1, 26, 2, 0]).met


def test_receipt_with_another_reason_is_told():
    seen = start()
    seen.note(11_000, "receipt", stage=Stage.REFUSED, reason=Reason.WEIGHT)
    assert within(seen, "receipt", 2_000, stage="REFUSED", reason="WEIGHT").met
    other = within(seen, "receipt", 2_000, stage="REFUSED", reason="CONCENTRATION")
    assert not other.met
    assert "weight outside the profile" in other.seen


def truth(seen: Observations, nl_h: int, end_ms: int) -> None:
    for t_ms in range(0, end_ms + 1, 1_000):
        volume_nl = nl_h * t_ms // 3_600_000
        seen.note(t_ms, "truth", delivered_nl=volume_nl, pumped_nl=volume_nl, lost_steps=0)


def test_flow_is_the_mean_of_the_truth_between_two_times():
    seen = start()
    truth(seen, 7_000_000, 120_000)
    values = {"nl_h": 7_000_000, "tolerance_permille": 5}
    assert throughout(seen, "flow", 500, 100_500, **values).met
    assert not throughout(seen, "flow", 0, 60_000, **{**values, "nl_h": 7_100_000}).met
    short = throughout(seen, "flow", 0, 600_000, **values)
    assert not short.met
    assert "did not last" in short.seen


def test_truth_counts_every_look_in_its_window():
    seen = start()
    truth(seen, 3_600_000, 60_000)
    values = {"figure": "pumped_nl", "low": 12_000}
    assert throughout(seen, "truth", 2_000, 40_000, **values, high=50_000).met
    above = throughout(seen, "truth", 2_000, 40_001, **values, high=50_000)
    assert not above.met
    assert verdict(seen, "truth", "at", at=2_500, figure="pumped_nl", low=12_500, high=12_500).met


def test_total_must_hold_what_was_given_since_the_prescription_became_active():
    seen = start()
    truth(seen, 3_600_000, 60_000)
    seen.note(5_000, "active", pumped_nl=5_000)
    note_telemetry(seen, 30_000, total_min_nl=24_000, total_max_nl=26_000)
    assert verdict(seen, "total_holds_truth", "at", at=20_000, slack_nl=0).met
    note_telemetry(seen, 40_000, total_min_nl=36_000, total_max_nl=40_000)
    assert not verdict(seen, "total_holds_truth", "at", at=30_000, slack_nl=500).met
    assert verdict(seen, "total_holds_truth", "at", at=30_000, slack_nl=1_000).met


def test_gap_in_the_journal_is_told_and_a_repetition_is_not_a_gap():
    seen = start()
    for number in (4, 5, 5, 4, 6):
        note_event(seen, 12_000, Event.BOOT, log_seq=number)
    assert verdict(seen, "journal_complete", "at", at=5_000, at_least=3).met
    assert not verdict(seen, "journal_complete", "at", at=5_000, at_least=4).met
    note_event(seen, 13_000, Event.BOOT, log_seq=8)
    gap = verdict(seen, "journal_complete", "at", at=5_000, at_least=1)
    assert not gap.met
    assert gap.seen == "entry 8 came after entry 6"


def test_only_kept_samples_of_the_window_count():
    seen = start()
    note_telemetry(seen, 11_000)
    for minute in range(5):
        note_telemetry(seen, ZERO_MS + minute * 60_000, arrived_ms=999_000, sample=1)
    assert throughout(seen, "kept_samples", 0, 240_000, at_least=5).met
    assert not throughout(seen, "kept_samples", 1, 240_000, at_least=5).met


def test_pump_time_is_found_from_the_earliest_arrival_and_else_from_the_power():
    seen = Observations()
    seen.note(0, "power", on=True, cause=1)
    seen.note(700, "hello", boot=3)
    seen.note(1_800, "event", log_seq=1, boot=3, mono_ms=1_000, code=1, args=[])
    seen.note(9_000, "event", log_seq=2, boot=3, mono_ms=2_000, code=2, args=[])
    seen.note(50_000, "power", on=True, cause=1)
    seen.note(900_000, "event", log_seq=3, boot=4, mono_ms=2_000, code=1, args=[])
    times = [t_ms for t_ms, _values in Timeline(seen).events]
    assert times == [1_800, 2_800, 52_000]


def test_log_holds_every_observation_as_a_line_with_bytes_as_hex():
    sink = io.StringIO()
    seen = Observations(sink)
    seen.note(5, "telemetry", state=1, challenge=b"\x01\xff", extra=(1, 2))
    assert json.loads(sink.getvalue()) == {
        "t_ms": 5,
        "kind": "telemetry",
        "state": 1,
        "challenge": "01ff",
        "extra": [1, 2],
    }
    assert seen.of("telemetry")[0].values == {"state": 1}
