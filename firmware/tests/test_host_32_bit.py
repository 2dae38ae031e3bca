"""Tests on MicroPython for a 32-bit machine, where a small integer has 31 bits as on the chip; the interpreter on the PC has 63."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WASM = ROOT / "tools" / "wasm32"
MODULES = (
    "firmware.tests.small_integers",
    "firmware.tests.test_gate",
    "firmware.tests.test_therapy",
    "firmware.tests.test_alarms",
    "shared.tests.test_units",
    "shared.tests.test_crc_and_framing",
    "shared.tests.test_replay",
    "shared.tests.test_prescription",
    "shared.tests.test_drug_library",
    "shared.tests.test_messages",
)


@pytest.mark.skipif(
    shutil.which("node") is None, reason="node is missing: no 32-bit MicroPython here"
)
@pytest.mark.skipif(
    not (WASM / "node_modules").is_dir(),
    reason="32-bit MicroPython is missing: run `npm ci` in tools/wasm32",
)
def test_pure_code_passes_with_integers_of_31_bits():
    done = subprocess.run(
        ["node", str(WASM / "run.mjs"), str(ROOT), *MODULES],
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"largest word {2**31 - 1}" in done.stdout


def test_frame_allocates_nothing_at_its_largest_numbers():
    command = [sys.executable, "-m", "tools.upy_tests", "firmware/tests/small_integers.py"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stdout + done.stderr
