"""The folder of one board: what survives its power. flash.bin, fram.bin, console.log, and rig.json with the number of boots."""

from __future__ import annotations

import json
import os
from hashlib import sha256
from pathlib import Path

FLASH_BYTES = 512 * 1024
FRAM_BYTES = 32 * 1024


class BoardFiles:
    def __init__(self, folder: Path) -> None:
        """Make what is missing: erased flash, zeroed FRAM. ValueError: a memory of the wrong size."""
        self.folder = folder
        self.console = folder / "console.log"
        folder.mkdir(parents=True, exist_ok=True)
        _memory(folder / "flash.bin", FLASH_BYTES, b"\xff")
        _memory(folder / "fram.bin", FRAM_BYTES, b"\0")

    def next_boot(self, seed: int, cause: int) -> dict[str, str]:
        """Environment of the next life of the board. Boots are numbered, so that no two share a random stream."""
        path = self.folder / "rig.json"
        boot = json.loads(path.read_text())["boots"] + 1 if path.exists() else 1
        path.write_text(json.dumps({"boots": boot}))
        return {
            "PATH": os.defpath,
            "VIGIL_FOLDER": str(self.folder),
            "VIGIL_SEED": str(seed),
            "VIGIL_BOOT": str(boot),
            "VIGIL_RESET_CAUSE": str(cause),
            "VIGIL_UNIQUE_ID": sha256(f"unique id {seed}".encode()).hexdigest()[:12],
        }

    def console_text(self, tail_bytes: int = 0) -> str:
        """All of the console, or its last `tail_bytes`."""
        if not self.console.exists():
            return ""
        return self.console.read_bytes()[-tail_bytes:].decode(errors="replace")


def _memory(path: Path, size: int, fill: bytes) -> None:
    if not path.exists():
        path.write_bytes(fill * size)
    elif path.stat().st_size != size:
        raise ValueError(f"{path.name} has {path.stat().st_size} bytes, not {size}")
