"""Starts the sweep of failing flash operations on MicroPython, where LittleFS is, and shows what it would be like without the guard."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MICROPYTHON = Path(sys.executable).with_name("micropython")


def test_flash_driver_may_fail_at_any_operation() -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "tools.upy_tests",
            "--heap",
            "1m",
            "firmware/tests/flash_failures.py",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=110,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("pass ") == 7


def test_without_the_guard_the_same_failures_end_the_interpreter_or_lose_what_was_stored() -> None:
    try:
        done = subprocess.run(
            [
                str(MICROPYTHON),
                "-X",
                "heapsize=1m",
                "-c",
                "from firmware.tests import flash_failures as f; f.unguarded()",
            ],
            cwd=ROOT,
            env=dict(os.environ, MICROPYPATH=f"{ROOT}:.frozen"),
            capture_output=True,
            timeout=20,
        )
    except subprocess.TimeoutExpired:
        return  # a call that never came back
    assert done.returncode != 0
