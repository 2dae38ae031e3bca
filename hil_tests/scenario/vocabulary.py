"""Every word of a scenario file, as tables. README.md beside this file is made from them."""

from __future__ import annotations

from hil_tests.plant.stimuli import STIMULI
from hil_tests.rig.faults import FAULTS
from hil_tests.scenario.fields import Field
from shared import alarm_table, codes, names

DAY_MS = 24 * 3_600_000
LONGEST_MS = 8 * DAY_MS
LAST_REQUIREMENT = 125  # SR-001 to SR-125

STATES = tuple(name.upper() for name in names.STATES)
ALARMS = tuple(row[1] for row in alarm_table.ROWS)
KEYS = names.KEYS
EVENTS = tuple(name for name in vars(codes.Event) if name.isupper())
REASONS = tuple(name for name in vars(codes.Reason) if name.isupper())
STAGES = tuple(name for name in vars(codes.Stage) if name.isupper())

TOP = {
    "title": Field("text", "what the scenario shows, one sentence", high=120),
    "requirements": Field("texts", "safety requirements it proves, SR-001 to SR-125", 1, 20),
    "seed": Field("whole", "one seed, one run", 0, 2**32 - 1, default=1),
    "duration": Field("time", "how long it runs after time zero", 1_000, LONGEST_MS),
}

PREPARED = ("provisioned", "loaded", "running")
PUMP = {
    "prepare": Field(
        "choice",
        "what is done before time zero: keys only; prescription confirmed; START pressed too",
        choices=PREPARED,
        default="running",
    ),
    "calibration_pl": Field(
        "whole", "what the pump believes a microstep gives, pL", 3_562, 3_938, default=3_750
    ),
}

PRESCRIPTION = {
    "profile": Field("text", "profile of the drug library", high=32),
    "drug": Field("text", "drug of the profile", high=32),
    "conc_ng_ml": Field("whole", "concentration", 1, 2**40),
    "dosing_weight_g": Field("whole", "dosing weight", 1, 2**24),
    "rate_nl_h": Field("whole", "basal rate", 1, 2**32 - 1),
    "vtbi_nl": Field("whole", "volume to be infused", 1, 2**40),
    "max_hour_nl": Field("whole", "limit of any hour", 1, 2**40),
    "max_day_nl": Field("whole", "limit of any 24 hours", 1, 2**40),
    "max_minutes": Field("whole", "longest duration", 1, 100_000, default=1_440),
    "occlusion_pa": Field("whole", "alarm pressure below the pump", 1, 200_000, default=50_000),
    "steps": Field("pairs", "later rate steps: [minute of delivery, nL/h]", 0, 47, default=()),
    "max_4h_nl": Field(
        "whole",
        "limit of any 4 hours; not given: 4 of an hour, 1 of a day",
        1,
        2**40,
        default=None,
    ),
    "load_nl": Field("whole", "loading dose", 0, 2**40, default=0),
    "load_rate_nl_h": Field("whole", "its rate", 0, 2**32 - 1, default=0),
    "max_bolus_nl": Field("whole", "patient bolus", 0, 2**40, default=0),
    "bolus_rate_nl_h": Field("whole", "its rate", 0, 2**32 - 1, default=0),
    "max_boluses": Field("whole", "how many at most", 0, 2**32 - 1, default=0),
    "lockout_s": Field("whole", "least time from the end of a bolus, s", 0, 2**32 - 1, default=0),
    "clinician_bolus_nl": Field("whole", "clinician bolus", 0, 2**40, default=0),
    "clinician_bolus_minutes": Field("whole", "its duration", 0, 100_000, default=0),
    "kvo_rate_nl_h": Field("whole", "keep-vein-open rate", 0, 2**32 - 1, default=0),
    "kvo_minutes": Field("whole", "its longest duration", 0, 100_000, default=0),
    "min_minutes": Field("whole", "shortest time for the volume", 0, 100_000, default=0),
    "bag_nl": Field(
        "whole", "volume in the bag; not given: 250 mL, or what it needs", 1, 2**40, default=None
    ),
    "overrides": Field(
        "pairs",
        "reasons for soft limits: [field number, codes.Override]; not given: PROTOCOL for each",
        0,
        8,
        default=None,
    ),
    "patient_class": Field("whole", "1 adult, 2 frail adult", 1, 2, default=1),
}

# What can be done beside the plant's own stimuli.
BENCH = {
    "press": (
        "hold a key of the panel, or the patient's pendant",
        {
            "key": Field("choice", "the key", choices=KEYS),
            "hold": Field("time", "how long", 20, 60_000, default=200),
        },
    ),
    "fault": (
        "break a part of the pump",
        {
            "fault": Field("choice", "which", choices=tuple(FAULTS)),
            "value": Field("whole", "0: the usual", -100_000_000, 100_000_000, default=0),
        },
    ),
    "mend": (
        "make that part good again",
        {"fault": Field("choice", "which", choices=tuple(FAULTS))},
    ),
    "power_cut": ("take the supply away at once", {}),
    "power_on": ("give the supply back: the pump boots", {}),
    "link_down": ("out of radio range: no byte in either direction", {}),
    "link_up": ("in range again", {}),
    "command": (
        "the clinic sends a command that needs no signatures",
        {"kind": Field("choice", "which", choices=("read", "stop"))},
    ),
    "prescribe": (
        "prescriber and checker sign [prescription] with the changes given here, and it is sent",
        {
            key: Field(field.kind, field.what, field.low, field.high, default=None)
            for key, field in PRESCRIPTION.items()
        },
    ),
    "confirm": ("page through what the screen shows and hold OK for 2.5 s", {}),
}


