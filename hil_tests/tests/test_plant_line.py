"""The plant's hydraulics against pencil-and-paper figures."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hil_tests.plant import Actuators, HydraulicPlant, PlantConfig
from hil_tests.plant.constants import PA_PER_MMHG

QUIET = {"noise_pa": 0, "pulsation_permille": 0}


class Feeder:
    """Turns a rate into whole steps a frame and carries the rest, as a motor driver does."""

    def __init__(self, plant: HydraulicPlant, rate_nl_h: int, dt_ms: int = 100) -> None:
        self.plant = plant
        self.dt_ms = dt_ms
        self.steps_a_frame = rate_nl_h * 1_000 / plant.config.true_pl_per_step * dt_ms / 3.6e6
        self.rest = 0.0
        self.actuators = Actuators(motor_powered=True)

    def run(self, duration_ms: int) -> None:
        for _ in range(duration_ms // self.dt_ms):
            self.rest += self.steps_a_frame
            self.actuators.steps = int(self.rest)
            self.rest -= self.actuators.steps
            self.plant.advance(self.dt_ms, self.actuators)


@pytest.mark.parametrize("rate_nl_h", [1_000_000, 5_000_000, 25_000_000])
@pytest.mark.parametrize("compliance_nl_mmhg", [500, 2_800])
def test_time_to_occlusion_is_compliance_times_rise_over_flow(rate_nl_h, compliance_nl_mmhg):
    plant = HydraulicPlant(1, PlantConfig(compliance_nl_mmhg=compliance_nl_mmhg, **QUIET))
    feeder = Feeder(plant, rate_nl_h)
    feeder.run(60_000)
    start_pa = plant.truth()["line_pressure_pa"]
    rise_pa = 50_000
    expected_ms = rise_pa / PA_PER_MMHG * compliance_nl_mmhg / rate_nl_h * 3_600_000
    plant.stimulate("occlude", place="distal")
    begun_ms = plant.elapsed_ms
    while plant.truth()["line_pressure_pa"] < start_pa + rise_pa:
        feeder.run(100)
    taken_ms = plant.elapsed_ms - begun_ms
    assert taken_ms == pytest.approx(expected_ms, rel=0.01, abs=100)
    assert plant.truth()["trapped_nl"] == pytest.approx(
        compliance_nl_mmhg * rise_pa / PA_PER_MMHG, rel=0.02
    )


def test_trapped_volume_reaches_the_vein_after_release_and_no_more():
    plant = HydraulicPlant(1, PlantConfig(**QUIET))
    feeder = Feeder(plant, 10_000_000)
    feeder.run(30_000)
    plant.stimulate("occlude", place="distal", percent=100)
    before = plant.truth()
    feeder.run(60_000)
    blocked = plant.truth()
    assert blocked["delivered_nl"] == before["delivered_nl"]
    assert blocked["trapped_nl"] == pytest.approx(10_000_000 / 60, rel=0.05)
    plant.stimulate("release")
    for _ in range(100):
        plant.advance(100, Actuators())
    after = plant.truth()
    assert after["delivered_nl"] - blocked["delivered_nl"] == pytest.approx(
        blocked["trapped_nl"], rel=0.01
    )
    assert after["trapped_nl"] <= 1


def test_a_standing_roller_holds_pressure_and_lets_nothing_flow_back():
    plant = HydraulicPlant(1, PlantConfig(**QUIET))
    plant.stimulate("occlude", place="distal")
    plant.advance(100, Actuators(steps=20_000, motor_powered=True))
    held = plant.truth()
    for _ in range(600):
        plant.advance(1_000, Actuators())
    later = plant.truth()
    assert held["line_pressure_pa"] > 15_000
    assert later["line_pressure_pa"] == held["line_pressure_pa"]
    assert later["pumped_nl"] == held["pumped_nl"]
    assert later["reservoir_nl"] == held["reservoir_nl"] or later["supply_pressure_pa"] == 0


def test_turning_back_relieves_a_closed_line_without_drawing_from_the_vein():
    plant = HydraulicPlant(1, PlantConfig(**QUIET))
    plant.stimulate("occlude", place="distal")
    plant.advance(1_000, Actuators(steps=40_000, motor_powered=True))
    plant.advance(1_000, Actuators(steps=-30_000, motor_powered=True))
    truth = plant.truth()
    assert 0 < truth["line_pressure_pa"] < 12_000
    assert truth["drawn_back_nl"] == 0


def test_turning_back_on_an_open_line_draws_blood_and_is_told():
    plant = HydraulicPlant(1, PlantConfig(**QUIET))
    plant.advance(1_000, Actuators(steps=20_000, motor_powered=True))
    for _ in range(20):
        plant.advance(100, Actuators())
    plant.advance(1_000, Actuators(steps=-10_000, motor_powered=True))
    for _ in range(20):
        plant.advance(100, Actuators())
    assert plant.truth()["drawn_back_nl"] == pytest.approx(37_500, rel=0.01)


def test_half_closed_lumen_raises_the_pressure_but_lets_the_flow_through():
    plant = HydraulicPlant(1, PlantConfig(**QUIET))
    feeder = Feeder(plant, 10_000_000)
    feeder.run(20_000)
    open_pa = plant.truth()["line_pressure_pa"] - plant.truth()["vein_pa"]
    plant.stimulate("occlude", place="distal", percent=50)
    feeder.run(20_000)
    narrow_pa = plant.truth()["line_pressure_pa"] - plant.truth()["vein_pa"]
    assert open_pa == pytest.approx(300, rel=0.03)
    assert narrow_pa == pytest.approx(4 * open_pa, rel=0.03)


def test_motor_stalls_when_the_line_is_stiffer_than_it():
    plant = HydraulicPlant(1, PlantConfig(stall_pa=60_000, **QUIET))
    plant.stimulate("occlude", place="distal")
    stalled = False
    for _ in range(200):
        stalled = plant.advance(100, Actuators(steps=2_000, motor_powered=True)).stall
        if stalled:
            break
    assert stalled
    assert 60_000 <= plant.truth()["line_pressure_pa"] < 63_000
    assert plant.truth()["lost_steps"] == 2_000


def test_calibration_and_stroke_wave_give_the_true_volume_of_whole_turns():
    plant = HydraulicPlant(1, PlantConfig(true_pl_per_step=3_900, pulsation_permille=300))
    least = most = None
    before_nl = 0
    for _ in range(160):
        plant.advance(1_000, Actuators(steps=500, motor_powered=True))
        pumped_nl = plant.truth()["pumped_nl"]
        flow = pumped_nl - before_nl
        before_nl = pumped_nl
        least = flow if least is None else min(least, flow)
        most = flow if most is None else max(most, flow)
    assert before_nl == 5 * 16_000 * 3_900 // 1_000
    assert least is not None
    assert most is not None
    mean = 500 * 3_900 / 1_000
    assert 0.68 * mean < least < 0.75 * mean
    assert 1.25 * mean < most < 1.32 * mean


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 1_000), st.integers(-2_000, 3_000), st.sampled_from([0, 40, 99, 100])
        ),
        min_size=1,
        max_size=40,
    )
)
def test_no_volume_is_ever_made_or_lost(moves):
    plant = HydraulicPlant(3, PlantConfig(reservoir_ml=100, wander_mmhg=3))
    held_at_start = plant.line.stored_pl
    for dt_ms, steps, percent in moves:
        plant.stimulate("occlude", place="distal", percent=percent)
        plant.advance(dt_ms, Actuators(steps=steps, motor_powered=True))
        held = plant.line.stored_pl - held_at_start
        assert plant.pumped_pl == plant.outflow_pl + held
        assert plant.supply.reservoir_pl - plant.supply.stored_pl >= 0
        in_supply = plant.supply.reservoir_pl + plant.supply.stored_pl
        assert in_supply + plant.pumped_pl == 100_000_000_000
