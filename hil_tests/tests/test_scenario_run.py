"""`python -m hil_tests.run` as a person starts it, on the real firmware."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

SCENARIO = """\
title = "A pump that is only switched on delivers nothing"
requirements = ["SR-005"]
seed = 41
duration = "20 s"

[pump]
prepare = "provisioned"

[[at]]
time = "5 s"
do = "press"
key = "START"

[[expect]]
that = "motor"
is = "stopped"
from = "0 s"
until = "20 s"

[[expect]]
that = "event"
code = "START_PRESSED"
within = "6 s"
"""
TOO_MUCH = """
[[expect]]
that = "motor"
is = "moving"
within = "10 s"
"""


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "hil_tests.run", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=100,
    )


def test_run_writes_table_json_log_and_picture_and_ends_with_0(tmp_path):
    path = tmp_path / "idle.toml"
    path.write_text(SCENARIO)
    names = [str(tmp_path / name) for name in ("out.json", "out.jsonl", "out.png")]
    done = run(str(path), "--json", names[0], "--log", names[1], "--plot", names[2])
    assert done.returncode == 0, done.stdout + done.stderr
    assert "passed" in done.stdout
    assert "idle" in done.stdout
    (verdict,) = json.loads(Path(names[0]).read_text())
    assert verdict["passed"] is True
    assert verdict["requirements"] == ["SR-005"]
    assert [one["met"] for one in verdict["expectations"]] == [True, True]
    kinds = {json.loads(line)["kind"] for line in Path(names[1]).read_text().splitlines()}
    assert {"power", "hello", "telemetry", "event", "truth", "mark", "stimulus"} <= kinds
    assert Path(names[2]).read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"


def test_unmet_expectation_is_told_and_ends_with_1(tmp_path):
    path = tmp_path / "wishful.toml"
    path.write_text(SCENARIO + TOO_MUCH)
    done = run(str(path), str(path))
    assert done.returncode == 1
    assert "FAILED" in done.stdout
    assert "0 of 2 scenarios passed" in done.stdout
