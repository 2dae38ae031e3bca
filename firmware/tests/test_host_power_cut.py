"""Starts the power-cut sweeps on MicroPython: LittleFS is the interpreter's own, so the sweep has to run there."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_power_may_fail_in_any_flash_operation():
    command = [sys.executable, "-m", "tools.upy_tests", "--heap", "1m"]
    done = subprocess.run(
        [*command, "firmware/tests/cut_sweep.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=110,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("pass ") == 4
