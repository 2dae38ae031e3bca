"""What is compiled for a board, and which boards are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.flash_build import BuildError, Target, build, check_header, check_target, sources

ROOT = Path(__file__).resolve().parent.parent.parent
# As an ESP32-S3 with MicroPython 1.29 says it: file version 6.3, xtensawin.
ESP32S3 = Target("micropython", (1, 29, 0), 6 | 3 << 8 | 10 << 10, "ESP32S3 module")


def test_board_of_the_reference_hardware_is_accepted():
    check_target(ESP32S3)
    assert (ESP32S3.architecture, ESP32S3.file_version, ESP32S3.sub_version) == ("xtensawin", 6, 3)


@pytest.mark.parametrize("version", [(1, 28, 0), (1, 30, 0), (2, 29, 0), ()])
def test_other_release_is_refused_by_name(version: tuple[int, ...]):
    with pytest.raises(BuildError, match=r"needs MicroPython 1\.29"):
        check_target(Target("micropython", version, ESP32S3.mpy, "board"))


def test_other_interpreter_is_refused():
    with pytest.raises(BuildError, match="circuitpython"):
        check_target(Target("circuitpython", (1, 29, 0), ESP32S3.mpy, "board"))


def test_unknown_machine_gets_bytecode_only():
    assert Target("micropython", (1, 29, 0), 6 | 63 << 10, "board").architecture is None


def test_everything_but_tests_is_compiled_for_the_chip(tmp_path: Path):
    files = build(ROOT, tmp_path, ESP32S3)
    paths = {file.path for file in files}
    assert {"firmware/main.mpy", "firmware/safety/gate.mpy", "shared/codes.mpy"} <= paths
    paths.remove("firmware/program.crc")
    assert not [path for path in paths if "tests" in path or not path.endswith(".mpy")]
    assert len(paths) == len(sources(ROOT))


def test_tree_without_a_main_is_refused(tmp_path: Path):
    (tmp_path / "firmware").mkdir()
    (tmp_path / "firmware/x.py").write_text("X = 1\n")
    with pytest.raises(BuildError, match=r"no firmware/main\.py"):
        build(tmp_path, tmp_path / "out", ESP32S3)


@pytest.mark.parametrize(
    ("header", "sentence"),
    [
        (b"", "not a compiled file"),
        (b"M\x06\x00", "not a compiled file"),
        (b"N\x06\x00\x1f", "not a compiled file"),
        (b"M\x05\x00\x1f", "writes file version 5, the board loads 6"),
        (bytes((0x4D, 6, 2 << 2 | 3, 31)), "native code for x64"),
        (bytes((0x4D, 6, 10 << 2 | 2, 31)), "native code for xtensawin"),
    ],
)
def test_file_that_the_board_cannot_load_is_refused(header: bytes, sentence: str):
    with pytest.raises(BuildError, match=sentence):
        check_header("x.mpy", header, ESP32S3)


@pytest.mark.parametrize("flags", [0, 3, 10 << 2 | 3])
def test_bytecode_and_native_code_of_the_same_machine_are_accepted(flags: int):
    check_header("x.mpy", bytes((0x4D, 6, flags, 31)), ESP32S3)


def test_native_code_in_firmware_is_compiled_for_the_board_at_hand(tmp_path: Path):
    (tmp_path / "firmware").mkdir()
    (tmp_path / "firmware/main.py").write_text(
        "import micropython\n\n\n@micropython.native\ndef main():\n    return 1\n"
    )
    file, _check_sums = build(tmp_path, tmp_path / "out", ESP32S3)
    assert file.data[2] >> 2 & 0x0F == 10
