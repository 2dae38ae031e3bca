"""Prescriptions drawn at random over the whole range of every field, for the state machines; and that they are what they say."""

import math

from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.safety import gate, limits
from firmware.tests.pure_pump import PL_PER_STEP, prescription
from firmware.therapy import admission
from firmware.therapy import prescription as therapy_prescription
from firmware.therapy.programme import Programme

_PARTS = 500


def sized(least: int, most: int) -> st.SearchStrategy[int]:
    """Numbers of every size: as many small ones as large ones, and the two ends more often than by chance."""
    if least >= most:
        return st.just(most)
    span = math.log(most / least)

    def number(part: int) -> int:
        return most if part == _PARTS else int(least * math.exp(span * part / _PARTS))

    return st.integers(0, _PARTS).map(number)


def programmes(fastest_nl_h: int) -> st.SearchStrategy[list[list[int]]]:
    """Basal segments, minutes apart, so that a run of some minutes sees them change."""
    rates = sized(limits.MIN_RATE_NL_H, fastest_nl_h)
    steps = st.tuples(st.integers(1, 5), rates)

    def rising(first: int, later: list[tuple[int, int]]) -> list[list[int]]:
        segments, minute = [[0, first]], 0
        for minutes, rate in later:
            minute += minutes
            segments.append([minute, rate])
        return segments

    short = st.lists(steps, max_size=3)
    long = st.lists(steps, min_size=limits.MAX_SEGMENTS - 1, max_size=limits.MAX_SEGMENTS - 1)
    return st.builds(rising, rates, st.one_of(short, short, short, long))


@st.composite
def prescriptions(draw: st.DrawFn) -> dict:
    """Fields that the pump's own limits allow. Two of three have room for boluses beside a slow basal; of the others, every limit may lie anywhere
    above, at and below what the rates would give, so that runs of minutes reach it.
    """
    roomy = draw(st.integers(0, 2)) > 0
    fastest_nl_h = limits.MAX_RATE_NL_H // 20 if roomy else limits.MAX_RATE_NL_H
    fields = prescription(segments=draw(programmes(fastest_nl_h)))
    rates = [rate for _, rate in fields["segments"]]
    fastest, slowest = max(rates), min(rates)
    lockout_s = draw(_bolus(fields, fastest))
    draw(_clinician_bolus(fields, fastest, lockout_s))
    draw(_load(fields))
    draw(_kvo(fields, slowest))
    fields["occlusion_pa"] = draw(st.integers(limits.MIN_OCCLUSION_PA, limits.MAX_OCCLUSION_PA))
    if roomy:
        _leave_room(fields, fastest, draw(st.integers(1, 5)))
        return fields
    draw(_bounds(fields, fastest))
    return fields


