"""The prescription record, format 2: fields, types, ranges, and the arithmetic that all sides share.

In code a prescription is a dict by field name; on the wire a map by field number. `check_shape` is
the one place that judges a field by itself; what fields mean together is drug_library.py.
Everything is refused with `Refused(reason, field)`.
"""

from hashlib import sha256

from shared import cbor, ceilings
from shared.codes import NO_FIELD, Override, PatientClass, Reason
from shared.errors import Malformed, Refused

UINT = 1
TEXT = 2  # printable ASCII, so that the pump's screen can show every letter; min and max: length
SEGMENTS = 3  # [[minute, rate_nl_h] ...]; min and max: rate
OPTIONAL = 4  # 0 for none, else from min to max
OVERRIDES = 5  # [[field number, Override] ...]; min and max: Override
MAX_SEGMENTS = 48
MAX_OVERRIDES = 8
COUNT = 27
_MINUTES_PER_HOUR = 60
_S_PER_MINUTE = 60
_S_PER_HOUR = 3_600


def fields():
    """Yield number, name, type, min and max of each field, in order. Units stand in the names.

    The bounds are the program's own, above every library (SR-031).
    A generator: its rows are code in the pump's flash, a table would stand on its heap.
    """
    low_nl_h, high_nl_h = ceilings.MIN_RATE_NL_H, ceilings.MAX_RATE_NL_H
    most_nl = ceilings.MAX_VOLUME_NL
    yield 0, "drug", TEXT, 1, 32
    yield 1, "conc_ng_ml", UINT, 1, 1_000_000_000
    yield 2, "segments", SEGMENTS, low_nl_h, high_nl_h
    yield 3, "max_hour_nl", UINT, 1, high_nl_h
    yield 4, "max_day_nl", UINT, 1, most_nl
    # Ten times the largest of the library.
    yield 5, "max_bolus_nl", UINT, 0, 20_000_000
    # From the end of the last bolus (SR-016). 5 min: the shortest in the library's sources that it uses (SR-029).
    yield 6, "lockout_s", OPTIONAL, 300, 86_400
    yield 7, "starts_after_s", UINT, 0, 604_800
    yield 8, "library_version", UINT, 1, 0xFFFF
    yield 9, "vtbi_nl", UINT, 1, most_nl
    # Adults: the figures of the library are for no one else.
    yield 10, "dosing_weight_g", UINT, 30_000, 250_000
    yield 11, "profile", TEXT, 1, 32
    yield 12, "max_minutes", UINT, 1, ceilings.MAX_MINUTES
    # The downstream sensor reads up to 103 kPa; 80 kPa (600 mmHg) leaves it room to see more.
    yield 13, "occlusion_pa", UINT, 10_000, 80_000
    yield 14, "max_4h_nl", UINT, 1, 4 * high_nl_h
    # 50 mg/kg of magnesium for 140 kg is 175 mL at 40 mg/mL.
    yield 15, "load_nl", UINT, 0, 200_000_000
    yield 16, "load_rate_nl_h", OPTIONAL, low_nl_h, high_nl_h
    yield 17, "bolus_rate_nl_h", OPTIONAL, low_nl_h, high_nl_h
    # Ten an hour for a day.
    yield 18, "max_boluses", UINT, 0, 240
    yield 19, "clinician_bolus_nl", UINT, 0, 100_000_000
    # SR-025: 6 h at most.
    yield 20, "clinician_bolus_minutes", UINT, 0, 360
    # An open vein needs no more than 5 mL/h, and a day is time enough for somebody to come (SR-008).
    yield 21, "kvo_rate_nl_h", OPTIONAL, low_nl_h, 5_000_000
    yield 22, "kvo_minutes", UINT, 0, 1_440
    yield 23, "min_minutes", UINT, 0, ceilings.MAX_MINUTES
    yield 24, "bag_nl", UINT, 1, most_nl
    yield 25, "overrides", OVERRIDES, Override.CLINICAL_RESPONSE, Override.PROTOCOL
    yield 26, "patient_class", UINT, PatientClass.ADULT, PatientClass.FRAIL_ADULT


def _wholes():
    """Yield the fields of each thing that is prescribed whole or not at all (zero together)."""
    yield "load_nl", "load_rate_nl_h"
    yield "max_bolus_nl", "bolus_rate_nl_h", "max_boluses"
    yield "clinician_bolus_nl", "clinician_bolus_minutes"
    yield "kvo_rate_nl_h", "kvo_minutes"


def number_of(name: str | None) -> int:
    """The number of a field, NO_FIELD for a name that is none."""
    for row in fields():
        if row[1] == name:
            return row[0]
    return NO_FIELD


def encode(rx: dict) -> bytes:
    """The canonical bytes, as they stand in a signed command. Refuses what `decode` would."""
    check_shape(rx)
    return cbor.encode({row[0]: rx[row[1]] for row in fields()})


def decode(data: bytes) -> dict:
    """The prescription by field name, complete and checked field by field."""
    try:
        wire = cbor.decode(data)
    except Malformed:
        raise Refused(Reason.MALFORMED)
    if type(wire) is not dict:
        raise Refused(Reason.MALFORMED)
    for number in sorted(wire):
        if not 0 <= number < COUNT:
            raise Refused(Reason.MALFORMED, str(number))
    rx = {row[1]: wire[row[0]] for row in fields() if row[0] in wire}
    check_shape(rx)
    return rx


def digest(data: bytes) -> bytes:
    """32 bytes that name this prescription: `replaces`, and in part `rx_hash`."""
    return sha256(data).digest()


