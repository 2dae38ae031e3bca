"""The plant on disk: a second run goes on where the first ended, even if that one was killed."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

_FORMAT = 2
FILE = "plant.json"
LOCK = "live.lock"
FLASH = "flash.bin"


class Unusable(Exception):
    """One sentence about a folder or file that cannot be used."""


@dataclass(frozen=True, slots=True)
class Kept:
    """seed: of plant and board, chosen once. simulated_ms: over all runs. plant: its snapshot."""

    seed: int
    simulated_ms: int = 0
    plant: dict[str, int] = field(default_factory=dict)


def claim(folder: Path) -> TextIO:
    """Make sure that this process alone uses the folder, for as long as the result is open."""
    if not (folder / FLASH).is_file():
        raise Unusable(f"{folder} holds no pump; provision one with: python -m tools.provision")
    lock = (folder / LOCK).open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise Unusable(f"another rig runs the pump in {folder}; stop it first") from None
    return lock


def load(folder: Path) -> Kept:
    """What was kept, or a new plant with a new seed. Unusable for a file that is not ours."""
    path = folder / FILE
    if not path.exists():
        return Kept(seed=secrets.randbits(31))
    try:
        record: Any = json.loads(path.read_text())
        if record["format"] != _FORMAT:
            raise ValueError("format")
        return Kept(int(record["seed"]), int(record["simulated_ms"]), dict(record["plant"]))
    except (OSError, ValueError, KeyError, TypeError):
        raise Unusable(f"{path} is not a stored plant; move it away to begin anew") from None


def save(folder: Path, kept: Kept) -> None:
    """Replace the file as a whole: after a crash it is the old one or the new one."""
    record = {
        "format": _FORMAT,
        "seed": kept.seed,
        "simulated_ms": kept.simulated_ms,
        "plant": kept.plant,
    }
    path = folder / FILE
    part = path.with_suffix(".part")
    with part.open("w") as file:
        json.dump(record, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
