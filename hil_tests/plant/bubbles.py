"""Air on its way: bubbles move with the pumped volume, past the detector and on to the vein."""

from __future__ import annotations

from hil_tests.plant.constants import (
    BEAM_PL,
    DETECTOR_TO_PATIENT_PL,
    PORT_TO_DETECTOR_PL,
    ROLLER_TO_DETECTOR_PL,
    SUPPLY_TUBE_PL,
)


class Bubbles:
    """Each bubble is [start, end): the total pumped, pL, at which it is before the detector."""

    __slots__ = ("passed_pl", "spans")

    def __init__(self) -> None:
        self.spans: list[list[int]] = []
        self.passed_pl = 0

    def enter_port(self, volume_pl: int, pumped_pl: int) -> None:
        """One bubble through the bench's port, shortly before the detector."""
        start = pumped_pl + PORT_TO_DETECTOR_PL
        self.spans.append([start, start + volume_pl])
        self.spans.sort()

    def enter_supply(self, volume_pl: int, pumped_pl: int) -> None:
        """Air at the bag's end; follows directly on air that is there already."""
        start = pumped_pl + SUPPLY_TUBE_PL + ROLLER_TO_DETECTOR_PL
        if self.spans and 0 <= start - self.spans[-1][1] <= volume_pl:
            self.spans[-1][1] = start + volume_pl
        else:
            self.spans.append([start, start + volume_pl])

    def in_beam_permille(self, pumped_pl: int) -> int:
        """How much of the detector's beam is air."""
        low = pumped_pl - BEAM_PL // 2
        return _overlap(self.spans, low, low + BEAM_PL) * 1_000 // BEAM_PL

    def reach_patient(self, before_pl: int, after_pl: int) -> int:
        """Count the air that left the line while its outflow went from before to after."""
        low, high = before_pl - DETECTOR_TO_PATIENT_PL, after_pl - DETECTOR_TO_PATIENT_PL
        air_pl = _overlap(self.spans, low, high)
        self.passed_pl += air_pl
        while self.spans and self.spans[0][1] <= low:
            del self.spans[0]
        return air_pl


def _overlap(spans: list[list[int]], low: int, high: int) -> int:
    return sum(max(0, min(end, high) - max(start, low)) for start, end in spans)
