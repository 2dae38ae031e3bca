"""Mutants that nobody can notice, each with its reason. May only shrink: an entry that fits no mutant, or whose mutant is killed, is an error."""

from __future__ import annotations

from typing import NamedTuple


class Equivalent(NamedTuple):
    """path: in the tree. function: dotted name, or "module". before, after: the line without and with the change, as a survivor is printed.

    reason: why the program does the same with the change, in one sentence.
    """

    path: str
    function: str
    before: str
    after: str
    reason: str


# Reasons that several entries share.
_NO_READING = "Any second below zero says that there is no reading to compare with."
_FIRST_READING = "The first reading of the clock begins the comparison anew, and counts from zero."
_NONE = "Reason.NONE is 0: both spell the same answer."
_LAG = "All that is added to the lag is a multiple of 200, and so is its limit: one less never decides, nor shows in whole counts."
_EMPTY_RING = "A ring of empty buckets has no first one."
_UNCALIBRATED = "Before it is calibrated one of the two limits is zero or below, and that alone calls everything air."
_NO_COPY = "Any copy but the complement says that the rule is not calibrated."
_COUNT_ABOVE = "A count above the limit says what the limit says; its end keeps it a small integer, which it would outgrow in three years of suction."
_LAST_ROW = "A rate above the last row draws what the last row says."
_STOPPED = "State 0 is STOPPED, whose rate is never anything but 0."
_FIRST_SEGMENT = "The time chooses between segments only, and the frames before and after the first are in the first."