def _of_plant(allowed: tuple[object, ...], default: object) -> Field:
    usual = {} if default is None else {"default": default}
    if type(allowed[0]) is str:
        return Field("choice", "", choices=allowed, **usual)  # pyright: ignore[reportArgumentType]
    return Field("whole", "", *allowed, **usual)  # pyright: ignore[reportArgumentType]


ACTIONS: dict[str, tuple[str, dict[str, Field]]] = dict(BENCH)
for _name, (_what, _values) in STIMULI.items():
    ACTIONS[_name] = (_what, {key: _of_plant(row[1], row[0]) for key, row in _values.items()})

AT = {
    "time": Field("time", "after time zero", 0, LONGEST_MS),
    "do": Field("choice", "what is done", choices=tuple(ACTIONS)),
    "name": Field("text", "a mark that expectations can refer to", high=40, default=""),
}

# Marks that are always there.
MARKS = {
    "zero": "time zero, when the preparation is over",
    "threshold": "the pressure at the sensor reaches the threshold of the prescription",
}

# When an expectation looks: each has one of these forms.
WITHIN = {
    "after": Field("text", "a mark", high=40, default="zero"),
    "within": Field("time", "at the latest this long after the mark", 1, LONGEST_MS),
}
THROUGHOUT = {
    "from": Field("time", "from here, after time zero", 0, LONGEST_MS),
    "until": Field("time", "to here", 0, LONGEST_MS),
}
AT_ONCE = {"at": Field("time", "at this time, after time zero", 0, LONGEST_MS)}
NEVER = {"never": Field("flag", "true: it does not happen at all, or not in from … until")}
FORMS = {"within": WITHIN, "throughout": THROUGHOUT, "at": AT_ONCE, "never": NEVER}

_LIMITS = {
    "low": Field("whole", "not below", -(2**53), 2**53, default=None),
    "high": Field("whole", "not above", -(2**53), 2**53, default=None),
}
TRUTHS = (
    "delivered_nl",
    "pumped_nl",
    "line_pressure_pa",
    "line_peak_pa",
    "supply_pressure_pa",
    "trapped_nl",
    "drawn_back_nl",
    "air_passed_nl",
    "reservoir_nl",
    "lost_steps",
    "battery_permille",
)
TOLD = (
    "rate_nl_h",
    "total_min_nl",
    "total_max_nl",
    "left_nl",
    "battery_permille",
    "pressure_pa",
    "rx_version",
    "log_seq",
)

# expectation -> what is expected, its keys, its forms
EXPECTATIONS: dict[str, tuple[str, dict[str, Field], tuple[str, ...]]] = {
    "state": (
        "what the pump says it is doing",
        {"is": Field("choice", "the state", choices=STATES)},
        ("within", "throughout", "at", "never"),
    ),
    "alarm": (
        "an alarm of the table is raised, cleared or acknowledged, by the pump's journal",
        {
            "alarm": Field("choice", "its name", choices=ALARMS),
            "is": Field(
                "choice",
                "what happened to it",
                choices=("raised", "cleared", "acknowledged"),
                default="raised",
            ),
        },
        ("within", "never"),
    ),
    "event": (
        "an entry of the pump's journal",
        {
            "code": Field("choice", "its code", choices=EVENTS),
            "args": Field("wholes", "its first arguments", 0, 8, default=()),
        },
        ("within", "never"),
    ),
    "receipt": (
        "an answer to the clinic's command",
        {
            "stage": Field("choice", "how far it came", choices=STAGES),
            "reason": Field("choice", "why refused", choices=REASONS, default="NONE"),
        },
        ("within", "never"),
    ),
    "sound": (
        "the sounder draws current; between bursts of an alarm it counts as on for 15 s",
        {"is": Field("choice", "on or off", choices=("on", "off"))},
        ("within", "throughout", "at"),
    ),
    "vibration": (
        "the pump shakes; between bursts of an alarm it counts as on for 15 s",
        {"is": Field("choice", "on or off", choices=("on", "off"))},
        ("within", "throughout", "at"),
    ),
    "reserve": (
        "the second sounder is heard, with or without the pump's power",
        {"is": Field("choice", "on or off", choices=("on", "off"))},
        ("within", "throughout", "at"),
    ),
    "motor": (
        "the roller is stepped; a second without a step is stopped, from the last step on",
        {"is": Field("choice", "moving or stopped", choices=("moving", "stopped"))},
        ("within", "throughout", "at"),
    ),
    "flow": (
        "mean flow into the vein by the plant's truth",
        {
            "nl_h": Field("whole", "expected", 0, 200_000_000),
            "tolerance_permille": Field("whole", "allowed error, 1/1000", 0, 1_000),
        },
        ("throughout",),
    ),
    "truth": (
        "a figure of the plant",
        {"figure": Field("choice", "which", choices=TRUTHS), **_LIMITS},
        ("at", "throughout"),
    ),
    "told": (
        "a figure of the pump's telemetry",
        {"figure": Field("choice", "which", choices=TOLD), **_LIMITS},
        ("at", "throughout"),
    ),
    "total_holds_truth": (
        "the pump's interval of the total holds what was pumped for this prescription",
        {"slack_nl": Field("whole", "calibration and rounding", 0, 10_000_000, default=0)},
        ("at", "throughout"),
    ),
    "journal_complete": (
        "every journal entry arrived, numbered without a gap; in pump order if sent again",
        {"at_least": Field("whole", "entries", 1, 100_000, default=1)},
        ("at",),
    ),
    "kept_samples": (
        "the pump kept samples of this time while it had no link, and delivered them later",
        {"at_least": Field("whole", "samples", 1, 128)},
        ("throughout",),
    ),
}
