"""All rows of the sweep, each run once in a process."""

from __future__ import annotations

import copy
import gc
import tempfile
from functools import cache
from pathlib import Path

from firmware.tests import bit_flips
from firmware.tests.pure_pump import PurePump
from hil_tests.sweep import more_rows, rows
from hil_tests.sweep.measure import measure
from hil_tests.sweep.model import Row, Seen

ROWS: dict[str, Row] = {row.name: row for row in (*rows.ROWS, *more_rows.ROWS)}


@cache
def seen(name: str) -> Seen:
    """What the run of this row has shown. KeyError: there is no such row."""
    with tempfile.TemporaryDirectory(prefix="vigil-fault-") as folder:
        return measure(ROWS[name], Path(folder) / "board")


@cache
def flips() -> list[tuple[bit_flips.Place, bit_flips.Result]]:
    """What flipped bits have shown, place by place."""
    pumps = {state: bit_flips.pump_in(state) for state in {one.state for one in bit_flips.PLACES}}
    # The slices collect garbage every ten frames; what stands in this process already is none of their business.
    gc.freeze()
    try:
        return [
            (place, bit_flips.sweep(place, pumps[place.state], _copy_of))
            for place in bit_flips.PLACES
        ]
    finally:
        gc.unfreeze()


def _copy_of(pump: PurePump) -> PurePump:
    return copy.deepcopy(pump, bit_flips.shared_parts(pump))
