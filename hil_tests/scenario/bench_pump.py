"""A provisioned pump for one run: the real flash image, with keys from the scenario's seed."""

from __future__ import annotations

from pathlib import Path

from hil_tests.scenario.keys import BenchKeys
from shared.codes import Role
from tools.provision import Clinician, provision

NAME = "bench"


def provision_bench_pump(folder: Path, keys: BenchKeys, calibration_pl: int) -> None:
    """Make flash.bin in an empty folder. `ProvisionError` of tools.provision when it cannot."""
    provision(
        folder / "flash.bin",
        folder / "enrolment.json",
        name=NAME,
        clinic_id=keys.clinic_id,
        clinicians=[
            Clinician(Role.PRESCRIBER, keys.prescriber.person, keys.prescriber.public),
            Clinician(Role.CHECKER, keys.checker.person, keys.checker.public),
        ],
        pump_id=keys.pump_id,
        master=keys.master,
        pl_per_step=calibration_pl,
    )
