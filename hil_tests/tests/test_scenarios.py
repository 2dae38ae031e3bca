"""Every scenario file on the real firmware, one test each; the day at 1 mL/h runs by `make day`."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from hil_tests.scenario.outcome import Outcome, play
from hil_tests.scenario.reader import read_scenario

FOLDER = Path(__file__).parents[1] / "scenarios"
LONGEST_MS = 2 * 3_600_000
SCENARIOS = [read_scenario(path) for path in sorted(FOLDER.glob("*.toml"))]
SHORT = [scenario for scenario in SCENARIOS if scenario.duration_ms <= LONGEST_MS]
AGAIN = "power_cut"


def explain(outcome: Outcome) -> str:
    missed = [
        f"{verdict.expectation.text} | seen: {verdict.seen}"
        for verdict in outcome.verdicts
        if not verdict.met
    ]
    return "\n".join([outcome.failure, *missed])


@pytest.mark.parametrize("scenario", SHORT, ids=lambda scenario: scenario.name)
def test_scenario_meets_everything_it_expects(scenario):
    outcome = play(scenario)
    assert outcome.passed, explain(outcome)
    assert len(outcome.verdicts) == len(scenario.expectations)


def test_two_runs_of_one_seed_write_the_same_bytes():
    scenario = next(scenario for scenario in SCENARIOS if scenario.name == AGAIN)
    logs = [io.StringIO(), io.StringIO()]
    outcomes = [play(scenario, log) for log in logs]
    assert len(logs[0].getvalue()) > 100_000
    assert logs[0].getvalue() == logs[1].getvalue()
    assert outcomes[0].digest == outcomes[1].digest