EQUIVALENT: tuple[Equivalent, ...] = (
    Equivalent(
        "firmware/safety/clock.py",
        "ClockRule.__init__",
        "self._since_s = -1",
        "self._since_s = -2",
        _NO_READING,
    ),
    Equivalent(
        "firmware/safety/clock.py",
        "ClockRule.__init__",
        "self._frames = 0",
        "pass",
        _FIRST_READING,
    ),
    Equivalent(
        "firmware/safety/clock.py",
        "ClockRule.__init__",
        "self._frames = 0",
        "self._frames = -1",
        _FIRST_READING,
    ),
    Equivalent(
        "firmware/safety/clock.py",
        "ClockRule.__init__",
        "self._frames = 0",
        "self._frames = 1",
        _FIRST_READING,
    ),
    Equivalent(
        "firmware/safety/clock.py",
        "ClockRule.restart",
        "self._since_s = -1",
        "self._since_s = -2",
        _NO_READING,
    ),
    Equivalent(
        "firmware/safety/faults.py",
        "module",
        "MOTOR_MASK = 1 << MOTOR_DISAGREES | 1 << MOTOR_STALLED | 1 << REVERSE_FLOW",
        "MOTOR_MASK = 1 >> MOTOR_DISAGREES | 1 << MOTOR_STALLED | 1 << REVERSE_FLOW",
        "MOTOR_DISAGREES is 0, and a shift by nothing has no direction.",
    ),
    Equivalent(
        "firmware/safety/faults.py",
        "Faults.report",
        "return MASKED",
        "return 0",
        "MASKED is 0: both spell the same answer.",
    ),
    Equivalent("firmware/safety/gate.py", "_refusal", "return Reason.NONE", "return 0", _NONE),
    Equivalent(
        "firmware/safety/gate.py", "_bolus_refusal", "return Reason.NONE", "return 0", _NONE
    ),
    Equivalent(
        "firmware/safety/monitor.py",
        "FlowMonitor.__init__",
        "self._open_window()",
        "pass",
        "A monitor begins in STOPPED, which has no window, and every other state opens its own when it begins.",
    ),
    Equivalent(
        "firmware/safety/monitor.py",
        "FlowMonitor._judge_at_once",
        "self._lag = max(self._lag + ordered * _LEAST_PERMILLE - moved * 1_000, 0)",
        "self._lag = max(self._lag + ordered * _LEAST_PERMILLE - moved * 1_000, -1)",
        _LAG,
    ),
    Equivalent(
        "firmware/safety/monitor.py",
        "FlowMonitor._restart",
        "self._lag = 0",
        "self._lag = -1",
        _LAG,
    ),
    Equivalent(
        "firmware/therapy/admission.py",
        "most_nl",
        "if begin < end:",
        "if begin <= end:",
        "A segment that begins at the end adds a flow of no volume.",
    ),
    Equivalent(
        "firmware/therapy/admission.py",
        "_boluses_within",
        "return 0",
        "return 1",
        "Without a rate no volume flows, whatever is left of it.",
    ),
    Equivalent(
        "firmware/therapy/admission.py",
        "_bounds",
        '("bolus_rate_nl_h", 0, limits.MAX_RATE_NL_H),',
        '("bolus_rate_nl_h", -1, limits.MAX_RATE_NL_H),',
        "A rate below zero is refused once more: it is not zero together with volume and count, or slower than the basal.",
    ),
    Equivalent(
        "firmware/therapy/admission.py",
        "_bounds",
        '("clinician_bolus_nl", 0, limits.MAX_CLINICIAN_BOLUS_NL),',
        '("clinician_bolus_nl", -1, limits.MAX_CLINICIAN_BOLUS_NL),',
        "A volume below zero is refused once more: it has no minutes, or a rate slower than the basal.",
    ),
    Equivalent(
        "firmware/therapy/admission.py",
        "_bounds",
        '("clinician_bolus_minutes", 0, limits.MAX_CLINICIAN_BOLUS_MINUTES),',
        '("clinician_bolus_minutes", -1, limits.MAX_CLINICIAN_BOLUS_MINUTES),',
        "A time below zero is refused once more: it has no volume, or makes a rate slower than the basal.",
    ),
    Equivalent(
        "firmware/therapy/admission.py",
        "_phases_hold",
        "zeros = sum(1 for name in names if fields[name] == 0)",
        "zeros = sum(1 for name in names if fields[name] != 0)",
        "None and all is asked for, and that reads the same from both sides.",
    ),
    Equivalent(
        "firmware/therapy/air.py",
        "AirRule.__init__",
        'self._minutes = array("i", bytes(4 * _BUCKETS))',
        'self._minutes = array("i", bytes(5 * _BUCKETS))',
        "The places behind the last bucket are never used.",
    ),
    Equivalent(
        "firmware/therapy/air.py",
        "AirRule.__init__",
        "self._minute_at = 0",
        "self._minute_at = -1",
        _EMPTY_RING,
    ),
    Equivalent(
        "firmware/therapy/air.py",
        "AirRule.__init__",
        "self._minute_at = 0",
        "self._minute_at = 1",
        _EMPTY_RING,
    ),
    Equivalent(
        "firmware/therapy/air.py",
        "AirRule.__init__",
        "self._bubble_limit_steps = 0",
        "self._bubble_limit_steps = 1",
        _UNCALIBRATED,
    ),
    Equivalent(
        "firmware/therapy/air.py",
        "AirRule.__init__",
        "self._window_limit_steps = 0",
        "self._window_limit_steps = 1",
        _UNCALIBRATED,
    ),
    Equivalent(
        "firmware/therapy/air.py",
        "AirRule._tick",
        "self._minute_at = (self._minute_at + 1) % _BUCKETS",
        "self._minute_at = (self._minute_at - 1) % _BUCKETS",
        "A ring that turns the other way comes back to each bucket after the same time.",
    ),
    Equivalent(
        "firmware/therapy/air.py",
        "AirRule.__init__",
        "self._bubble_inverse = 0",
        "self._bubble_inverse = 1",
        _NO_COPY,
    ),
    Equivalent(
        "firmware/therapy/air.py",
        "AirRule.__init__",
        "self._window_inverse = 0",
        "self._window_inverse = 1",
        _NO_COPY,
    ),
    Equivalent(
        "firmware/therapy/dose_windows.py",
        "_worst",
        "if steps + ahead > most:",
        "if steps + ahead >= most:",
        "What is as much as the most is the most.",
    ),
    Equivalent(
        "firmware/therapy/occlusion.py",
        "OcclusionRule.judge",
        "if self._upstream_frames < limits.UPSTREAM_FRAMES:",
        "if True:",
        _COUNT_ABOVE,
    ),
    Equivalent(
        "firmware/therapy/occlusion.py",
        "OcclusionRule.judge",
        "if self._upstream_frames < limits.UPSTREAM_FRAMES:",
        "if self._upstream_frames <= limits.UPSTREAM_FRAMES:",
        _COUNT_ABOVE,
    ),
    Equivalent(
        "firmware/therapy/power.py",
        "module",
        "_DRAW_MA = ((0, 35), (50_000, 80), (75_000, 95), (100_000, 105), (100_000_000, 125))",
        "_DRAW_MA = ((0, 35), (50_000, 80), (75_000, 95), (100_000, 105), (99_999_999, 125))",
        _LAST_ROW,
    ),
    Equivalent(
        "firmware/therapy/power.py",
        "module",
        "_DRAW_MA = ((0, 35), (50_000, 80), (75_000, 95), (100_000, 105), (100_000_000, 125))",
        "_DRAW_MA = ((0, 35), (50_000, 80), (75_000, 95), (100_000, 105), (100_000_001, 125))",
        _LAST_ROW,
    ),
    Equivalent(
        "firmware/therapy/programme.py",
        "Programme.rate_nl_h",
        "if 0 <= state < STATE_COUNT:",
        "if 1 <= state < STATE_COUNT:",
        _STOPPED,
    ),
    Equivalent(
        "firmware/therapy/programme.py",
        "Programme.rate_nl_h",
        "if 0 <= state < STATE_COUNT:",
        "if 0 < state < STATE_COUNT:",
        _STOPPED,
    ),
    Equivalent(
        "firmware/therapy/programme.py",
        "Programme.prescribed",
        "return self.rate_nl_h(state, 0) > 0",
        "return self.rate_nl_h(state, 1) > 0",
        _FIRST_SEGMENT,
    ),
    Equivalent(
        "firmware/therapy/programme.py",
        "Programme.prescribed",
        "return self.rate_nl_h(state, 0) > 0",
        "return self.rate_nl_h(state, -1) > 0",
        _FIRST_SEGMENT,
    ),
    Equivalent(
        "firmware/therapy/programme.py",
        "steps_a_minute",
        "whole = rate_nl_h // carry_unit",
        "whole = rate_nl_h * carry_unit",
        "The rest takes away what the whole has too much; only the integers between are larger, which test_programme sees on a 32-bit machine.",
    ),
    Equivalent(
        "shared/alarm_table.py",
        "module",
        "LATCHED_MASK = sum(1 << row[0] for row in ROWS if row[4])",
        "LATCHED_MASK = sum(1 << row[0] for row in ROWS if row[3])",
        "What halts and nothing else waits for a person, which a test of the rows says as well.",
    ),
)