def _leave_room(fields: dict, fastest: int, times: int) -> None:
    """For so many boluses beside a day of basal."""
    beside = times * (fields["max_bolus_nl"] + fields["clinician_bolus_nl"]) + fields["load_nl"]
    fields["max_hour_nl"] = min(fastest * 5 // 4 + beside, limits.MAX_RATE_NL_H)
    fields["max_4h_nl"] = min(fastest * 5 + beside, limits.MAX_VOLUME_NL)
    fields["max_day_nl"] = min(fastest * 26 + beside, limits.MAX_VOLUME_NL)
    fields["bag_nl"] = fields["vtbi_nl"] = limits.MAX_VOLUME_NL
    fields["min_minutes"], fields["max_minutes"] = 1, limits.MAX_MINUTES


@st.composite
def _bounds(draw: st.DrawFn, fields: dict, fastest: int) -> None:
    """From three minutes of the fastest basal to more than there ever is."""
    hour = draw(sized(max(1, fastest // 20), limits.MAX_RATE_NL_H))
    fields["max_hour_nl"] = hour
    fields["max_4h_nl"] = draw(sized(max(1, hour // 4), limits.MAX_VOLUME_NL))
    fields["max_day_nl"] = draw(sized(max(1, hour // 4), limits.MAX_VOLUME_NL))
    fields["bag_nl"] = draw(sized(max(1, fastest // 30), limits.MAX_VOLUME_NL))
    fields["max_minutes"] = draw(sized(2, limits.MAX_MINUTES))
    fields["min_minutes"] = draw(st.sampled_from((1, 2, fields["max_minutes"])))
    if admission.most_nl(fields, fields["min_minutes"]) > limits.MAX_VOLUME_NL:
        fields["min_minutes"] = 1
    least = admission.most_nl(fields, fields["min_minutes"])
    fields["vtbi_nl"] = draw(sized(least, max(least, min(60 * least, limits.MAX_VOLUME_NL))))


@st.composite
def _bolus(draw: st.DrawFn, fields: dict, fastest: int) -> int:
    """A patient bolus or none. Its lockout, s."""
    rate = draw(sized(fastest, limits.MAX_RATE_NL_H))
    wanted = draw(st.integers(0, 5)) > 0
    ten_minutes = min(max(50_000, rate // 6), limits.MAX_BOLUS_NL)
    volume = draw(sized(max(50_000, rate // 7_200), ten_minutes)) if wanted else 0
    lockout = (
        draw(
            st.one_of(
                sized(limits.MIN_LOCKOUT_S, 300), sized(limits.MIN_LOCKOUT_S, limits.MAX_LOCKOUT_S)
            )
        )
        if wanted
        else 0
    )
    fields["max_bolus_nl"] = volume
    fields["bolus_rate_nl_h"] = rate if wanted else 0
    fields["max_boluses"] = draw(sized(1, limits.MAX_BOLUSES)) if wanted else 0
    fields["lockout_s"] = lockout
    return lockout


@st.composite
def _clinician_bolus(draw: st.DrawFn, fields: dict, fastest: int, lockout_s: int) -> None:
    shortest = max(1, -(-lockout_s // 60))
    wanted = shortest <= limits.MAX_CLINICIAN_BOLUS_MINUTES and draw(st.booleans())
    fields["clinician_bolus_nl"] = fields["clinician_bolus_minutes"] = 0
    if wanted:
        minutes = draw(sized(shortest, limits.MAX_CLINICIAN_BOLUS_MINUTES))
        least = -(-fastest * minutes // 60)
        most = min(limits.MAX_CLINICIAN_BOLUS_NL, limits.MAX_RATE_NL_H * minutes // 60)
        if least <= most:
            fields["clinician_bolus_minutes"] = minutes
            fields["clinician_bolus_nl"] = draw(sized(least, most))


@st.composite
def _load(draw: st.DrawFn, fields: dict) -> None:
    wanted = draw(st.booleans())
    rate = draw(sized(limits.MIN_RATE_NL_H, limits.MAX_RATE_NL_H)) if wanted else 0
    ten_minutes = max(50_000, rate // 6)
    volume = draw(sized(max(50_000, rate // 7_200), ten_minutes)) if wanted else 0
    fields["load_rate_nl_h"] = rate
    fields["load_nl"] = volume


@st.composite
def _kvo(draw: st.DrawFn, fields: dict, slowest: int) -> None:
    wanted = draw(st.booleans())
    most = min(slowest, limits.MAX_KVO_NL_H)
    fields["kvo_rate_nl_h"] = draw(sized(limits.MIN_RATE_NL_H, most)) if wanted else 0
    fields["kvo_minutes"] = draw(sized(1, limits.MAX_KVO_MINUTES)) if wanted else 0


def accepted(fields: dict) -> bool:
    return therapy_prescription.load(fields, 1, PL_PER_STEP, Programme(), gate.Order())


FEATURES = {
    "every kind of bolus and a load": lambda rx: (
        rx["max_bolus_nl"] and rx["clinician_bolus_nl"] and rx["load_nl"]
    ),
    "keep vein open": lambda rx: rx["kvo_rate_nl_h"],
    "basal alone": lambda rx: (
        not (
            rx["max_bolus_nl"] or rx["clinician_bolus_nl"] or rx["load_nl"] or rx["kvo_rate_nl_h"]
        )
    ),
    "as many segments as there may be": lambda rx: len(rx["segments"]) == limits.MAX_SEGMENTS,
    "fastest rate": lambda rx: any(rate == limits.MAX_RATE_NL_H for _, rate in rx["segments"]),
    "slowest rate": lambda rx: any(rate == limits.MIN_RATE_NL_H for _, rate in rx["segments"]),
    "an hour's limit within minutes": lambda rx: rx["max_hour_nl"] < rx["segments"][0][1] // 4,
    "a day's limit below the hour's": lambda rx: rx["max_day_nl"] < rx["max_hour_nl"],
    "a VTBI of minutes": lambda rx: rx["vtbi_nl"] < rx["segments"][0][1] // 4,
    "a bag of minutes": lambda rx: rx["bag_nl"] < rx["segments"][0][1] // 4,
    "shortest lockout": lambda rx: rx["lockout_s"] == limits.MIN_LOCKOUT_S,
}


def test_drawn_prescriptions_are_ones_that_the_pump_accepts_and_have_every_feature():
    seen = set()

    @settings(max_examples=400, derandomize=True, deadline=None)
    @given(prescriptions())
    def draw(fields):
        assert accepted(fields)
        seen.update(name for name, holds in FEATURES.items() if holds(fields))

    draw()
    assert seen == set(FEATURES)
