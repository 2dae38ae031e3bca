"""Starts the panel's tests on MicroPython: `framebuf` is the interpreter's own."""

import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parent
FILES = ("panel_on_micropython.py", "screens_on_micropython.py")


@pytest.mark.parametrize("name", FILES)
def test_panel_draws_on_the_real_framebuffer(name):
    path = FOLDER / name
    command = [sys.executable, "-m", "tools.upy_tests", "--heap", "512k", str(path)]
    done = subprocess.run(
        command, cwd=FOLDER.parents[1], capture_output=True, text=True, timeout=100
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("pass ") == path.read_text().count("\ndef test_")
