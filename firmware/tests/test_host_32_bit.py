"""Tests on MicroPython for a 32-bit machine, where a small integer has 31 bits as on the chip; the interpreter on the PC has 63."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WASM = ROOT / "tools" / "wasm32"
MODULES = (
    "firmware.tests.test_gate",
    "firmware.tests.test_gate_limits",
    "firmware.tests.test_grant",
    "firmware.tests.test_guarded",
    "firmware.tests.test_order",
    "firmware.tests.test_monitor",
    "firmware.tests.test_monitor_windows",
    "firmware.tests.test_clock",
    "firmware.tests.test_faults",
    "firmware.tests.test_periodic",
    "firmware.tests.test_admission",
    "firmware.tests.test_programme",
    "firmware.tests.test_session",
    "firmware.tests.test_course",
    "firmware.tests.test_dose_windows",
    "firmware.tests.test_delivery",
    "firmware.tests.test_phases",
    "firmware.tests.test_alarms",
    "firmware.tests.test_annunciator",
    "firmware.tests.test_keypad",
    "firmware.tests.test_keypad_pages",
    "shared.tests.test_units",
    "shared.tests.test_crc_and_framing",
    "shared.tests.test_replay",
    "shared.tests.test_prescription",
    "shared.tests.test_drug_library",
    "shared.tests.test_messages",
)


needs_a_32_bit_interpreter = pytest.mark.skipif(
    shutil.which("node") is None or not (WASM / "node_modules").is_dir(),
    reason="32-bit MicroPython is missing: install node and run `npm ci` in tools/wasm32",
)


def passes_on_32_bits(heap_kib: int, *modules: str) -> None:
    done = subprocess.run(
        ["node", str(WASM / "run.mjs"), str(ROOT), *modules],
        env={**os.environ, "VIGIL_HEAP_KIB": str(heap_kib)},
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"largest word {2**31 - 1}" in done.stdout


@needs_a_32_bit_interpreter
def test_pure_code_passes_with_integers_of_31_bits_in_160_kib():
    passes_on_32_bits(160, *MODULES)


@needs_a_32_bit_interpreter
def test_whole_frame_runs_with_integers_of_31_bits_and_the_heap_locked():
    passes_on_32_bits(2_048, "firmware.tests.small_integers")


def test_frame_allocates_nothing_at_its_largest_numbers():
    command = [sys.executable, "-m", "tools.upy_tests", "--heap", "2m"]
    command.append("firmware/tests/small_integers.py")
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stdout + done.stderr
