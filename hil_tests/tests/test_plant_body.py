"""Supply, air, battery, sensors, and the promises about seeds, snapshots and bad input."""

from __future__ import annotations

import json

import pytest

from hil_tests.plant import (
    STIMULI,
    Actuators,
    HydraulicPlant,
    PlantConfig,
    check_stimulus,
    read_config,
)

QUIET = PlantConfig(noise_pa=0, pulsation_permille=0)


def run(plant: HydraulicPlant, seconds: int, steps_a_second: int = 0) -> None:
    actuators = Actuators(steps=steps_a_second // 10, motor_powered=steps_a_second > 0)
    for _ in range(seconds * 10):
        plant.advance(100, actuators)


def test_closed_clamp_above_gives_suction_then_less_and_less_flow():
    plant = HydraulicPlant(1, QUIET)
    plant.stimulate("occlude", place="proximal")
    run(plant, 20, 500)
    first_nl = plant.truth()["pumped_nl"]
    assert plant.senses.upstream_pa < -15_000
    run(plant, 300, 500)
    last_nl = plant.truth()["pumped_nl"]
    run(plant, 20, 500)
    assert plant.truth()["pumped_nl"] - last_nl < first_nl // 20
    assert plant.truth()["reservoir_nl"] == 250_000_000
    plant.stimulate("release")
    run(plant, 5)
    assert plant.truth()["supply_pressure_pa"] == 0


def test_empty_bag_gives_suction_first_and_air_at_the_detector_later():
    plant = HydraulicPlant(1, QUIET)
    plant.stimulate("empty")
    suction_ms = air_ms = None
    for _ in range(4_000):
        senses = plant.advance(100, Actuators(steps=50, motor_powered=True))
        if suction_ms is None and senses.upstream_pa < -5_000:
            suction_ms = plant.elapsed_ms
        if air_ms is None and senses.air_mv < 800:
            air_ms = plant.elapsed_ms
    assert suction_ms is not None
    assert air_ms is not None
    assert suction_ms < 6_000 < air_ms
    before = plant.truth()
    run(plant, 600, 500)
    after = plant.truth()
    assert after["air_passed_nl"] > 100_000
    liquid_nl = after["delivered_nl"] - before["delivered_nl"]
    assert liquid_nl < after["pumped_nl"] - before["pumped_nl"]


def test_reservoir_runs_out_by_volume():
    plant = HydraulicPlant(1, PlantConfig(reservoir_ml=1, noise_pa=0))
    run(plant, 600, 500)
    assert plant.truth()["reservoir_nl"] == 0
    assert plant.senses.upstream_pa == pytest.approx(-8_000, abs=200)
    plant.stimulate("refill", volume_ml=50)
    run(plant, 2)
    assert plant.senses.upstream_pa == 0
    assert 49_000_000 < plant.truth()["reservoir_nl"] < 50_000_000


def test_bubble_passes_the_detector_and_arrives_in_the_vein_with_its_volume():
    plant = HydraulicPlant(1, QUIET)
    plant.stimulate("air", volume_nl=60_000)
    wet_mv = plant.senses.air_mv
    lowest_mv = wet_mv
    for _ in range(600):
        lowest_mv = min(
            lowest_mv, plant.advance(100, Actuators(steps=50, motor_powered=True)).air_mv
        )
    assert wet_mv > 2_000
    assert lowest_mv < 800
    assert plant.truth()["air_passed_nl"] == 0
    run(plant, 600, 500)
    truth = plant.truth()
    assert truth["air_passed_nl"] == pytest.approx(60_000, abs=2)
    assert plant.senses.air_mv > 2_000


def test_bubble_does_not_move_while_the_roller_stands():
    plant = HydraulicPlant(1, QUIET)
    plant.stimulate("air", volume_nl=100_000)
    run(plant, 100)
    assert plant.senses.air_mv > 2_000


def test_air_detector_is_dead_without_its_drive():
    plant = HydraulicPlant(1)
    assert plant.advance(100, Actuators(air_drive=False)).air_mv < 200


def test_battery_falls_with_load_sags_under_the_motor_and_charges_on_the_dock():
    plant = HydraulicPlant(1, PlantConfig(battery_permille=500))
    run(plant, 60)
    resting_mv = plant.senses.battery_mv
    run(plant, 1, 5_000)
    assert plant.senses.battery_mv < resting_mv
    for _ in range(3_600):
        plant.advance(1_000, Actuators(load_ma=200))
    assert plant.senses.battery_permille == pytest.approx(400, abs=2)
    plant.stimulate("charger", on=1)
    for _ in range(3_600):
        plant.advance(1_000, Actuators(load_ma=0))
    assert plant.senses.battery_permille == pytest.approx(650, abs=2)
    plant.stimulate("charger", on=0)
    plant.stimulate("battery", permille=0)
    assert plant.advance(100, Actuators()).battery_mv <= 3_000


def test_encoder_counts_up_forward_and_wraps():
    plant = HydraulicPlant(1)
    assert plant.advance(100, Actuators(steps=4_000)).encoder_count == 1_024
    assert plant.advance(100, Actuators(steps=12_000)).encoder_count == 0
    assert plant.advance(100, Actuators(steps=-4)).encoder_count == 4_094


def test_blocked_roller_raises_stall_and_moves_nothing():
    plant = HydraulicPlant(1)
    plant.stimulate("stall")
    senses = plant.advance(100, Actuators(steps=100, motor_powered=True))
    assert senses.stall
    assert senses.encoder_count == 0
    assert plant.truth()["pumped_nl"] == 0
    plant.stimulate("unstall")
    assert not plant.advance(100, Actuators(steps=100, motor_powered=True)).stall


def test_muted_sensor_stays_silent_until_it_is_healed():
    plant = HydraulicPlant(1)
    plant.stimulate("mute", sensor="downstream")
    assert not plant.advance(100, Actuators()).downstream_answers
    assert plant.senses.upstream_answers
    plant.stimulate("unmute", sensor="downstream")
    assert plant.advance(100, Actuators()).downstream_answers


def test_sensor_noise_has_the_set_deviation_and_no_offset():
    plant = HydraulicPlant(5, PlantConfig(noise_pa=133))
    seen = [plant.advance(100, Actuators()).downstream_pa for _ in range(5_000)]
    mean = sum(seen) / len(seen)
    deviation = (sum((value - mean) ** 2 for value in seen) / len(seen)) ** 0.5
    assert mean == pytest.approx(1_333, abs=8)
    assert deviation == pytest.approx(133, rel=0.05)


def test_posture_moves_the_vein_by_its_water_column():
    plant = HydraulicPlant(1, QUIET)
    before = plant.truth()["vein_pa"]
    plant.stimulate("posture", cm=40)
    assert plant.truth()["vein_pa"] - before == pytest.approx(3_916, abs=2)


def journey(plant: HydraulicPlant, frames: int) -> list[tuple[int, ...]]:
    rows = []
    for frame in range(frames):
        senses = plant.advance(100, Actuators(steps=frame % 90, motor_powered=True))
        rows.append((senses.downstream_pa, senses.upstream_pa, senses.air_mv, senses.battery_mv))
    return rows


def test_one_seed_is_one_run_and_another_seed_another():
    config = PlantConfig(wander_mmhg=3)
    assert journey(HydraulicPlant(7, config), 500) == journey(HydraulicPlant(7, config), 500)
    assert journey(HydraulicPlant(7, config), 500) != journey(HydraulicPlant(8, config), 500)


def test_restored_plant_goes_on_exactly_as_the_first_would_have():
    config = PlantConfig(wander_mmhg=3)
    first = HydraulicPlant(7, config)
    first.stimulate("air", volume_nl=40_000)
    first.stimulate("occlude", place="distal", percent=60)
    first.stimulate("mute", sensor="encoder")
    journey(first, 1_000)
    kept = json.loads(json.dumps(first.snapshot()))
    second = HydraulicPlant(99, config)
    second.restore(kept)
    assert second.snapshot() == kept
    assert second.truth() == first.truth()
    assert not second.senses.encoder_answers
    assert journey(second, 1_000) == journey(first, 1_000)


def test_snapshot_with_a_hole_or_a_stranger_is_refused_whole():
    plant = HydraulicPlant(1)
    kept = plant.snapshot()
    hole = {key: value for key, value in kept.items() if key != "line_pl"}
    with pytest.raises(ValueError, match="line_pl"):
        plant.restore(hole)
    with pytest.raises(ValueError, match="colour"):
        plant.restore({**kept, "pumped_pl": 5, "colour": 3})
    assert plant.snapshot() == kept


@pytest.mark.parametrize(
    ("name", "values", "says"),
    [
        ("explode", {}, "unknown stimulus 'explode'"),
        ("occlude", {"place": "elbow"}, "distal or proximal"),
        ("occlude", {"percent": 101}, "0 to 100"),
        ("occlude", {"depth": 3}, "not 'depth'"),
        ("air", {}, "needs 'volume_nl'"),
        ("air", {"volume_nl": 0.5}, "whole number"),
        ("battery", {"permille": True}, "whole number"),
        ("release", {"place": "distal"}, "takes no values"),
        ("mute", {"sensor": "nose"}, "downstream or upstream or encoder"),
    ],
)
def test_bad_stimulus_is_refused_with_a_sentence_and_changes_nothing(name, values, says):
    plant = HydraulicPlant(1)
    before = plant.snapshot()
    with pytest.raises(ValueError, match=says):
        plant.stimulate(name, **values)
    assert plant.snapshot() == before


def test_every_stimulus_of_the_table_can_be_given_with_its_defaults_or_lowest_values():
    plant = HydraulicPlant(1)
    for name, (_what, values) in STIMULI.items():
        given = {key: allowed[0] for key, (default, allowed) in values.items() if default is None}
        assert set(check_stimulus(name, given)) == set(values)
        plant.stimulate(name, **given)
        plant.advance(100, Actuators())


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"colour": 1}, "unknown key 'colour'"),
        ({"noise_pa": 1.5}, "whole number"),
        ({"noise_pa": True}, "whole number"),
        ({"true_pl_per_step": 5_000}, "3562 to 3938"),
    ],
)
def test_bad_plant_section_is_refused_with_a_sentence(values, says):
    with pytest.raises(ValueError, match=says):
        read_config(values)


def test_an_interval_beyond_a_second_is_refused():
    with pytest.raises(ValueError, match="1000 ms"):
        HydraulicPlant(1).advance(1_001, Actuators())