def check_shape(rx: dict) -> None:
    """Every field there, none besides; type; range; supported. `Refused` for the first that is not.

    Reasons: MALFORMED (missing, unknown, wrong type), FIELD_RANGE, NOT_SUPPORTED (a delayed start).
    """
    for _, name, kind, low, high in fields():
        if name not in rx:
            raise Refused(Reason.MALFORMED, name)
        _check(rx[name], kind, low, high, name)
    if len(rx) != COUNT:
        unknown = [name for name in sorted(rx) if number_of(name) == NO_FIELD]
        raise Refused(Reason.MALFORMED, unknown[0])
    for names in _wholes():
        for name in names:
            if (rx[name] == 0) != (rx[names[0]] == 0):
                raise Refused(Reason.FIELD_RANGE, name)
    if rx["starts_after_s"] != 0:
        raise Refused(Reason.NOT_SUPPORTED, "starts_after_s")


def _check(value, kind: int, low: int, high: int, name: str) -> None:
    if kind in (SEGMENTS, OVERRIDES):
        _check_pairs(value, kind, low, high, name)
        return
    if kind == TEXT:
        if type(value) is not str:
            raise Refused(Reason.MALFORMED, name)
        for letter in value:
            if not " " <= letter <= "~":
                raise Refused(Reason.FIELD_RANGE, name)
        size = len(value)
    else:
        if type(value) is not int:
            raise Refused(Reason.MALFORMED, name)
        size = value
    if not low <= size <= high and not (kind == OPTIONAL and size == 0):
        raise Refused(Reason.FIELD_RANGE, name)


def _check_pairs(pairs, kind: int, low: int, high: int, name: str) -> None:
    """Rising first numbers, each once; second numbers in range. The first segment is at minute 0."""
    steps = kind == SEGMENTS
    if not isinstance(pairs, (list, tuple)):
        raise Refused(Reason.MALFORMED, name)
    if len(pairs) > (MAX_SEGMENTS if steps else MAX_OVERRIDES):
        raise Refused(Reason.FIELD_RANGE, name)
    last, end = -1, ceilings.MAX_MINUTES if steps else COUNT
    for pair in pairs:
        if not isinstance(pair, (list, tuple)) or len(pair) != 2:
            raise Refused(Reason.MALFORMED, name)
        first, second = pair
        if type(first) is not int or type(second) is not int:
            raise Refused(Reason.MALFORMED, name)
        if not last < first < end or not low <= second <= high:
            raise Refused(Reason.FIELD_RANGE, name)
        last = first
    if steps and (not pairs or pairs[0][0] != 0):
        raise Refused(Reason.FIELD_RANGE, name)


# ---- of a prescription that passed check_shape


def basal_rate_nl_h(rx: dict) -> int:
    """The rate that the infusion begins with."""
    return rx["segments"][0][1]


def highest_rate_nl_h(rx: dict) -> int:
    """The highest basal rate of all segments."""
    return max([segment[1] for segment in rx["segments"]])


def lowest_rate_nl_h(rx: dict) -> int:
    return min([segment[1] for segment in rx["segments"]])


def clinician_bolus_rate_nl_h(rx: dict) -> int:
    """Rounded up, so that the volume is given within its minutes; 0 without one."""
    minutes = rx["clinician_bolus_minutes"]
    return -(-rx["clinician_bolus_nl"] * _MINUTES_PER_HOUR // minutes) if minutes else 0


def kvo_nl(rx: dict) -> int:
    """All that KVO may give."""
    return rx["kvo_rate_nl_h"] * rx["kvo_minutes"] // _MINUTES_PER_HOUR


def basal_nl(rx: dict, minutes: int) -> int:
    """What the segments give in the first minutes if nothing else is given. Rounds up."""
    total, end = 0, minutes
    for minute, rate in reversed(rx["segments"]):
        if minute < end:
            total += (end - minute) * rate
            end = minute
    return -(-total // _MINUTES_PER_HOUR)


def most_nl(rx: dict, minutes: int) -> int:
    """The most that can have been given after so many minutes: load, each bolus as soon as it may be, basal.

    Exact for one segment without a load or bolus. Else it errs to more: a load or bolus takes its whole
    seconds, in the place of the lowest basal, and clinician boluses follow one another.
    """
    left_s = minutes * _S_PER_MINUTE
    given = 0  # nL/h in a second
    if rx["load_nl"]:
        rate = rx["load_rate_nl_h"]
        part = min(rx["load_nl"] * _S_PER_HOUR, left_s * rate)
        given += part
        left_s -= part // rate
    if rx["max_bolus_nl"]:
        rate, bolus = rx["bolus_rate_nl_h"], rx["max_bolus_nl"] * _S_PER_HOUR
        bolus_s = bolus // rate
        count, rest_s = divmod(left_s, max(1, bolus_s + rx["lockout_s"]))
        if count >= rx["max_boluses"]:
            count, rest_s = rx["max_boluses"], 0
        given += count * bolus + min(bolus, rest_s * rate)
        left_s -= count * bolus_s + min(bolus_s, rest_s)
    if rx["clinician_bolus_nl"]:
        return -(-(given + left_s * clinician_bolus_rate_nl_h(rx)) // _S_PER_HOUR)
    replaced_s = minutes * _S_PER_MINUTE - left_s
    given -= lowest_rate_nl_h(rx) * replaced_s
    return basal_nl(rx, minutes) - (-given // _S_PER_HOUR)


def least_minutes(rx: dict) -> int:
    """The shortest time in which the VTBI can be given, in whole minutes, rounded down."""
    low, high = 0, ceilings.MAX_MINUTES
    while low < high:
        middle = (low + high + 1) // 2
        if most_nl(rx, middle) <= rx["vtbi_nl"]:
            low = middle
        else:
            high = middle - 1
    return low
