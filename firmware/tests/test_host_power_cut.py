"""Starts the power-cut sweeps on MicroPython: LittleFS is the interpreter's own, so they have to run there.

python -m firmware.tests.test_host_power_cut          what the tests run, and how many points it has
python -m firmware.tests.test_host_power_cut --all    every operation in every way, and a second cut in each start
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MICROPYTHON = Path(sys.executable).with_name("micropython")
# Works of cut_works.py, and how many points they have at least; more with every write that a work makes.
LEAST = {
    "settings": 80,
    "commands": 600,
    "journal": 1_000,
    "bolus": 900,
    "prescription": 600,
    "loading": 500,
    "slices": 1_000,
}


def sweep(work: str, *, everything: bool = False, timeout_s: int = 110) -> str:
    """What one work has printed, with the error that ended it, if one did."""
    done = subprocess.run(
        [str(MICROPYTHON), "-X", "heapsize=2m", "-m", "firmware.tests.cut_sweep", work]
        + ["all"] * everything,
        cwd=ROOT,
        env=dict(os.environ, MICROPYPATH=f"{ROOT}:.frozen"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=timeout_s,
    )
    return done.stdout


@pytest.mark.parametrize("work", LEAST)
def test_power_may_fail_in_any_operation_of_flash_and_fram(work: str) -> None:
    told = sweep(work)
    print(told)
    assert told.startswith(f"points {work} "), told
    assert int(told.split()[-1]) >= LEAST[work]


def test_the_sweep_has_thousands_of_points() -> None:
    assert sum(LEAST.values()) > 4_500


@pytest.mark.parametrize(
    "work",
    [
        "bolus_before_it_is_stored",
        "steps_before_they_are_reserved",
        "event_acknowledged_before_it_is_written",
    ],
)
def test_the_sweep_finds_out_a_pump_that_writes_too_late(work: str) -> None:
    assert sweep(work) == f"caught {work}\n"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m firmware.tests.test_host_power_cut")
    parser.add_argument(
        "--all", action="store_true", help="every way, and a second cut in each start"
    )
    everything = parser.parse_args().all
    points = 0
    for work in LEAST:
        told = sweep(work, everything=everything, timeout_s=1_800)
        print(told, end="", flush=True)
        if not told.startswith(f"points {work} "):
            return 1
        points += int(told.split()[-1])
    print("points in all", points)
    return 0


if __name__ == "__main__":
    sys.exit(main())
