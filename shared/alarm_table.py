"""The one table of alarms: pump, hub, clinic, bench and docs read it. The bit in telemetry is the id.

Columns: id, name, priority, reaction, latched, short text for the pump's screen (two lines of at most 16 letters),
what to do (two lines of at most 16), forbids a bolus, escalates after (s, 0 never), signal. The clinic's sentences and the
requirement ids are in alarm_sentences.py. Priorities and reactions follow IEC 60601-1-8 style and the conflict decisions in
docs/SAFETY.md: a fault of the delivery path stops; nothing resumes by itself.

Thirty rows, no more: the mask has to stay a small integer on a 32-bit pump.
"""

HIGH = 3
MEDIUM = 2
LOW = 1
PRIORITY_NAMES = ("", "Low", "Medium", "High")

STOP = 2  # delivery stops and waits for a person
KVO = 1  # the same, but keep-vein-open goes on if it was prescribed and fits every limit
RUN = 0  # delivery goes on

BY_PRIORITY = (
    0  # sound, light and vibration of the row's priority, until silenced, acknowledged or gone
)
CHIME = 1  # once; the condition ends by itself a few seconds later

DOWNSTREAM_OCCLUSION = 0
UPSTREAM_OCCLUSION = 1
AIR_IN_LINE = 2
MOTOR_FAULT = 3
BATTERY_DEPLETED = 4
BATTERY_LOW = 5
INFUSION_COMPLETE = 6
DOSE_LIMIT = 7
SENSOR_FAULT = 8
STORAGE_FAULT = 9
SYSTEM_FAULT = 10
LINK_LOST = 11
PAUSED_TOO_LONG = 12
NEAR_END = 13
STUCK_KEY = 14
RESTARTED = 15
REMOTE_STOP = 16
SET_OPEN = 17
OVER_INFUSION = 18
UNDER_INFUSION = 19
TOO_HOT = 20
WARM = 21
RESERVOIR_LOW = 22
RESERVOIR_EMPTY = 23
DOSE_NEAR = 24
ALERT_LOOP = 25
BOLUS_REFUSED = 26
NOT_STARTED = 27
PRIME_FAILED = 28
BATTERY_CRITICAL = 29

