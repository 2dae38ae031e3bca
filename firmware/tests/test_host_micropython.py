"""The same tests on the real MicroPython interpreter. Its objects are twice as large as the chip's, and a flash stands on its heap: hence 1 MB."""

import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parent
PORTABLE = sorted(
    path for path in FOLDER.glob("test_*.py") if not path.name.startswith("test_host_")
)


@pytest.mark.parametrize("path", PORTABLE, ids=lambda path: path.name)
def test_portable_file_passes_on_micropython(path):
    command = [sys.executable, "-m", "tools.upy_tests", "--heap", "1m", str(path)]
    done = subprocess.run(
        command, cwd=FOLDER.parents[1], capture_output=True, text=True, timeout=110
    )
    assert done.returncode == 0, done.stdout + done.stderr
    tests = path.read_text().count("\ndef test_")
    assert f"micropython: {tests} passed, 0 failed, 1 files" in done.stdout
