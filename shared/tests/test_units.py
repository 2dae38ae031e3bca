"""Conversions are exact, or round to the side their name says."""

from shared import units
from shared.tests.checks import raises, same


def test_volumes_for_people_round_to_nearest_with_halves_away_from_zero():
    for volume_nl, text in (
        (0, "0.0"),
        (7_000_000, "7.0"),
        (7_049_999, "7.0"),
        (7_050_000, "7.1"),
        (49_999, "0.0"),
        (50_000, "0.1"),
        (-50_000, "-0.1"),
        (-49_999, "0.0"),
        (1_000_000_000, "1000.0"),
    ):
        same(units.ml_text(volume_nl), text)
    same(units.ml_text(7_054_000, 2), "7.05")
    same(units.ml_text(7_500_000, 0), "8")
    same(units.ml_text(5_000, 3), "0.005")
    same(units.mg_text(7_000_000), "7.00")


def test_text_of_a_person_is_read_exactly_or_refused():
    for text, volume_nl in (
        ("7.0", 7_000_000),
        ("7", 7_000_000),
        ("0.000001", 1),
        ("-1.5", -1_500_000),
        ("007.250", 7_250_000),
    ):
        same(units.nl_of_ml_text(text), volume_nl)
    for text in ("", "-", ".", ".5", "5.", "1e3", "+1", "1,5", " 1", "1.0000001", "1.2.3", "٣"):
        raises(ValueError, units.nl_of_ml_text, text)


def test_text_and_number_go_there_and_back():
    for value in (0, 1, 999_999, 1_000_000, 123_456_789, -42):
        same(units.scaled_of(units.text_of(value, 1_000_000, 6), 1_000_000), value)
        same(units.scaled_of(units.exact_text_of(value, 1_000_000), 1_000_000), value)
    same(units.exact_text_of(100_000, 1_000_000), "0.1")
    same(units.exact_text_of(70_000, 1_000), "70")
    same(units.exact_text_of(1_440, 1), "1440")
    raises(ValueError, units.exact_text_of, 1, 60)
    raises(ValueError, units.scaled_of, "1", 60)


def test_pressure_converts_both_ways():
    for pressure_pa, pressure_mmhg in ((0, 0), (133, 1), (40_000, 300), (-40_000, -300)):
        same(units.mmhg_of_pa(pressure_pa), pressure_mmhg)
    same(units.mmhg_of_pa(101_325), 760)
    same(units.pa_of_mmhg(300), 39_997)
    for pressure_mmhg in range(-50, 780, 7):
        same(units.mmhg_of_pa(units.pa_of_mmhg(pressure_mmhg)), pressure_mmhg)


def test_doses_of_the_demonstration_come_to_seven_ml_an_hour():
    for dose_ng_kg_h, conc_ng_ml in (
        (100_000, 1_000_000),
        (1_000_000, 10_000_000),
        (8_000_000, 80_000_000),
    ):
        same(units.rate_nl_h_of(dose_ng_kg_h, 70_000, conc_ng_ml), 7_000_000)
        same(units.dose_ng_kg_h(7_000_000, conc_ng_ml, 70_000), dose_ng_kg_h)
        same(units.dose_ng(7_000_000, conc_ng_ml), dose_ng_kg_h * 70)


def test_rate_made_from_a_dose_never_exceeds_it():
    for weight_g in (40_001, 61_337, 99_999):
        for conc_ng_ml in (1_000_000, 1_333_333, 2_000_000):
            rate_nl_h = units.rate_nl_h_of(100_000, weight_g, conc_ng_ml)
            assert units.dose_ng_kg_h(rate_nl_h, conc_ng_ml, weight_g) <= 100_000
            assert units.dose_ng_kg_h(rate_nl_h + 1, conc_ng_ml, weight_g) > 100_000
            volume_nl = units.volume_nl_of(8_000_001, conc_ng_ml)
            assert units.dose_ng(volume_nl, conc_ng_ml) <= 8_000_001


def test_division_rounds_as_named():
    same([units.divide_round(n, 2) for n in (-3, -1, 0, 1, 3)], [-2, -1, 0, 1, 2])
    same([units.divide_round(n, 3) for n in (-2, -1, 1, 2, 4)], [-1, 0, 0, 1, 1])
    same([units.divide_up(n, 3) for n in (-3, -2, 0, 1, 3, 4)], [-1, 0, 0, 1, 1, 2])
