"""Door, cassette and bag: what the body of the pump makes of what a person opens."""

from __future__ import annotations

import json

import pytest

from hil_tests.plant import Actuators, HydraulicPlant, PlantConfig

QUIET = PlantConfig(noise_pa=0, pulsation_permille=0)


def run(plant: HydraulicPlant, seconds: int, steps_a_second: int = 0) -> None:
    actuators = Actuators(steps=steps_a_second // 10, motor_powered=steps_a_second > 0)
    for _ in range(seconds * 10):
        plant.advance(100, actuators)


@pytest.mark.parametrize(
    ("fitting", "open_as", "shut_as", "mask"),
    [("door", "open", "close", 1), ("cassette", "out", "in", 2)],
)
def test_nothing_is_pumped_and_nothing_flows_freely_without_door_or_cassette(
    fitting, open_as, shut_as, mask
):
    plant = HydraulicPlant(1, QUIET)
    run(plant, 60, 500)
    plant.stimulate(fitting, to=open_as)
    assert plant.senses.open_mask == mask
    before = plant.truth()
    turned = plant.senses.encoder_count
    run(plant, 601, 500)
    after = plant.truth()
    assert plant.senses.encoder_count != turned  # the motor turns
    assert after["pumped_nl"] == before["pumped_nl"]
    assert after["delivered_nl"] - before["delivered_nl"] <= before["trapped_nl"] + 1
    plant.stimulate("posture", cm=-60)  # a head of 60 cm, and the same the other way
    run(plant, 60)
    assert plant.truth()["pumped_nl"] == before["pumped_nl"]
    plant.stimulate("posture", cm=0)
    plant.stimulate(fitting, to=shut_as)
    run(plant, 60, 500)
    assert plant.senses.open_mask == 0
    assert plant.truth()["pumped_nl"] > before["pumped_nl"]


def test_bag_that_is_off_its_hook_is_as_an_empty_one_until_it_hangs_again():
    plant = HydraulicPlant(1, QUIET)
    plant.stimulate("bag", to="off")
    run(plant, 20, 500)
    assert plant.senses.open_mask == 4
    assert plant.senses.upstream_pa < -5_000
    assert plant.truth()["reservoir_nl"] == 250_000_000
    plant.stimulate("bag", to="on")
    run(plant, 5)
    assert plant.senses.upstream_pa == 0


def test_what_stands_open_and_the_skins_heat_go_on_from_a_snapshot():
    plant = HydraulicPlant(1, QUIET)
    plant.stimulate("door")
    plant.stimulate("bag")
    plant.stimulate("heat", centi_c=4_210)
    again = HydraulicPlant(1, QUIET)
    again.restore(json.loads(json.dumps(plant.snapshot())))
    assert (again.senses.open_mask, again.senses.skin_centi_c) == (5, 4_210)
