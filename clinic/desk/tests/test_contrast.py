"""Contrast of the two themes by the formula of WCAG 2.2, read from the style sheet itself."""

from __future__ import annotations

import re

import pytest

from clinic.desk import theme

TEXT_RATIO = 4.5  # WCAG 1.4.3, AA
SHAPE_RATIO = 3.0  # WCAG 1.4.11, for edges, focus and shapes

TEXT_PAIRS = [
    *((ink, ground) for ink in ("ink", "ink-2") for ground in ("bg", "surface", "sunken")),
    *((f"{tone}-ink", tone) for tone in ("high", "medium", "low", "technical", "accent")),
    *((f"{tone}-text", f"{tone}-tint") for tone in ("high", "medium", "low", "technical")),
    *((f"{tone}-text", "surface") for tone in ("high", "medium", "low")),
    *((f"{tone}-text", "sunken") for tone in ("high", "medium", "low")),
    ("accent", "surface"),
    ("accent", "bg"),
    *((lane, "surface") for lane in ("lane-rate", "lane-given", "lane-pressure")),
]  # fmt: skip
SHAPE_PAIRS = [
    ("edge", "surface"),
    ("focus", "surface"),
    ("focus", "bg"),
    ("high", "surface"),
    ("low", "surface"),
    ("medium-text", "sunken"),
]


def themes() -> dict[str, dict[str, str]]:
    sheet = (theme.HERE / "style" / "base.css").read_text(encoding="utf-8")
    blocks = dict(re.findall(r"^(:root|body\.body--dark) \{(.*?)^\}", sheet, re.S | re.M))
    light, dark = (
        dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", blocks[name]))
        for name in (":root", "body.body--dark")
    )
    return {"light": light, "dark": dark}


def luminance(colour: str) -> float:
    channels = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def ratio(first: str, second: str) -> float:
    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_the_formula_gives_its_known_ends():
    assert ratio("#000000", "#ffffff") == pytest.approx(21)
    assert ratio("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("name", ["light", "dark"])
def test_every_text_colour_stands_out_from_its_ground(name):
    colours = themes()[name]
    weak = {
        pair: round(ratio(colours[pair[0]], colours[pair[1]]), 2)
        for pair in TEXT_PAIRS
        if ratio(colours[pair[0]], colours[pair[1]]) < TEXT_RATIO
    }
    assert weak == {}


@pytest.mark.parametrize("name", ["light", "dark"])
def test_every_edge_and_shape_stands_out_from_its_ground(name):
    colours = themes()[name]
    weak = {
        pair: round(ratio(colours[pair[0]], colours[pair[1]]), 2)
        for pair in SHAPE_PAIRS
        if ratio(colours[pair[0]], colours[pair[1]]) < SHAPE_RATIO
    }
    assert weak == {}


def test_both_themes_name_the_same_colours():
    both = themes()
    assert both["light"].keys() == both["dark"].keys()
