"""The guard against processes that outlive a test run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent

LEAVES_ONE = """
import subprocess

def test_starts_a_process_and_forgets_it():
    subprocess.Popen(["sleep", "300"], start_new_session=True)
"""

ENDS_IT = """
import subprocess

def test_starts_a_process_and_ends_it():
    process = subprocess.Popen(["sleep", "300"])
    process.kill()
    process.wait()
"""


def run_tests(folder: Path, text: str) -> subprocess.CompletedProcess[str]:
    guard = (ROOT / "conftest.py").read_text()
    (folder / "conftest.py").write_text(guard.replace("GRACE_S = 5", "GRACE_S = 0.5"))
    (folder / "pytest.ini").write_text("[pytest]\n")
    (folder / "test_it.py").write_text(text)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)


def test_run_that_leaves_a_process_fails_and_names_it(tmp_path: Path):
    done = run_tests(tmp_path, LEAVES_ONE)
    assert done.returncode == 1, done.stdout
    assert "processes left behind" in done.stdout
    assert "sleep 300" in done.stdout


def test_run_that_ends_its_processes_passes(tmp_path: Path):
    done = run_tests(tmp_path, ENDS_IT)
    assert done.returncode == 0, done.stdout
