"""The faults of the roller, its motor and its senses, and what is expected of the pump. `more_rows.py` has the rest."""

from __future__ import annotations

from hil_tests.sweep.model import Row
from shared import alarm_table as alarm
from shared.codes import State

_OVER = (alarm.OVER_INFUSION,)
_MOTOR = (alarm.MOTOR_FAULT,)
_SENSOR = (alarm.SENSOR_FAULT,)
_FAULT, _ALARM, _RUN = State.FAULT, State.ALARM, State.RUNNING

ROWS = (
    # the motor
    Row("runaway", "motor turns by itself, 1.35 mL/h on top", "10", ("fault", "motor_runaway"),
        _OVER, 3, 4, 5, _FAULT),
    Row("runaway-fast", "motor turns by itself at 100 mL/h", "10", ("fault", "motor_runaway", 7_410),
        _OVER, 0.3, 1, 20, _FAULT),
    Row("runaway-slow", "motor turns by itself at 100 mL/h", "1", ("fault", "motor_runaway", 7_410),
        _OVER, 0.3, 1, 20, _FAULT),
    Row("runaway-bolus", "motor turns by itself at 100 mL/h", "bolus", ("fault", "motor_runaway", 7_410),
        _OVER, 0.3, 1, 20, _FAULT),
    Row("runaway-paused", "motor turns by itself at 100 mL/h", "paused", ("fault", "motor_runaway", 7_410),
        _OVER, 0.3, 1, 20, _FAULT),
    Row("overshoot", "motor makes 20 % more steps than pulses", "10", ("fault", "motor_overshoots"),
        _OVER, 3, 3, 2, _FAULT),
    Row("overshoot-little", "motor makes 1 % more steps than pulses", "10", ("fault", "motor_overshoots", 1),
        _OVER, 25, 25, 2, _FAULT, watch_s=40),
    Row("overshoot-slow", "motor makes 20 % more steps than pulses", "1", ("fault", "motor_overshoots"),
        _OVER, 15, 15, 2, _FAULT),
    Row("overshoot-bolus", "motor makes 20 % more steps than pulses", "bolus", ("fault", "motor_overshoots"),
        _OVER, 2, 2, 2, _FAULT),
    Row("slips", "motor makes 20 % fewer steps than pulses", "10", ("fault", "motor_loses_steps"),
        _MOTOR, 10, 10, 1, _FAULT, watch_s=60),
    Row("slips-little", "motor makes 10 % fewer steps than pulses", "10", ("fault", "motor_loses_steps", 10),
        (alarm.UNDER_INFUSION,), 301, None, 1, _RUN, "told after a whole window of 2.5 min; delivery goes on, nothing is made up", 305),
    Row("stuck", "motor makes no step", "10", ("fault", "motor_loses_steps", 100),
        _MOTOR, 1, 1, 1, _FAULT),
    Row("stuck-slow", "motor makes no step", "1", ("fault", "motor_loses_steps", 100),
        _MOTOR, 5, 5, 1, _FAULT),
    Row("stuck-bolus", "motor makes no step", "bolus", ("fault", "motor_loses_steps", 100),
        _MOTOR, 1, 1, 1, _FAULT),
    Row("blocked", "roller blocked, the driver tells of the stall", "10", ("stimulus", "stall", {}),
        _MOTOR, 0.3, 0.3, 1, _FAULT),
    Row("deadman-open", "dead-man never charges", "10", ("fault", "deadman_open"),
        _MOTOR, 1.5, 1.5, 1, _FAULT),
    Row("deadman-stuck", "dead-man never drops out", "10", ("fault", "deadman_stuck"),
        (), None, None, 1, _RUN, "found at the next power-on; until then the driver's own enable stops the motor"),
    # the encoder
    Row("encoder-silent", "encoder does not answer", "10", ("fault", "encoder_silent"),
        _SENSOR, 0.5, 0.5, 1, _ALARM),
    Row("encoder-stuck", "encoder always tells the same angle", "10", ("fault", "encoder_stuck"),
        _MOTOR, 1, 1, 1, _FAULT),
    Row("encoder-stuck-bolus", "encoder always tells the same angle", "bolus", ("fault", "encoder_stuck"),
        _MOTOR, 1, 1, 1, _FAULT),
    Row("encoder-stuck-slow", "encoder always tells the same angle", "1", ("fault", "encoder_stuck"),
        _MOTOR, 5, 5, 1, _FAULT),
    Row("encoder-doubled", "encoder tells twice the angle", "10", ("fault", "encoder_doubled"),
        _OVER, 1, 1, 1, _FAULT),
    Row("encoder-magnet", "encoder has lost its magnet", "10", ("fault", "encoder_no_magnet"),
        _SENSOR, 0.5, 0.5, 1, _ALARM),
    # the pressures
    Row("down-silent", "pressure below the pump: no answer", "10", ("fault", "downstream_silent"),
        _SENSOR, 0.5, 0.5, 1, _ALARM),
    Row("down-stuck", "pressure below the pump: always the same", "10", ("fault", "downstream_stuck"),
        _SENSOR, 605, 605, 1, _FAULT, "a plausible value is believed until it has not changed for 10 min", 620),
    Row("down-open", "pressure below the pump: bridge open", "10", ("fault", "downstream_open"),
        (alarm.DOWNSTREAM_OCCLUSION,), 0.3, 0.3, 1, _ALARM),
    Row("down-shorted", "pressure below the pump: bridge shorted", "10", ("fault", "downstream_shorted"),
        _SENSOR, 0.5, 0.5, 1, _ALARM),
    Row("down-memory", "pressure below the pump: memory error", "10", ("fault", "downstream_memory"),
        _SENSOR, 0.5, 0.5, 1, _ALARM),
    Row("down-drift", "pressure below the pump: 8 kPa too low", "10", ("fault", "downstream_drift"),
        (), None, None, 1, _RUN, "inside its range; an occlusion would be told 8 kPa later, the volume is the encoder's"),
    Row("down-drift-up", "pressure below the pump: 60 kPa too high", "10", ("fault", "downstream_drift", 60_000),
        (alarm.DOWNSTREAM_OCCLUSION,), 0.3, 0.3, 1, _ALARM),
    Row("up-silent", "pressure above the pump: no answer", "10", ("fault", "upstream_silent"),
        _SENSOR, 0.5, 0.5, 1, _ALARM),
    Row("up-stuck", "pressure above the pump: always the same", "10", ("fault", "upstream_stuck"),
        _SENSOR, 605, 605, 1, _FAULT, "a plausible value is believed until it has not changed for 10 min", 620),
    Row("up-open", "pressure above the pump: bridge open", "10", ("fault", "upstream_open"),
        _SENSOR, 605, 605, 1, _FAULT, "the end of its range counts as a reading until it has not changed for 10 min", 620),
    Row("up-shorted", "pressure above the pump: bridge shorted", "10", ("fault", "upstream_shorted"),
        (alarm.UPSTREAM_OCCLUSION,), 0.5, 0.5, 1, _ALARM),
    Row("up-memory", "pressure above the pump: memory error", "10", ("fault", "upstream_memory"),
        _SENSOR, 0.5, 0.5, 1, _ALARM),
    Row("up-drift", "pressure above the pump: 2 kPa too high", "10", ("fault", "upstream_drift"),
        (), None, None, 1, _RUN, "inside its range; an empty bag would be told by its volume, not by its suction"),
    Row("bus", "safety bus held low", "10", ("fault", "bus1_stuck"),
        _SENSOR, 0.5, 0.5, 1, _ALARM),
)  # fmt: skip
