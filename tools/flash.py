"""Put firmware and shared on a MicroPython board: `make flash PORT=/dev/ttyACM0`.

Order, so that a board never runs a mix of two programs:

    1  read the board's version, compile for it, check that it fits     nothing is changed up to here
    2  remove main.py and restart: the old program and its watchdog are gone
    3  copy what changed, remove what is stale, compare every hash
    4  write main.py, and restart

A flash that stops anywhere after 2 leaves a board that does nothing until it is flashed again.
Exit 0 done, 1 it failed at work, 2 wrong argument, no board, or a board that does not fit.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path, PurePosixPath

from serial.tools import list_ports

from tools.flash_board import Board, BoardError, reconnect
from tools.flash_build import FOLDERS, START_FILE, START_TEXT, BoardFile, BuildError, build

ROOT = Path(__file__).resolve().parent.parent
# Older ways to start something: a board shall start the pump and nothing else.
OTHER_START_FILES = ("boot.py", "boot.mpy", "main.mpy")
UNFINISHED = "The board starts nothing by itself now: flash it again"
BLOCK = 4_096  # a file takes whole blocks of flash


def say(text: str) -> None:
    print(f"flash: {text}", flush=True)


def folders_of(files: list[BoardFile]) -> list[str]:
    """Folders that the files need, each after the one that holds it."""
    folders = {str(parent) for file in files for parent in PurePosixPath(file.path).parents}
    return sorted(folders - {"."})


def room_needed(files: list[BoardFile], on_board: dict[str, str]) -> int:
    """Bytes of flash for the files that will be written anew."""
    fresh = [file for file in files if on_board.get(file.path) != file.digest]
    return sum(-(-len(file.data) // BLOCK) * BLOCK for file in fresh)


def stale_paths(files: list[BoardFile], on_board: dict[str, str]) -> list[str]:
    """What stands under our folders and does not belong there, contents before folders."""
    wanted = {file.path for file in files} | {folder + "/" for folder in folders_of(files)}
    return [path for path in on_board if path not in wanted]


def prepare(port: str, root: Path, folder: Path) -> list[BoardFile]:
    """Step 1. Raises BoardError or BuildError; the board is as it was, but its program was stopped."""
    board = Board.connect(port)
    try:
        target = board.target()
        say(f"{port}: {target.describe()}")
        files = build(root, folder, target)
        needed = room_needed(files, board.files(*FOLDERS))
        free = board.free_bytes()
    finally:
        board.leave()
    if needed > free:
        raise BoardError(f"{needed // 1_024} KiB are needed and {free // 1_024} KiB are free", 2)
    return files


def disarm(board: Board) -> None:
    """Step 2. After this the board starts nothing by itself."""
    found = board.files(START_FILE, *OTHER_START_FILES)
    for path in (START_FILE, *OTHER_START_FILES):
        if path in found:
            board.remove(path)


def copy(board: Board, files: list[BoardFile]) -> None:
    """Step 3: make the board's folders hold these files and nothing else."""
    on_board = board.files(*FOLDERS)
    for path in stale_paths(files, on_board):
        board.remove(path)
        say(f"removed {path}")
    for path in folders_of(files):
        board.make_folder(path)
    changed = [file for file in files if on_board.get(file.path) != file.digest]
    for number, file in enumerate(changed, 1):
        say(f"[{number}/{len(changed)}] {file.path}  {len(file.data):,} bytes")
        board.write(file)
    verify(files, board.files(*FOLDERS))
    say(f"{len(changed)} files copied, {len(files) - len(changed)} were there, all hashes agree")


def verify(files: list[BoardFile], on_board: dict[str, str]) -> None:
    """Every file with its hash, and no file besides. Raises BoardError."""
    wanted = {file.path: file.digest for file in files}
    found = {path: digest for path, digest in on_board.items() if not path.endswith("/")}
    wrong = sorted(
        path for path in wanted.keys() | found.keys() if wanted.get(path) != found.get(path)
    )
    if wrong:
        raise BoardError(
            f"{len(wrong)} files on the board are not what was written, first {wrong[0]}"
        )


def arm(board: Board) -> None:
    """Step 4. The start file appears whole or not at all."""
    fresh = BoardFile(START_FILE + ".new", START_TEXT)
    board.write(fresh)
    verify([fresh], board.files(fresh.path))
    board.rename(fresh.path, START_FILE)
    board.restart()


def flash(port: str, root: Path) -> None:
    """The whole of it. Raises BoardError or BuildError."""
    with tempfile.TemporaryDirectory(prefix="vigil-flash-") as folder:
        files = prepare(port, root, Path(folder))
    board = Board.connect(port)
    try:
        disarm(board)
        board.restart()
        board = reconnect(port)
        copy(board, files)
        arm(board)
    except (BoardError, KeyboardInterrupt) as error:
        reason = str(error) or "stopped by the keyboard"
        raise BoardError(f"{reason}. {UNFINISHED}") from error
    finally:
        board.close()
    say("done; the pump starts")


def known_ports() -> str:
    """Serial ports with a USB device behind them, for the message to someone who named none."""
    ports = [port.device for port in list_ports.comports() if port.vid is not None]
    return "seen here: " + ", ".join(ports) if ports else "no board is plugged in here"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.flash")
    parser.add_argument("--port", required=True, help="serial port of the board, /dev/ttyACM0")
    options = parser.parse_args(arguments)
    if not options.port:
        print(f"flash: say where: make flash PORT=/dev/ttyACM0 ({known_ports()})", file=sys.stderr)
        return 2
    try:
        flash(options.port, ROOT)
    except BuildError as error:
        print(f"flash: {error}", file=sys.stderr)
        return 2
    except BoardError as error:
        print(f"flash: {error}", file=sys.stderr)
        return error.code
    except KeyboardInterrupt:
        print("flash: stopped; nothing on the board was changed", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
