"""Storing a plant and going on with it: the one table of what makes up its state."""

from __future__ import annotations

from hil_tests.plant.bubbles import Bubbles
from hil_tests.plant.interface import Plant

# key in the snapshot, part of the plant ("" is the plant itself), attribute of that part
_ROWS = (
    ("elapsed_ms", "", "elapsed_ms"),
    ("roller_steps", "", "roller_steps"),
    ("lost_steps", "", "lost_steps"),
    ("pumped_pl", "", "pumped_pl"),
    ("outflow_pl", "", "outflow_pl"),
    ("outflow_peak_pl", "", "outflow_peak_pl"),
    ("drawn_back_pl", "", "drawn_back_pl"),
    ("line_peak_pa", "", "line_peak_pa"),
    ("wander_upa", "", "wander_upa"),
    ("wander_left_ms", "", "wander_left_ms"),
    ("site_cm", "", "site_cm"),
    ("roller_blocked", "", "roller_blocked"),
    ("noise_state", "noise", "state"),
    ("line_pl", "line", "stored_pl"),
    ("distal_percent", "line", "narrowed_percent"),
    ("supply_pl", "supply", "stored_pl"),
    ("proximal_percent", "supply", "narrowed_percent"),
    ("reservoir_pl", "supply", "reservoir_pl"),
    ("air_passed_pl", "bubbles", "passed_pl"),
    ("battery_ma_ms", "battery", "charge_ma_ms"),
    ("battery_charging", "battery", "charging"),
    ("downstream_answers", "senses", "downstream_answers"),
    ("upstream_answers", "senses", "upstream_answers"),
    ("encoder_answers", "senses", "encoder_answers"),
    ("open_mask", "senses", "open_mask"),
    ("skin_centi_c", "senses", "skin_centi_c"),
)


def take(plant: Plant, bubbles: Bubbles) -> dict[str, int]:
    """Every integer of the plant's state by a stable name."""
    kept = {key: int(getattr(_part(plant, part), attribute)) for key, part, attribute in _ROWS}
    for index, (start, end) in enumerate(bubbles.spans):
        kept[f"bubble_{index}_start_pl"] = start
        kept[f"bubble_{index}_end_pl"] = end
    return kept


def put(plant: Plant, bubbles: Bubbles, snapshot: dict[str, int]) -> None:
    """Set the state from a snapshot, wholly or not at all. ValueError names what is wrong."""
    left = dict(snapshot)
    for key, _part_name, _attribute in _ROWS:
        if type(left.get(key)) is not int:
            raise ValueError(f"the plant's snapshot has no whole number '{key}'")
        del left[key]
    spans: list[list[int]] = []
    while left:
        start = left.pop(f"bubble_{len(spans)}_start_pl", None)
        end = left.pop(f"bubble_{len(spans)}_end_pl", None)
        if type(start) is not int or type(end) is not int:
            odd = ", ".join(sorted(left)) or "half a bubble"
            raise ValueError(f"the plant's snapshot has something unknown: {odd}")
        spans.append([start, end])
    for key, part, attribute in _ROWS:
        owner = _part(plant, part)
        setattr(owner, attribute, type(getattr(owner, attribute))(snapshot[key]))
    bubbles.spans = spans


def _part(plant: Plant, name: str) -> object:
    return getattr(plant, name) if name else plant
