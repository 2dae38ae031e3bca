"""Sparkline and chart options from known points."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

from clinic.desk import charts, sparkline
from clinic.desk_model import SeriesPoint
from shared.codes import State

NOW = datetime(2026, 3, 14, 12, 0, 0, tzinfo=UTC)


def point(age_s: int, state: int = State.RUNNING, rate_nl_h: int = 7_000_000) -> SeriesPoint:
    return SeriesPoint(NOW - timedelta(seconds=age_s), rate_nl_h, 12_500_000, 3_200, state)


def test_rows_carry_the_three_lanes_in_their_units():
    assert charts.rows([point(1), point(0)], NOW)[1][1:] == [7.0, 12.5, 3.2]


def test_a_line_is_broken_where_points_are_missing():
    rows = charts.rows([point(100), point(99), point(98), point(2), point(1), point(0)], NOW)
    assert [row[1] for row in rows] == [7.0, 7.0, 7.0, None, 7.0, 7.0, 7.0]


def test_a_thinned_line_is_not_broken():
    points = [point(age_s) for age_s in range(3_600, -1, -60)]
    assert all(row[1] is not None for row in charts.rows(points, NOW))


def test_times_on_the_axis_are_the_clinics():
    summer = NOW.astimezone(timezone(timedelta(hours=1)))
    assert charts.local_ms(NOW, summer) - charts.local_ms(NOW, NOW) == 3_600_000


def test_an_alarm_is_a_marked_stretch_and_an_open_one_reaches_the_live_edge():
    points = [
        point(9),
        point(8, State.ALARM),
        point(6),
        point(3, State.FAULT),
        point(1, State.FAULT),
    ]
    spans = charts.alarm_spans(points, NOW)
    edge_ms = charts.local_ms(NOW, NOW)
    assert [[end["xAxis"] - edge_ms for end in span] for span in spans] == [
        [-8000, -6000],
        [-3000, 0],
    ]


def test_the_live_edge_moves_only_while_it_is_followed():
    assert charts.live_options([point(0)], 900, NOW, follow=True)["xAxis"][2] == {
        "id": "time2",
        "min": charts.local_ms(NOW, NOW) - 900_000,
        "max": charts.local_ms(NOW, NOW),
    }
    assert "xAxis" not in charts.live_options([point(0)], 900, NOW, follow=False)


def test_the_three_lanes_are_aligned_and_do_not_overlap():
    grids = charts.base_options()["grid"]
    assert len({(grid["left"], grid["right"]) for grid in grids}) == 1
    assert all(a["top"] + a["height"] < b["top"] for a, b in pairwise(grids))
    assert grids[-1]["top"] + grids[-1]["height"] < charts.HEIGHT_PX


def test_a_sparkline_of_nothing_is_nothing():
    assert sparkline.sparkline_svg([], NOW) == ""
    assert sparkline.sparkline_svg([point(5)], NOW) == ""
    assert sparkline.sparkline_svg([point(9_000), point(8_000)], NOW) == ""


def test_a_sparkline_ends_at_the_right_edge_and_breaks_at_gaps():
    drawing = sparkline.sparkline_svg(
        [point(age_s) for age_s in (3_000, 2_960, 2_920, 40, 0)], NOW
    )
    rate = drawing.split('class="spark-rate" d="')[1].split('"')[0]
    assert rate.count("M") == 2
    assert rate.split("L")[-1].split(" ")[0] == str(sparkline.WIDTH)


def test_a_stopped_pump_draws_its_rate_on_the_floor():
    drawing = sparkline.sparkline_svg([point(60), point(0, State.ALARM, 0)], NOW)
    rate = drawing.split('class="spark-rate" d="')[1].split('"')[0]
    assert rate.endswith(f" {sparkline.HEIGHT - 2}")
