"""May this prescription run at all? The pump's own ceilings, above every drug library and signature (SR-031), judged once more before it is loaded.

Takes the fields by name as `shared.prescription` decodes them, and trusts none: exact types, ranges, and what fields mean together. Two copies of a
rule on purpose: what `shared` lets pass by mistake stops here. Outside the frame: wide integers.
"""

from firmware.safety import limits
from shared.codes import PatientClass

_MAX_OVERRIDES = 8
_MINUTES_PER_HOUR = 60
_MS_PER_MINUTE = 60_000
_MS_PER_HOUR = 3_600_000
# Either all of a row are zero, which is "not prescribed", or none is.
_TOGETHER = (
    ("load_nl", "load_rate_nl_h"),
    ("max_bolus_nl", "bolus_rate_nl_h", "max_boluses"),
    ("clinician_bolus_nl", "clinician_bolus_minutes"),
    ("kvo_rate_nl_h", "kvo_minutes"),
)
# Zero is "none"; any other rate is one that the pump can make (SR-001).
_RATES = ("load_rate_nl_h", "bolus_rate_nl_h", "kvo_rate_nl_h")


def allowed(fields: dict) -> bool:
    """Whether every code-level limit holds. False for anything missing, of another type or out of range; nothing is clipped."""
    return (
        _in_range(fields)
        and _segments_hold(fields.get("segments"))
        and _overrides_hold(fields.get("overrides"))
        and _phases_hold(fields)
        and most_nl(fields, fields["min_minutes"]) <= fields["vtbi_nl"]
    )


