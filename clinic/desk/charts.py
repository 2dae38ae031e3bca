"""Rate, volume given and line pressure over one time axis: three lanes of one ECharts drawing.
Options only; pure.

Colours are the style sheet's variables: the drawing is SVG, so light and dark change without
redrawing. Times on the axis are the clinic's, whatever the zone of the browser: points are shifted
by the clinic's offset and drawn as UTC.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from clinic.desk_model import SeriesPoint
from shared.codes import State

NL_PER_ML = 1_000_000
PA_PER_KPA = 1_000

# Lanes from the top: name, unit, colour, shown decimals, how points are joined. A rate holds until
# it changes.
LANES = (
    ("Rate", "mL/h", "var(--lane-rate)", 2, "end"),
    ("Given", "mL", "var(--lane-given)", 2, False),
    ("Line pressure", "kPa", "var(--lane-pressure)", 1, False),
)
PRESSURE_LANE = 2
# Full scale of the pressure at least: some Pa of noise must not look like a mountain.
PRESSURE_MAX = "range => range.max < 40 ? 40 : null"
# One time, then the lanes from the top. Runs in the browser.
TIP = """items => {
  const lanes = LANES;
  const rows = items.slice().sort((a, b) => a.seriesIndex - b.seriesIndex).map(item => {
    const [unit, decimals] = lanes[item.seriesIndex];
    const value = item.value[item.seriesIndex + 1];
    const text = value == null ? 'no data' : value.toFixed(decimals) + ' ' + unit;
    return `<div class="tip-row">${item.marker}<span>${item.seriesName}</span><b>${text}</b></div>`;
  });
  return `<div class="tip-time">${items[0].axisValueLabel}</div>${rows.join('')}`;
}""".replace("LANES", json.dumps([[unit, decimals] for _, unit, _, decimals, _ in LANES]))
# Heights in px, from the top of the drawing to its foot: a title and a lane, three times, then the
# times.
TOP_PX = 4
TITLE_PX = 28
LANE_PX = 128
GAP_PX = 20
HEIGHT_PX = TOP_PX + len(LANES) * (TITLE_PX + LANE_PX + GAP_PX) + 12
FONT = "Roboto, system-ui, sans-serif"
# A line is broken where points are missing for this long; a thinned line has wider gaps of its
# own.
GAP_MS = 15_000
GAP_POINTS = 4

ALARM_STATES = (State.ALARM, State.FAULT)
INK = "var(--ink-2)"
LINE = "var(--line)"


def local_ms(at: datetime, now: datetime) -> int:
    """A moment as ms that read as the clinic's clock when taken for UTC."""
    offset = now.utcoffset()
    offset_ms = int(offset.total_seconds() * 1000) if offset else 0
    return int(at.timestamp() * 1000) + offset_ms


def rows(points: list[SeriesPoint], now: datetime) -> list[list[int | float | None]]:
    """The data of all lanes, with an empty row where the line must break."""
    out: list[list[int | float | None]] = []
    if len(points) < 2:
        usual_ms = 0
    else:
        usual_ms = int((points[-1].at - points[0].at).total_seconds() * 1000) // (len(points) - 1)
    gap_ms = max(GAP_MS, GAP_POINTS * usual_ms)
    before_ms: int | None = None
    for point in points:
        at_ms = local_ms(point.at, now)
        if before_ms is not None and at_ms - before_ms > gap_ms:
            out.append([before_ms + 1, None, None, None])
        out.append(
            [
                at_ms,
                point.rate_nl_h / NL_PER_ML,
                point.given_max_nl / NL_PER_ML,
                point.pressure_pa / PA_PER_KPA,
            ]
        )
        before_ms = at_ms
    return out


def alarm_spans(points: list[SeriesPoint], now: datetime) -> list[list[dict[str, int]]]:
    """Stretches of time in which the pump stood in an alarm, as marks for the drawing."""
    spans: list[list[dict[str, int]]] = []
    start_ms: int | None = None
    for point in points:
        at_ms = local_ms(point.at, now)
        if point.state in ALARM_STATES and start_ms is None:
            start_ms = at_ms
        elif point.state not in ALARM_STATES and start_ms is not None:
            spans.append([{"xAxis": start_ms}, {"xAxis": at_ms}])
            start_ms = None
    if start_ms is not None:
        spans.append([{"xAxis": start_ms}, {"xAxis": local_ms(now, now)}])
    return spans


