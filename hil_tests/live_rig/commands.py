"""What can be asked of a live pump: one table, read by its control socket and by tools.bench."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hil_tests.plant.stimuli import STIMULI, Values, check_values
from hil_tests.rig.faults import FAULTS
from shared import names

# name -> what it does, its values as in hil_tests.plant.stimuli
OWN: dict[str, tuple[str, Values]] = {
    "status": ("everything that can be known from outside the pump", {}),
    "screen": ("what the glass shows, as a picture", {}),
    "key": (
        "press a key of the panel, or the patient's pendant",
        {"key": (None, names.KEYS), "hold_ms": (200, (20, 60_000))},
    ),
    "unplug": ("take the battery out: the pump is off at once", {}),
    "plug": ("put the battery back: the pump boots", {}),
    "fault": (
        "break a part of the pump; without a value, or with 0, in the usual way",
        {"fault": (None, tuple(FAULTS)), "value": (0, (-100_000_000, 100_000_000))},
    ),
    "mend": ("make that part good again", {"fault": (None, tuple(FAULTS))}),
    "range": ("walk out of the hub's radio range, or back", {"where": (None, ("in", "out"))}),
}
COMMANDS: dict[str, tuple[str, Values]] = {**OWN, **STIMULI}


def check_command(request: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Name and complete values of a request. ValueError with one sentence."""
    name = request.get("do")
    if type(name) is not str or name not in COMMANDS:
        raise ValueError(f"unknown command {name!r}; known are {', '.join(COMMANDS)}")
    given = {key: value for key, value in request.items() if key != "do"}
    return name, check_values(name, COMMANDS[name][1], given)
