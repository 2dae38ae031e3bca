"""The chip's stubs are really used: what a CPython typeshed would not know, and would not find, is judged right."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from tools.type_check import ROOT, rebase, write_micropython_project

FIRMWARE = """import time

from machine import Pin


def blink(number: int) -> None:
    led = Pin(number, Pin.OUT)
    led.value(1)
    time.sleep_ms(100)
    time.sleep_ms("long")
    led.turn_blue()
"""


def test_micropython_project_finds_planted_errors_and_knows_the_chip(tmp_path: Path):
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "typings").symlink_to(ROOT / "typings")
    (tmp_path / "shared").mkdir()
    (tmp_path / "tools/upy").mkdir(parents=True)
    (tmp_path / "hil_tests/virtual_board").mkdir(parents=True)
    (tmp_path / "firmware").mkdir()
    (tmp_path / "firmware/blink.py").write_text(FIRMWARE)
    project = write_micropython_project(tmp_path)
    command = [sys.executable, "-m", "basedpyright", "--project", str(project)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=100)
    lines = [line for line in done.stdout.splitlines() if " - error" in line]
    assert done.returncode == 1, done.stdout
    assert len(lines) == 2, done.stdout
    assert "blink.py:10:" in lines[0]
    assert "blink.py:11:" in lines[1] and "turn_blue" in lines[1]


def test_paths_and_patterns_are_moved_and_other_settings_are_not():
    settings = {
        "include": ["firmware"],
        "exclude": ["**/tests"],
        "stubPath": "typings",
        "typeCheckingMode": "standard",
        "executionEnvironments": [{"root": "."}],
    }
    assert rebase(settings, "../") == {
        "include": ["../firmware"],
        "exclude": ["../**/tests"],
        "stubPath": "../typings",
        "typeCheckingMode": "standard",
        "executionEnvironments": [{"root": "../."}],
    }
    assert settings["stubPath"] == "typings"
