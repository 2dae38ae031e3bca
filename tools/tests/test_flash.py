"""`make flash` against the unix port's own REPL behind a pseudo-terminal (tools/tests/pty_board.py)."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools import flash, flash_board
from tools.flash_build import sources
from tools.tests.pty_board import MICROPYTHON, PtyBoard

PUMP = {
    "firmware/__init__.py": '"""A pump."""\n',
    "firmware/main.py": "from shared import units\n\n\ndef main():\n    print('pump runs', units.one())\n",
    "firmware/tests/test_pump.py": "def test_nothing():\n    pass\n",
    "shared/__init__.py": "",
    "shared/units.py": "def one():\n    return 1\n",
}
FLASHED = {"main.py", "firmware/__init__.mpy", "firmware/main.mpy"} | {
    "shared/__init__.mpy",
    "shared/units.mpy",
    "firmware/program.crc",
}


def write_tree(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


@pytest.fixture
def board(tmp_path: Path) -> Iterator[PtyBoard]:
    with PtyBoard(tmp_path) as plugged:
        yield plugged


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small program in place of the real one, so that a test copies five files and not a hundred."""
    folder = write_tree(tmp_path / "tree", PUMP)
    monkeypatch.setattr(flash, "ROOT", folder)
    return folder


def flash_to(board: PtyBoard) -> int:
    return flash.main(["--port", board.port])


def test_flashed_board_restarts_and_runs_the_program(board: PtyBoard, tree: Path):
    assert flash_to(board) == 0
    assert board.files() == FLASHED
    board.wait_until_said(b"pump runs 1")


def test_whole_firmware_is_flashed_and_its_start_is_reached(board: PtyBoard):
    assert flash_to(board) == 0
    names = {path.relative_to(flash.ROOT).as_posix() for path in sources(flash.ROOT)}
    compiled = {name.removesuffix(".py") + ".mpy" for name in names}
    assert board.files() == compiled | {"main.py", "firmware/program.crc"}
    assert len(names) > 50
    # The wheel has none of the chip's pins, so the composition root ends at the board file, by its own name.
    board.wait_until_said(b'File "firmware/main.py", line')


IMPORT_ALL = """
import sys
sys.path[:] = ["", ".frozen"]
for name in {names!r}:
    module = __import__(name, None, None, ("x",))
    if not module.__file__.endswith(".mpy"):
        raise ImportError(module.__file__)
from shared import cbor
if cbor.decode(cbor.encode([1, b"ab", "cd"])) != [1, b"ab", "cd"]:
    raise ValueError
print("imported", {count})
"""


def test_flashed_modules_run_on_the_interpreter_from_their_compiled_files(board: PtyBoard):
    assert flash_to(board) == 0
    needs_hardware = ("firmware/boards", "firmware/drivers", "firmware/storage", "firmware/main")
    names = [
        path.removesuffix(".mpy").removesuffix("/__init__").replace("/", ".")
        for path in sorted(board.files())
        if path.endswith(".mpy") and not path.startswith(needs_hardware)
    ]
    program = IMPORT_ALL.format(names=names, count=len(names))
    command = [str(MICROPYTHON), "-X", "heapsize=400k", "-c", program]
    done = subprocess.run(command, cwd=board.flash, capture_output=True, text=True, timeout=60)
    assert done.stdout.splitlines()[-1:] == [f"imported {len(names)}"], done.stderr
    assert len(names) > 40


def test_second_flash_copies_nothing(
    board: PtyBoard, tree: Path, capsys: pytest.CaptureFixture[str]
):
    assert flash_to(board) == 0
    before = {name: (board.flash / name).stat().st_mtime_ns for name in FLASHED - {"main.py"}}
    capsys.readouterr()
    assert flash_to(board) == 0
    assert "0 files copied, 5 were there, all hashes agree" in capsys.readouterr().out
    after = {name: (board.flash / name).stat().st_mtime_ns for name in FLASHED - {"main.py"}}
    assert after == before


def test_only_the_changed_file_is_copied(
    board: PtyBoard, tree: Path, capsys: pytest.CaptureFixture[str]
):
    assert flash_to(board) == 0
    (tree / "shared/units.py").write_text(PUMP["shared/units.py"].replace("1", "2"))
    capsys.readouterr()
    assert flash_to(board) == 0
    said = capsys.readouterr().out
    assert "[1/2] shared/units.mpy" in said
    board.wait_until_said(b"pump runs 2")


def test_stale_files_and_other_start_files_are_removed_and_the_rest_is_kept(
    board: PtyBoard, tree: Path
):
    stale = {
        "firmware/main.py": "raise ValueError\n",  # a source file would win over the compiled one
        "firmware/old/deep/part.mpy": "x",
        "shared/gone.mpy": "x",
        "boot.py": "print('old boot')\n",
    }
    write_tree(board.flash, {**stale, "vigil/identity.cbor": "kept"})
    assert flash_to(board) == 0
    assert board.files() == FLASHED | {"vigil/identity.cbor"}
    assert not (board.flash / "firmware/old").exists()


