"""One picture of a run: rate, volume, pressure and alarms over one time axis."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot as plt

from hil_tests.scenario.outcome import Outcome
from hil_tests.scenario.timeline import Timeline
from shared import alarm_table, codes

_COLOURS = {alarm_table.HIGH: "#c62828", alarm_table.MEDIUM: "#f9a825", alarm_table.LOW: "#00838f"}
_MS_PER_MIN = 60_000
_FLOW_OVER_MS = 60_000


def save_plot(path: Path, outcome: Outcome) -> None:
    """Write a PNG. OSError when the place cannot be written."""
    timeline = outcome.timeline
    figure, axes = plt.subplots(
        4, 1, sharex=True, figsize=(11, 9), height_ratios=(2, 2, 2, 1.4), layout="constrained"
    )
    figure.suptitle(f"{outcome.scenario.title}  ·  simulated, seed {outcome.scenario.seed}")
    _draw_rate(axes[0], timeline)
    _draw_volume(axes[1], timeline)
    _draw_pressure(axes[2], timeline, outcome.scenario.prescription.get("occlusion_pa", 0))
    _draw_alarms(axes[3], timeline)
    for axis in axes:
        axis.grid(alpha=0.3)
        for name, t_ms in timeline.marks.items():
            axis.axvline(_minutes(timeline, t_ms), color="#888888", lw=0.8, ls=":")
            if axis is axes[0]:
                place = (_minutes(timeline, t_ms), 1.0)
                axis.annotate(
                    name, place, xycoords=("data", "axes fraction"), fontsize=7, rotation=30
                )
    axes[3].set_xlabel("minutes after time zero")
    figure.savefig(path, dpi=110)
    plt.close(figure)


def _minutes(timeline: Timeline, t_ms: float) -> float:
    return (t_ms - timeline.zero_ms) / _MS_PER_MIN


def _draw_rate(axis, timeline: Timeline) -> None:
    told = [(_minutes(timeline, t_ms), row["rate_nl_h"] / 1e6) for t_ms, row in timeline.telemetry]
    axis.step(*_columns(told), where="post", label="asked of the motor (telemetry)")
    flow = []
    begun = 0
    for row in timeline.truth:
        start = timeline.truth[begun]
        if row.t_ms - start.t_ms < _FLOW_OVER_MS:
            continue
        volume_nl = row.values["delivered_nl"] - start.values["delivered_nl"]
        hours = (row.t_ms - start.t_ms) / 3_600_000
        flow.append((_minutes(timeline, (row.t_ms + start.t_ms) / 2), volume_nl / hours / 1e6))
        begun += 1
    axis.plot(*_columns(flow), lw=1, label="into the vein, mean of 1 min (plant)")
    axis.set_ylabel("rate, mL/h")
    axis.legend(fontsize=8, loc="upper right")


def _draw_volume(axis, timeline: Timeline) -> None:
    true = [(_minutes(timeline, r.t_ms), r.values["delivered_nl"] / 1e6) for r in timeline.truth]
    axis.plot(*_columns(true), label="delivered (plant)")
    told = [
        (_minutes(timeline, t_ms), row["total_max_nl"] / 1e6) for t_ms, row in timeline.telemetry
    ]
    axis.plot(*_columns(told), ls="--", label="total, upper end (telemetry)")
    axis.set_ylabel("volume, mL")
    axis.legend(fontsize=8, loc="upper left")


def _draw_pressure(axis, timeline: Timeline, threshold_pa: int) -> None:
    true = [
        (_minutes(timeline, row.t_ms), row.values["line_pressure_pa"] / 1e3)
        for row in timeline.truth
    ]
    axis.plot(*_columns(true), label="line (plant)")
    told = [
        (_minutes(timeline, t_ms), row["pressure_pa"] / 1e3) for t_ms, row in timeline.telemetry
    ]
    axis.plot(*_columns(told), lw=0.7, alpha=0.7, label="line (telemetry)")
    if threshold_pa:
        axis.axhline(threshold_pa / 1e3, color="#c62828", lw=0.8, ls="--", label="threshold")
    axis.set_ylabel("pressure, kPa")
    axis.legend(fontsize=8, loc="upper left")


def _draw_alarms(axis, timeline: Timeline) -> None:
    names = [
        row[1] for row in alarm_table.ROWS if timeline.alarms(row[1], codes.Event.ALARM_RAISED)
    ]
    priorities = {row[1]: row[2] for row in alarm_table.ROWS}
    end_ms = timeline.truth[-1].t_ms if timeline.truth else timeline.zero_ms
    for place, name in enumerate(names):
        cleared = timeline.alarms(name, codes.Event.ALARM_CLEARED)
        for raised_ms in timeline.alarms(name, codes.Event.ALARM_RAISED):
            until_ms = min((t_ms for t_ms in cleared if t_ms >= raised_ms), default=end_ms)
            start = _minutes(timeline, raised_ms)
            width = max((until_ms - raised_ms) / _MS_PER_MIN, 0.02)
            axis.barh(place, width, left=start, color=_COLOURS[priorities[name]], height=0.6)
    sounding = [(t_ms, value == "on") for t_ms, value in timeline.sound]
    for (start_ms, on), (stop_ms, _on) in pairwise([*sounding, (end_ms, False)]):
        if on:
            start = _minutes(timeline, start_ms)
            width = (stop_ms - start_ms) / _MS_PER_MIN
            axis.barh(len(names), width, left=start, color="#555555", height=0.4)
    axis.set_yticks(range(len(names) + 1), [*names, "sound"])


def _columns(rows: list[tuple[float, float]]) -> tuple[list[float], list[float]]:
    return [row[0] for row in rows], [row[1] for row in rows]