def clinician_rate_nl_h(fields: dict) -> int:
    """The rate that gives the clinician's bolus within its minutes: rounded up; its volume bounds it. 0 if none is prescribed."""
    minutes = fields["clinician_bolus_minutes"]
    return -(-fields["clinician_bolus_nl"] * _MINUTES_PER_HOUR // minutes) if minutes else 0


def most_nl(fields: dict, minutes: int) -> int:
    """The most that can be given in the first `minutes` of delivery, never less: it bounds the shortest infusion.

    The load comes first. After it, the fastest flow as long as there is any, each up to its volume, in whatever order they could really come: patient
    boluses with their lockouts, clinician boluses one after the other, segments for as long as each lasts. The rolling limits bound all of it.
    """
    left_ms = minutes * _MS_PER_MINUTE
    given = 0  # in nL/h for a millisecond, so that nothing has to be rounded before the end
    rate_nl_h = fields["load_rate_nl_h"]
    if rate_nl_h:
        given = min(fields["load_nl"] * _MS_PER_HOUR, rate_nl_h * left_ms)
        left_ms -= given // rate_nl_h
    rate_nl_h = clinician_rate_nl_h(fields)
    flows = [
        (rate_nl_h, rate_nl_h * left_ms),
        (fields["bolus_rate_nl_h"], _boluses_within(fields, left_ms)),
    ]
    end = minutes
    for begin, rate_nl_h in reversed(fields["segments"]):
        if begin < end:
            flows.append((rate_nl_h, rate_nl_h * (end - begin) * _MS_PER_MINUTE))
            end = begin
    flows.sort(reverse=True)
    for rate_nl_h, volume in flows:
        part = min(volume, rate_nl_h * left_ms)
        if part:
            given += part
            left_ms -= part // rate_nl_h
    most = -(-given // _MS_PER_HOUR)
    for name, window_minutes in (("max_hour_nl", 60), ("max_4h_nl", 240), ("max_day_nl", 1_440)):
        most = min(most, fields[name] * -(-minutes // window_minutes))
    return most


def _boluses_within(fields, left_ms):
    """Volume of the patient boluses that fit: the first at once, each further one a lockout after the end of the one before."""
    rate_nl_h = fields["bolus_rate_nl_h"]
    if not rate_nl_h:
        return 0
    bolus = fields["max_bolus_nl"] * _MS_PER_HOUR
    whole, rest_ms = divmod(left_ms, bolus // rate_nl_h + fields["lockout_s"] * 1000)
    if whole >= fields["max_boluses"]:
        return fields["max_boluses"] * bolus
    return whole * bolus + min(bolus, rest_ms * rate_nl_h)


def _bounds():
    """Numbers by name, least and most. Made when it is asked for: a table that stood in memory would cost the heap of a pump all day."""
    volume_nl = limits.MAX_VOLUME_NL
    return (
        ("max_hour_nl", 1, limits.MAX_RATE_NL_H),
        ("max_4h_nl", 1, volume_nl),
        ("max_day_nl", 1, volume_nl),
        ("vtbi_nl", 1, volume_nl),
        ("bag_nl", 1, volume_nl),
        # Without a shortest time a drug may be given as fast as the rates allow.
        ("min_minutes", 0, limits.MAX_MINUTES),
        ("max_minutes", 1, limits.MAX_MINUTES),
        ("occlusion_pa", limits.MIN_OCCLUSION_PA, limits.MAX_OCCLUSION_PA),
        ("max_bolus_nl", 0, limits.MAX_BOLUS_NL),
        ("bolus_rate_nl_h", 0, limits.MAX_RATE_NL_H),
        ("max_boluses", 0, limits.MAX_BOLUSES),
        ("lockout_s", 0, limits.MAX_LOCKOUT_S),
        ("load_nl", 0, limits.MAX_LOAD_NL),
        ("load_rate_nl_h", 0, limits.MAX_RATE_NL_H),
        ("clinician_bolus_nl", 0, limits.MAX_CLINICIAN_BOLUS_NL),
        ("clinician_bolus_minutes", 0, limits.MAX_CLINICIAN_BOLUS_MINUTES),
        ("kvo_rate_nl_h", 0, limits.MAX_KVO_NL_H),
        ("kvo_minutes", 0, limits.MAX_KVO_MINUTES),
        # A delayed start would move without a START (SR-030).
        ("starts_after_s", 0, 0),
        # Not used by any step; a record without them is not one that was signed and shown.
        ("conc_ng_ml", 1, 1_000_000_000),
        ("library_version", 1, 0xFFFF),
        ("dosing_weight_g", 1, 1_000_000),
        ("patient_class", PatientClass.ADULT, PatientClass.FRAIL_ADULT),
    )


def _in_range(fields):
    for name, least, most in _bounds():
        if not _whole(fields.get(name), least, most):
            return False
    for name in _RATES:
        if 0 < fields[name] < limits.MIN_RATE_NL_H:
            return False
    for name in ("drug", "profile"):
        if type(fields.get(name)) is not str or not fields[name]:
            return False
    return fields["min_minutes"] <= fields["max_minutes"]


def _segments_hold(segments):
    if not _is_row(segments) or not 1 <= len(segments) <= limits.MAX_SEGMENTS:
        return False
    next_minute = 0
    for segment in segments:
        if not _is_row(segment) or len(segment) != 2:
            return False
        minute, rate_nl_h = segment
        # The first begins with the infusion, each further one after the one before.
        latest = limits.MAX_MINUTES - 1 if next_minute else 0
        if not _whole(minute, next_minute, latest):
            return False
        if not _whole(rate_nl_h, limits.MIN_RATE_NL_H, limits.MAX_RATE_NL_H):
            return False
        next_minute = minute + 1
    return True


def _overrides_hold(overrides):
    if not _is_row(overrides) or len(overrides) > _MAX_OVERRIDES:
        return False
    for override in overrides:
        if not _is_row(override) or len(override) != 2:
            return False
        if not _whole(override[0], 0, 0xFF) or not _whole(override[1], 1, 0xFF):
            return False
    return True


def _phases_hold(fields):
    for names in _TOGETHER:
        zeros = sum(1 for name in names if fields[name] == 0)
        if zeros != 0 and zeros != len(names):
            return False
    basal_rates = [segment[1] for segment in fields["segments"]]
    fastest = max(basal_rates)
    # SR-029: no library and no prescription makes a lockout shorter than this.
    if fields["max_bolus_nl"] and fields["lockout_s"] < limits.MIN_LOCKOUT_S:
        return False
    # SR-028: a bolus takes the place of the basal and must not be less.
    if fields["max_bolus_nl"] and fields["bolus_rate_nl_h"] < fastest:
        return False
    if fields["clinician_bolus_nl"]:
        if not fastest <= clinician_rate_nl_h(fields) <= limits.MAX_RATE_NL_H:
            return False
        # SR-025: it lasts at least as long as the patient has to wait between two boluses.
        if fields["clinician_bolus_minutes"] * 60 < fields["lockout_s"]:
            return False
    # SR-008: keep-vein-open is never more than the basal.
    return fields["kvo_rate_nl_h"] <= min(basal_rates)


def _whole(value, least, most):
    # Exactly int: True is a number in this language and none in a prescription.
    return type(value) is int and least <= value <= most


def _is_row(value):
    return type(value) is list or type(value) is tuple
