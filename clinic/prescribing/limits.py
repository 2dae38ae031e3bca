"""Limits for an order that leaves them open: enough for what is prescribed, never more than the library allows. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from shared import prescription, units
from shared.drug_profiles import Profile

# A careful dose window counts whole minutes and reserved strokes: room for two strokes of 20 µL.
STROKES_NL = 40_000
LEAST_MINUTES_MORE = 10


@dataclass(frozen=True, slots=True)
class Window:
    """A rolling limit: fields of order and prescription, its length, the library's caps, and the room above what is asked for."""

    order_field: str
    field: str
    minutes: int
    per_kg: str
    absolute: str
    room_percent: int


WINDOWS = (
    Window("max_hour_ml", "max_hour_nl", 60, "hour_ng_kg", "hour_ng", 110),
    Window("max_4h_ml", "max_4h_nl", 240, "four_hour_ng_kg", "four_hour_ng", 110),
    Window("max_day_ml", "max_day_nl", 1_440, "day_ng_kg", "day_ng", 104),
)


def window_nl(window: Window, profile: Profile, fields: dict[str, Any]) -> int:
    """Room for the highest rate, and for load and boluses as soon as each may be given; but not above the library's cap."""
    highest = prescription.highest_rate_nl_h(fields)
    asked = max(prescription.most_nl(fields, window.minutes), highest * window.minutes // 60)
    wanted = asked * window.room_percent // 100 + STROKES_NL
    return max(highest, min(_cap_nl(window, profile, fields), wanted))


def _cap_nl(window: Window, profile: Profile, fields: dict[str, Any]) -> int:
    """The library's cap as a volume. A limit that the library does not have is no volume at all."""
    ng_kg, ng = getattr(profile, window.per_kg), getattr(profile, window.absolute)
    if ng_kg is None or ng is None:
        return 0
    cap_ng = min(ng_kg * fields["dosing_weight_g"] // units.G_PER_KG, ng)
    return units.volume_nl_of(cap_ng, fields["conc_ng_ml"])


def minutes(profile: Profile, fields: dict[str, Any]) -> int:
    """As long as the volume takes and a tenth, within what the library calls usual; if that is too short, what it takes.

    With boluses nobody knows how long the volume takes: what is usual.
    """
    usual = profile.soft_max_minutes or profile.hard_max_minutes
    if usual is not None and (fields["max_bolus_nl"] or fields["clinician_bolus_nl"]):
        return usual
    needed = prescription.least_minutes(fields)
    if prescription.most_nl(fields, needed) < fields["vtbi_nl"]:
        needed += 1
    return max(needed, min(needed + max(LEAST_MINUTES_MORE, needed // 10), usual or needed))
