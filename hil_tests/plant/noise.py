"""A random generator whose state is one integer, so that a stored plant goes on exactly."""

from __future__ import annotations

_MASK = (1 << 64) - 1
# Four 16-bit lanes: each has standard deviation 65536/sqrt(12), their sum twice that.
_LANE_MEAN = 4 * 65_535 / 2
_LANE_SD = 37_837.2


class Noise:
    """SplitMix64 (public domain algorithm by S. Vigna), one draw a number. Not for secrets."""

    __slots__ = ("state",)

    def __init__(self, seed: int) -> None:
        self.state = seed & _MASK

    def bits(self) -> int:
        """The next 64 random bits."""
        self.state = state = (self.state + 0x9E3779B97F4A7C15) & _MASK
        state = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        state = ((state ^ (state >> 27)) * 0x94D049BB133111EB) & _MASK
        return state ^ (state >> 31)

    def normal(self) -> float:
        """About normal, mean 0, deviation 1, never beyond 3.5: four uniform lanes of one draw."""
        bits = self.bits()
        total = (bits & 65_535) + (bits >> 16 & 65_535) + (bits >> 32 & 65_535) + (bits >> 48)
        return (total - _LANE_MEAN) / _LANE_SD
