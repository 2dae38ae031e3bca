"""The same tests on the real MicroPython interpreter, at the chip's heap size."""

import pathlib
import subprocess
import sys

import pytest

FOLDER = pathlib.Path(__file__).resolve().parent
ROOT = FOLDER.parent.parent
PORTABLE = sorted(
    path for path in FOLDER.glob("test_*.py") if not path.name.startswith("test_host_")
)


def run(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "tools.upy_tests", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=110,
    )


@pytest.mark.parametrize("path", PORTABLE, ids=lambda path: path.name)
def test_portable_file_passes_on_micropython_with_160k_of_heap(path):
    done = run("--heap", "160k", path)
    assert done.returncode == 0, done.stdout + done.stderr
    tests = [line for line in path.read_text().splitlines() if line.startswith("def test_")]
    assert f"micropython: {len(tests)} passed, 0 failed, 1 files" in done.stdout


def test_failing_file_empty_file_and_folder_are_told_apart(tmp_path_factory):
    # The runner takes files of the repository only, as modules have to be importable.
    folder = ROOT / "build" / tmp_path_factory.mktemp("upy").name
    folder.mkdir(parents=True, exist_ok=True)
    failing = folder / "test_failing.py"
    empty = folder / "test_empty.py"
    crashing = folder / "test_crashing.py"
    try:
        failing.write_text(
            "def test_fails():\n    raise ValueError(5)\ndef test_goes():\n    pass\n"
        )
        empty.write_text("VALUE = 1\n")
        crashing.write_text("import nothing_of_this_name\ndef test_goes():\n    pass\n")
        done = run(failing)
        assert done.returncode == 1
        assert "FAIL" in done.stdout
        assert "ValueError: 5" in done.stdout
        assert "1 passed, 1 failed" in done.stdout
        assert run(empty).returncode == 1
        assert run(crashing).returncode == 1
        assert "1 passed, 3 failed, 3 files" in run(folder).stdout
    finally:
        for path in (failing, empty, crashing):
            path.unlink(missing_ok=True)
        folder.rmdir()


@pytest.mark.parametrize(
    "arguments", [["shared/tests/none.py"], ["/"], ["--heap", "much", "shared/tests"], []]
)
def test_wrong_arguments_end_with_code_2_and_a_sentence(arguments):
    done = run(*arguments)
    assert done.returncode == 2
    assert done.stderr.strip()


def test_all_that_a_pump_loads_fits_into_104k_of_a_64_bit_heap():
    """92 KB were measured; a 32-bit pump needs about half. Without the threshold, garbage of the
    compiler lies between what stays, and the same imports can fail with 140 KB. The longest file
    comes first, while there is room for its compilation in one piece; a pump loads it compiled."""
    names = "drug_library, prescription, framing, messages, session, replay, p256, alarm_table"
    code = f"import gc\ngc.threshold(4096)\nfrom shared import {names}\nprint('loaded')"
    beside = pathlib.Path(sys.executable).parent / "micropython"
    program = beside if beside.exists() else "micropython"
    done = subprocess.run(
        [program, "-X", "heapsize=104k", "-c", code],
        cwd=ROOT,
        env={"MICROPYPATH": f"{ROOT}:.frozen"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout.strip() == "loaded", done.stdout + done.stderr
