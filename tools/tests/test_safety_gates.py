"""The two gates of the code that has the last word: every line runs in a test, and no small mistake goes unnoticed.

The whole of the second is `make mutate`; here runs a part that is the same each time.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = "150"


def run(*arguments: str) -> None:
    command = [sys.executable, "-m", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.timeout(240)
def test_every_line_and_branch_of_safety_and_therapy_is_reached():
    run("tools.safety_coverage")


@pytest.mark.timeout(240)
def test_a_sample_of_small_mistakes_is_noticed():
    run("tools.mutate", "--sample", SAMPLE, "--seed", "1", "--jobs", "1")
