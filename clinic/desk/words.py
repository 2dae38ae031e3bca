"""Numbers and states as the words of the desk. Pure: integers in, text out, time as an argument.

Integer arithmetic only, so that no binary fraction ever decides a digit. Rounding is half away
from zero, except for what is left in the bag, which is rounded down: never promise more than there
is. A value that is not known is the word "unknown", never a dash or a zero. Units: nL, nL/h, Pa,
per mille, ms, as the names say.
"""

from __future__ import annotations

from datetime import datetime

from shared import names

UNKNOWN = "unknown"
NL_PER_ML = 1_000_000
PA_PER_KPA = 1_000

SECOND_MS = 1_000
MINUTE_MS = 60 * SECOND_MS
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS

# A pump reports once a second; younger than this is "now", so that a quiet page does not flicker.
NOW_MS = 3 * SECOND_MS

# Size in nL from which fewer decimals are shown: 0.123, 1.23, 12.3 mL. A step of the motor is
# about 1 uL, so three decimals are the most that the source has.
DECIMALS_FROM_NL = ((10 * NL_PER_ML, 1), (NL_PER_ML, 2), (0, 3))

# Upper end in ms, size of the unit in ms, its word. Seconds run to two minutes, minutes to two
# hours, hours to two days: rounding down then hides less than half of what is said.
AGE_UNITS = (
    (2 * MINUTE_MS, SECOND_MS, "s"),
    (2 * HOUR_MS, MINUTE_MS, "min"),
    (2 * DAY_MS, HOUR_MS, "h"),
)

NO_DATA_WORD = "No data"
# Words for CSS, in the order of shared.codes.State.
STATE_CLASSES = (
    "stopped",
    "running",
    "paused",
    "alarm",
    "complete",
    "fault",
    "confirming",
    "running",
    "running",
    "running",
    "running",
    "paused",
)

PRIORITY_WORDS = ("TECHNICAL", "LOW", "MEDIUM", "HIGH")
PRIORITY_CLASSES = ("technical", "low", "medium", "high")


