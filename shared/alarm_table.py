"""The one table of alarms: pump, hub, clinic, bench and docs read it. The bit in telemetry is the id.

Columns: id, name, priority, reaction, latched, short text for the pump's screen (two lines of at most 16 letters),
what to do (two lines of at most 16). The clinic's sentences and the requirement ids are in alarm_sentences.py.
Priorities and reactions follow IEC 60601-1-8 style and the conflict decisions in docs/SAFETY.md: a fault of the
delivery path stops; nothing resumes by itself.
"""

HIGH = 3
MEDIUM = 2
LOW = 1
PRIORITY_NAMES = ("", "Low", "Medium", "High")

STOP = 2  # delivery stops and waits for a person
RUN = 0  # delivery goes on

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

# fmt: off
ROWS = (
    (DOWNSTREAM_OCCLUSION, "downstream_occlusion", HIGH, STOP, True,
     ("LINE BLOCKED", ""), ("Check clamp", "and cannula")),
    (UPSTREAM_OCCLUSION, "upstream_occlusion", HIGH, STOP, True,
     ("NO SUPPLY", ""), ("Check bag", "and its clamp")),
    (AIR_IN_LINE, "air_in_line", HIGH, STOP, True,
     ("AIR IN LINE", ""), ("Disconnect and", "call clinic")),
    (MOTOR_FAULT, "motor_fault", HIGH, STOP, True,
     ("PUMP FAULT", "MOTOR"), ("Clamp line,", "call clinic")),
    (BATTERY_DEPLETED, "battery_depleted", HIGH, STOP, True,
     ("BATTERY EMPTY", ""), ("Charge or", "change it now")),
    (BATTERY_LOW, "battery_low", MEDIUM, RUN, False,
     ("BATTERY LOW", ""), ("Charge it", "within 1 hour")),
    (INFUSION_COMPLETE, "infusion_complete", HIGH, STOP, True,
     ("INFUSION DONE", ""), ("Call clinic", "to disconnect")),
    (DOSE_LIMIT, "dose_limit", HIGH, STOP, True,
     ("DOSE LIMIT", "REACHED"), ("Call clinic", "")),
    (SENSOR_FAULT, "sensor_fault", HIGH, STOP, True,
     ("PUMP FAULT", "SENSOR"), ("Clamp line,", "call clinic")),
    (STORAGE_FAULT, "storage_fault", HIGH, STOP, True,
     ("PUMP FAULT", "MEMORY"), ("Clamp line,", "call clinic")),
    (SYSTEM_FAULT, "system_fault", HIGH, STOP, True,
     ("PUMP FAULT", "SYSTEM"), ("Clamp line,", "call clinic")),
    (LINK_LOST, "link_lost", LOW, RUN, False,
     ("NO CONTACT", "WITH HUB"), ("Move closer", "to the hub")),
    (PAUSED_TOO_LONG, "paused_too_long", MEDIUM, RUN, False,
     ("STILL PAUSED", ""), ("Press START", "or call clinic")),
    (NEAR_END, "near_end", LOW, RUN, False,
     ("NEARLY DONE", ""), ("Infusion ends", "soon")),
    (STUCK_KEY, "stuck_key", LOW, RUN, False,
     ("KEY STUCK", ""), ("Release all", "keys")),
    (RESTARTED, "restarted", HIGH, STOP, True,
     ("RESTARTED", "DELIVERY OFF"), ("OK, then START", "to go on")),
    (REMOTE_STOP, "remote_stop", MEDIUM, STOP, True,
     ("STOPPED BY", "THE CLINIC"), ("Call the clinic", "before START")),
)
# fmt: on

COUNT = len(ROWS)
STOP_MASK = sum(1 << row[0] for row in ROWS if row[3] == STOP)
LATCHED_MASK = sum(1 << row[0] for row in ROWS if row[4])


def active_ids(mask: int) -> list:
    """The ids set in an alarm mask, worst priority first, then table order."""
    ids = [row[0] for row in ROWS if mask >> row[0] & 1]
    ids.sort(key=lambda alarm_id: (-ROWS[alarm_id][2], alarm_id))
    return ids