def live_options(
    points: list[SeriesPoint], window_s: int, now: datetime, follow: bool
) -> dict[str, Any]:
    """The part that changes with time. `follow` keeps the newest moment at the right edge."""
    changed: dict[str, Any] = {"dataset": {"source": rows(points, now)}}
    spans = alarm_spans(points, now)
    changed["series"] = [
        {"id": f"lane{lane}", "markArea": {"data": spans}} for lane in range(len(LANES))
    ]
    if follow:
        edge_ms = local_ms(now, now)
        bounds = {"min": edge_ms - window_s * 1000, "max": edge_ms}
        changed["xAxis"] = [{"id": f"time{lane}", **bounds} for lane in range(len(LANES))]
    return changed


def base_options() -> dict[str, Any]:
    """The part that stays: lanes, axes, pointer, zoom."""
    lanes = range(len(LANES))
    return {
        "useUTC": True,
        "animation": False,
        "textStyle": {"fontFamily": FONT},
        "dataset": {"source": []},
        "title": [_title(lane) for lane in lanes],
        "grid": [
            {
                "left": 44,
                "right": 12,
                "top": lane_top_px(lane) + TITLE_PX,
                "height": LANE_PX,
            }
            for lane in lanes
        ],
        "xAxis": [_time_axis(lane) for lane in lanes],
        "yAxis": [_value_axis(lane) for lane in lanes],
        "series": [_series(lane) for lane in lanes],
        "axisPointer": {"link": [{"xAxisIndex": "all"}], "lineStyle": {"color": INK}},
        "tooltip": {
            "trigger": "axis",
            "confine": True,
            "className": "chart-tip",
            "backgroundColor": "var(--surface)",
            "borderColor": LINE,
            "textStyle": {"color": "var(--ink)", "fontSize": 13},
            ":formatter": TIP,
        },
        "dataZoom": [
            {
                "type": "inside",
                "xAxisIndex": list(lanes),
                "filterMode": "none",
                "zoomOnMouseWheel": "ctrl",
            }
        ],
    }


def lane_top_px(lane: int) -> int:
    """Where a lane's title starts."""
    return TOP_PX + lane * (TITLE_PX + LANE_PX + GAP_PX)


def _title(lane: int) -> dict[str, Any]:
    name, unit, colour, _, _ = LANES[lane]
    return {
        "text": f"{name}, {unit}",
        "left": 0,
        "top": lane_top_px(lane),
        "padding": 0,
        "textStyle": {"color": colour, "fontSize": 14, "fontWeight": 500, "fontFamily": FONT},
    }


def _time_axis(lane: int) -> dict[str, Any]:
    last = lane == len(LANES) - 1
    return {
        "id": f"time{lane}",
        "type": "time",
        "gridIndex": lane,
        "axisLine": {"lineStyle": {"color": LINE}},
        "axisTick": {"show": last, "lineStyle": {"color": LINE}},
        "axisLabel": {
            "show": last,
            "color": INK,
            "fontSize": 12,
            "hideOverlap": True,
            "formatter": {
                "hour": "{HH}:{mm}",
                "minute": "{HH}:{mm}",
                "second": "{HH}:{mm}:{ss}",
                "day": "{d} {MMM}",
            },
        },
        "splitLine": {"show": False},
        "axisPointer": {
            "show": True,
            "label": {"show": last, "backgroundColor": INK, "color": "var(--surface)"},
        },
    }


def _value_axis(lane: int) -> dict[str, Any]:
    return {
        "type": "value",
        "gridIndex": lane,
        ":min": "range => Math.min(0, range.min)",
        **({":max": PRESSURE_MAX} if lane == PRESSURE_LANE else {}),
        "splitNumber": 3,
        "axisLabel": {"color": INK, "fontSize": 12},
        "splitLine": {"lineStyle": {"color": LINE}},
        "axisLine": {"show": False},
        "axisTick": {"show": False},
        "axisPointer": {"show": False},
    }


def _series(lane: int) -> dict[str, Any]:
    name, _, colour, _, step = LANES[lane]
    return {
        "id": f"lane{lane}",
        "name": name,
        "type": "line",
        "xAxisIndex": lane,
        "yAxisIndex": lane,
        "encode": {"x": 0, "y": lane + 1},
        "step": step,
        "showSymbol": False,
        "connectNulls": False,
        "emphasis": {"disabled": True},
        "itemStyle": {"color": colour},
        "lineStyle": {"color": colour, "width": 2},
        "markArea": {"silent": True, "itemStyle": {"color": "var(--high-tint)"}, "data": []},
    }