def fixed(value: int, unit: int, decimals: int) -> str:
    """`value` in `unit`s with that many decimals, half away from zero. `unit` is a power of ten >=
    10**decimals.
    """
    quantum = unit // 10**decimals
    count = (abs(value) + quantum // 2) // quantum
    sign = "\u2212" if value < 0 and count else ""
    whole, part = divmod(count, 10**decimals)
    return f"{sign}{whole}.{part:0{decimals}d}" if decimals else f"{sign}{whole}"


def decimals_for(value_nl: int) -> int:
    """Decimals for a volume or rate of this size, after rounding: 9.996 mL is 10.0, not 10.00."""
    for limit_nl, decimals in DECIMALS_FROM_NL:
        half_quantum = NL_PER_ML // 10 ** (decimals + 1) // 2 if decimals < 3 else 0
        if abs(value_nl) + half_quantum >= limit_nl:
            return decimals
    return DECIMALS_FROM_NL[-1][1]


def volume(value_nl: int | None) -> str:
    """A volume with its unit: "12.4 mL"."""
    if value_nl is None:
        return UNKNOWN
    return f"{fixed(value_nl, NL_PER_ML, decimals_for(value_nl))} mL"


def volume_left(value_nl: int | None) -> str:
    """What is left, rounded down to the shown decimals: "37.5 mL" for 37.59 mL."""
    if value_nl is None:
        return UNKNOWN
    decimals = next(d for limit_nl, d in DECIMALS_FROM_NL if abs(value_nl) >= limit_nl)
    quantum = NL_PER_ML // 10**decimals
    return f"{fixed(value_nl // quantum * quantum, NL_PER_ML, decimals)} mL"


def volume_interval(min_nl: int | None, max_nl: int | None) -> str:
    """What was given: an interval where the ends differ at the shown decimals, else one number."""
    if min_nl is None or max_nl is None:
        return UNKNOWN
    decimals = decimals_for(max_nl)
    low, high = (fixed(v, NL_PER_ML, decimals) for v in (min_nl, max_nl))
    return f"{high} mL" if low == high else f"{low}\u2013{high} mL"


def rate(value_nl_h: int | None) -> str:
    """A rate in mL/h: "7.0 mL/h", "0.35 mL/h". A rate too small for three decimals is never shown
    as zero.
    """
    if value_nl_h is None:
        return UNKNOWN
    if value_nl_h == 0:
        return "0 mL/h"
    if 0 < value_nl_h < NL_PER_ML // 1000:
        return "under 0.001 mL/h"
    text = fixed(value_nl_h, NL_PER_ML, decimals_for(value_nl_h))
    whole, part = text.split(".")
    return f"{whole}.{part.rstrip('0') or '0'} mL/h"


def pressure(value_pa: int | None) -> str:
    """A line pressure in kPa with one decimal: "3.2 kPa"."""
    return UNKNOWN if value_pa is None else f"{fixed(value_pa, PA_PER_KPA, 1)} kPa"


def battery(value_permille: int | None) -> str:
    """Charge in whole percent, rounded down: "84 %"."""
    return UNKNOWN if value_permille is None else f"{value_permille // 10} %"


def progress_percent(given_max_nl: int | None, vtbi_nl: int | None) -> int | None:
    """Share of the volume to be infused that may have been given, rounded down. None if it cannot
    be known.
    """
    if given_max_nl is None or not vtbi_nl or vtbi_nl < 0:
        return None
    return given_max_nl * 100 // vtbi_nl


def minutes_left(left_nl: int | None, rate_nl_h: int | None) -> int | None:
    """Whole minutes until the bag's programme ends at this rate, rounded down. None when nothing
    runs.
    """
    if left_nl is None or not rate_nl_h or rate_nl_h < 0 or left_nl < 0:
        return None
    return left_nl * 60 // rate_nl_h


def minutes_text(minutes: int | None) -> str:
    """A length of time in words: "5 h 20 min". Empty for None."""
    if minutes is None:
        return ""
    hours, rest = divmod(minutes, 60)
    if hours == 0:
        return f"{rest} min" if rest else "less than 1 min"
    return f"{hours} h {rest:02d} min"


def span(age_ms: int) -> str:
    """A length of time in one unit, rounded down: "42 s", "3 min", "5 h", "4 days"."""
    age_ms = max(age_ms, 0)
    for end_ms, unit_ms, word in AGE_UNITS:
        if age_ms < end_ms:
            return f"{age_ms // unit_ms} {word}"
    return f"{age_ms // DAY_MS} days"


def age(age_ms: int | None) -> str:
    """How long ago: "now", "42 s ago", "3 min ago", "never"."""
    if age_ms is None:
        return "never"
    return "now" if age_ms < NOW_MS else f"{span(age_ms)} ago"


def no_data(age_ms: int | None) -> str:
    """What stands in place of a stale value: "no data for 3 min"."""
    return "no data yet" if age_ms is None else f"no data for {span(age_ms)}"


def data_age(age_ms: int | None, stale: bool) -> str:
    """The age of what is shown, or for how long there has been nothing to show."""
    return no_data(age_ms) if stale else f"Data {age(age_ms)}"


def since(at: datetime, now: datetime) -> str:
    """How long ago a moment was, on the clinic's clock."""
    return age(int((now - at).total_seconds() * 1000))


def clock(at: datetime, now: datetime) -> str:
    """The clock time of a moment in the zone of `now`, with the day where it is not today:
    "14:03:12".
    """
    local = at.astimezone(now.tzinfo)
    form = "%H:%M:%S" if local.date() == now.date() else "%d %b %Y %H:%M:%S"
    return local.strftime(form)


def state_word(state: int | None, stale: bool) -> str:
    """The state as one word. Stale or never seen is "No data": an old state is not a state."""
    if stale or state is None or not 0 <= state < len(names.STATES):
        return NO_DATA_WORD
    return names.STATES[state]


def state_class(state: int | None, stale: bool) -> str:
    """The state as a CSS word."""
    if stale or state is None or not 0 <= state < len(STATE_CLASSES):
        return "nodata"
    return STATE_CLASSES[state]


def priority_word(priority: int) -> str:
    """ "HIGH", "MEDIUM", "LOW" or "TECHNICAL"; a number outside the table is the worst, never the
    least.
    """
    return PRIORITY_WORDS[priority] if 0 <= priority < len(PRIORITY_WORDS) else PRIORITY_WORDS[-1]


def priority_class(priority: int) -> str:
    """The priority as a CSS word, with the same rule."""
    return (
        PRIORITY_CLASSES[priority]
        if 0 <= priority < len(PRIORITY_CLASSES)
        else PRIORITY_CLASSES[-1]
    )


def patient(name: str) -> str:
    """The patient's name; a pump that nobody has says so."""
    return name or "No patient"


def where(place: str, pump_name: str) -> str:
    """Place and pump: "Home, W1" with a middle dot; the pump alone where no place is known."""
    return " \u00b7 ".join(filter(None, (place, pump_name)))


def count_of(count: int, one: str, many: str) -> str:
    """ "1 pump", "3 pumps"."""
    return f"{count} {one if count == 1 else many}"


def counts_of(priorities: list[int]) -> str:
    """How many stand of each priority, worst first: "1 HIGH, 2 LOW". Empty for none."""
    kinds = sorted(set(priorities), reverse=True)
    return ", ".join(f"{priorities.count(kind)} {priority_word(kind)}" for kind in kinds)


def title_prefix(priorities: list[int]) -> str:
    """What a page title starts with while alerts stand: "(1 HIGH) "; empty on a quiet ward."""
    if not priorities:
        return ""
    worst = max(priorities)
    return f"({priorities.count(worst)} {priority_word(worst)}) "