# fmt: off
ROWS = (
    (DOWNSTREAM_OCCLUSION, "downstream_occlusion", HIGH, STOP, True,
     ("LINE BLOCKED", ""), ("Check clamp", "and cannula"), True, 0, BY_PRIORITY),
    (UPSTREAM_OCCLUSION, "upstream_occlusion", HIGH, STOP, True,
     ("NO SUPPLY", ""), ("Check bag", "and its clamp"), True, 0, BY_PRIORITY),
    (AIR_IN_LINE, "air_in_line", HIGH, STOP, True,
     ("AIR IN LINE", ""), ("Disconnect and", "call clinic"), True, 0, BY_PRIORITY),
    (MOTOR_FAULT, "motor_fault", HIGH, STOP, True,
     ("PUMP FAULT", "MOTOR"), ("Clamp line,", "call clinic"), True, 0, BY_PRIORITY),
    (BATTERY_DEPLETED, "battery_depleted", HIGH, STOP, True,
     ("BATTERY EMPTY", ""), ("Charge or", "change it now"), True, 0, BY_PRIORITY),
    (BATTERY_LOW, "battery_low", MEDIUM, RUN, False,
     ("BATTERY LOW", ""), ("Charge it", "within 1 hour"), True, 0, BY_PRIORITY),
    (INFUSION_COMPLETE, "infusion_complete", HIGH, KVO, True,
     ("INFUSION DONE", ""), ("Call clinic", "to disconnect"), True, 0, BY_PRIORITY),
    (DOSE_LIMIT, "dose_limit", HIGH, KVO, True,
     ("DOSE LIMIT", "REACHED"), ("Call clinic", ""), True, 0, BY_PRIORITY),
    (SENSOR_FAULT, "sensor_fault", HIGH, STOP, True,
     ("PUMP FAULT", "SENSOR"), ("Clamp line,", "call clinic"), True, 0, BY_PRIORITY),
    (STORAGE_FAULT, "storage_fault", HIGH, STOP, True,
     ("PUMP FAULT", "MEMORY"), ("Clamp line,", "call clinic"), True, 0, BY_PRIORITY),
    (SYSTEM_FAULT, "system_fault", HIGH, STOP, True,
     ("PUMP FAULT", "SYSTEM"), ("Clamp line,", "call clinic"), True, 0, BY_PRIORITY),
    (LINK_LOST, "link_lost", LOW, RUN, False,
     ("NO CONTACT", "WITH HUB"), ("Move closer", "to the hub"), False, 0, BY_PRIORITY),
    (PAUSED_TOO_LONG, "paused_too_long", LOW, RUN, False,
     ("STILL PAUSED", ""), ("Press START", "or call clinic"), True, 300, BY_PRIORITY),
    (NEAR_END, "near_end", LOW, RUN, False,
     ("NEARLY DONE", ""), ("Infusion ends", "soon"), False, 0, BY_PRIORITY),
    (STUCK_KEY, "stuck_key", LOW, RUN, False,
     ("KEY STUCK", ""), ("Release all", "keys"), True, 0, BY_PRIORITY),
    (RESTARTED, "restarted", HIGH, STOP, True,
     ("RESTARTED", "DELIVERY OFF"), ("OK, then START", "to go on"), True, 0, BY_PRIORITY),
    (REMOTE_STOP, "remote_stop", MEDIUM, STOP, True,
     ("STOPPED BY", "THE CLINIC"), ("Call the clinic", "before START"), True, 0, BY_PRIORITY),
    (SET_OPEN, "set_open", HIGH, STOP, True,
     ("DOOR OPEN", "OR BAG OFF"), ("Close door,", "seat bag"), True, 0, BY_PRIORITY),
    (OVER_INFUSION, "over_infusion", HIGH, STOP, True,
     ("TOO MUCH FLOW", ""), ("Clamp line,", "call clinic"), True, 0, BY_PRIORITY),
    (UNDER_INFUSION, "under_infusion", MEDIUM, RUN, False,
     ("TOO LITTLE FLOW", ""), ("Check line,", "call clinic"), True, 300, BY_PRIORITY),
    (TOO_HOT, "too_hot", HIGH, STOP, True,
     ("PUMP TOO HOT", ""), ("Take it off", "the skin"), True, 0, BY_PRIORITY),
    (WARM, "warm", LOW, RUN, False,
     ("PUMP IS WARM", ""), ("Uncover it,", "let it cool"), True, 600, BY_PRIORITY),
    (RESERVOIR_LOW, "reservoir_low", LOW, RUN, False,
     ("BAG NEARLY", "EMPTY"), ("Have the next", "bag ready"), True, 1_800, BY_PRIORITY),
    (RESERVOIR_EMPTY, "reservoir_empty", MEDIUM, STOP, True,
     ("BAG EMPTY", ""), ("Change the bag", "or call clinic"), True, 120, BY_PRIORITY),
    (DOSE_NEAR, "dose_near", LOW, RUN, False,
     ("NEAR THE", "DOSE LIMIT"), ("No more boluses", "for now"), True, 0, BY_PRIORITY),
    (ALERT_LOOP, "alert_loop", HIGH, STOP, True,
     ("STOPPED: SAME", "ALARM 3 TIMES"), ("Call clinic,", "code needed"), True, 0, BY_PRIORITY),
    (BOLUS_REFUSED, "bolus_refused", LOW, RUN, False,
     ("NO BOLUS NOW", ""), ("Wait for", "the lockout"), False, 0, CHIME),
    (NOT_STARTED, "not_started", LOW, RUN, False,
     ("NOT STARTED", ""), ("See the alarm,", "press START"), False, 120, BY_PRIORITY),
    (PRIME_FAILED, "prime_failed", MEDIUM, STOP, True,
     ("PRIMING FAILED", ""), ("Check bag and", "line, try again"), True, 0, BY_PRIORITY),
    (BATTERY_CRITICAL, "battery_critical", HIGH, RUN, False,
     ("BATTERY ALMOST", "EMPTY"), ("Charge it", "now"), True, 0, BY_PRIORITY),
)
# fmt: on

COUNT = len(ROWS)
STOP_MASK = sum(1 << row[0] for row in ROWS if row[3] == STOP)
# Stops every delivery but KVO.
KVO_MASK = sum(1 << row[0] for row in ROWS if row[3] == KVO)
HALT_MASK = STOP_MASK | KVO_MASK
LATCHED_MASK = sum(1 << row[0] for row in ROWS if row[4])
BOLUS_INHIBIT_MASK = sum(1 << row[0] for row in ROWS if row[7])


def active_ids(mask: int) -> list:
    """The ids set in an alarm mask, worst priority first, then table order."""
    ids = [row[0] for row in ROWS if mask >> row[0] & 1]
    ids.sort(key=lambda alarm_id: (-ROWS[alarm_id][2], alarm_id))
    return ids