def test_running_program_is_stopped(board: PtyBoard, tree: Path):
    write_tree(board.flash, {"main.py": "print('old program')\nwhile True:\n    pass\n"})
    assert flash_to(board) == 0
    since = len(board.said)
    assert flash_to(board) == 0
    board.wait_until_said(b"pump runs 1", since)
    assert board.files() == FLASHED


@pytest.mark.parametrize("cut_after", [4_000, 5_500, 7_000])
def test_pulled_cable_leaves_no_start_file_and_the_next_flash_repairs(
    tmp_path: Path, tree: Path, capsys: pytest.CaptureFixture[str], cut_after: int
):
    (tmp_path / "flash").mkdir()
    write_tree(tmp_path / "flash", {"main.py": "print('old program')\n", "firmware/main.py": ""})
    big = "BIG = (" + "".join(f"{n * 7_919}, " for n in range(2_000)) + ")\n"
    (tree / "shared/big.py").write_text(big)
    main = PUMP["firmware/main.py"].replace("one()", "one(), len(big.BIG)")
    (tree / "firmware/main.py").write_text("from shared import big\n" + main)
    with PtyBoard(tmp_path) as board:
        # Taking the REPL, the version, disarming and restarting come first and are the same in every run.
        board.cut_after = cut_after + 4_000
        assert flash_to(board) == 1
    assert "flash it again" in capsys.readouterr().err
    assert not (tmp_path / "flash/main.py").exists()
    with PtyBoard(tmp_path) as board:
        assert flash_to(board) == 0
        board.wait_until_said(b"pump runs 1")


def test_garbled_byte_is_found_by_its_hash_and_the_program_is_not_started(
    board: PtyBoard, tree: Path, capsys: pytest.CaptureFixture[str]
):
    garbled = []

    def garble(data: bytes) -> bytes:
        if garbled or b"w(b(b'" not in data:
            return data
        place = data.index(b"w(b(b'") + 12
        garbled.append(place)
        return (
            data[:place] + (b"B" if data[place : place + 1] != b"B" else b"C") + data[place + 1 :]
        )

    board.garble = garble
    assert flash_to(board) == 1
    assert garbled
    assert "not what was written" in capsys.readouterr().err
    assert "main.py" not in board.files()


def test_program_that_does_not_compile_changes_nothing(
    board: PtyBoard, tree: Path, capsys: pytest.CaptureFixture[str]
):
    assert flash_to(board) == 0
    (tree / "shared/units.py").write_text("ONE = \n")
    assert flash_to(board) == 2
    assert "shared/units.py does not compile" in capsys.readouterr().err
    assert board.files() == FLASHED


def test_board_without_room_is_refused_before_anything_is_changed(
    board: PtyBoard,
    tree: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    write_tree(board.flash, {"main.py": "print('old program')\n"})
    monkeypatch.setattr(flash, "BLOCK", 1 << 60)
    assert flash_to(board) == 2
    assert "KiB are free" in capsys.readouterr().err
    assert board.files() == {"main.py"}


def test_device_that_does_not_answer_is_no_board(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(flash_board, "TAKE_S", 0.2)
    monkeypatch.setattr(flash_board, "READ_TIMEOUT_S", 0.1)
    with PtyBoard(tmp_path, ["sleep", "60"]) as silent:
        assert flash_to(silent) == 2
        assert f"no MicroPython board answers at {silent.port}" in capsys.readouterr().err


def test_port_in_use_is_refused_with_a_sentence(
    board: PtyBoard, capsys: pytest.CaptureFixture[str]
):
    first = flash_board.Board.connect(board.port)
    assert flash_to(board) == 2
    assert "another program may have it" in capsys.readouterr().err
    first.close()


@pytest.mark.parametrize(
    ("port", "sentence"),
    [
        ("", "say where: make flash PORT="),
        ("/dev/no-such-port", "there is no port /dev/no-such-port"),
        ("socket://127.0.0.1:2000", "there is no port socket://"),
        (__file__, "is not a serial port"),
    ],
)
def test_bad_port_is_refused_with_a_sentence(
    port: str, sentence: str, capsys: pytest.CaptureFixture[str]
):
    assert flash.main(["--port", port]) == 2
    assert sentence in capsys.readouterr().err


def test_unknown_option_ends_with_code_2():
    command = [sys.executable, "-m", "tools.flash", "--prot", "x"]
    done = subprocess.run(command, cwd=flash.ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert "--port" in done.stderr
