"""An hour of rate and line pressure as two thin lines, drawn here as SVG from integers. Pure."""

from __future__ import annotations

from datetime import datetime

from clinic.desk_model import SeriesPoint

WIDTH = 300  # units of the drawing, not pixels: it stretches to its tile
HEIGHT = 40
COLUMNS = 150
HOUR_S = 3_600
# Full scale at least: a flat line of a few Pa of noise must not look like a mountain.
MIN_PRESSURE_SCALE_PA = 40_000
# A break in the line where nothing was heard for so long.
GAP_S = 90


def sparkline_svg(points: list[SeriesPoint], now: datetime) -> str:
    """The drawing, newest at the right edge. Empty text when there is nothing to draw."""
    columns: dict[int, SeriesPoint] = {}
    for point in points:
        age_s = int((now - point.at).total_seconds())
        if 0 <= age_s < HOUR_S:
            columns[(HOUR_S - 1 - age_s) * COLUMNS // HOUR_S] = (
                point  # the newest of a column stands for it
            )
    if len(columns) < 2:
        return ""
    rate_scale = max(max(point.rate_nl_h for point in columns.values()), 1)
    pressure_scale = max(
        max(point.pressure_pa for point in columns.values()), MIN_PRESSURE_SCALE_PA
    )
    rate = [
        (x, point.at, point.rate_nl_h * (HEIGHT - 4) // rate_scale)
        for x, point in sorted(columns.items())
    ]
    pressure = [
        (x, point.at, max(point.pressure_pa, 0) * (HEIGHT - 4) // pressure_scale)
        for x, point in sorted(columns.items())
    ]
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none" focusable="false">'
        f'<path class="spark-rate" d="{_path(rate)}"/>'
        f'<path class="spark-pressure" d="{_path(pressure)}"/></svg>'
    )


def _path(line: list[tuple[int, datetime, int]]) -> str:
    """A path through the columns, broken at gaps."""
    parts: list[str] = []
    before: datetime | None = None
    for column, at, height in line:
        pen = "M" if before is None or (at - before).total_seconds() > GAP_S else "L"
        parts.append(f"{pen}{column * WIDTH // (COLUMNS - 1)} {HEIGHT - 2 - height}")
        before = at
    return "".join(parts)
