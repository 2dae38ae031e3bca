"""Make requirements.lock and requirements-typings.lock from pyproject.toml: `make lock`, or `make lock UPGRADE=1`.

Every line is an exact version with the hashes of all its files, for every Python from 3.11 on and every machine
there are wheels for. No address stands in a lock: where packages come from is the machine's business.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEADER = "# Made by `make lock` from pyproject.toml. Do not edit.\n"
COMPILE = ["-m", "uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11"]
COMPILE += ["--generate-hashes", "--no-header", "--no-annotate"]

# Lock file, what goes into it.
LOCKS = (
    ("requirements.lock", ["pyproject.toml", "--group", "dev"]),
    ("requirements-typings.lock", ["--group", "typings"]),
)

# name==version, perhaps a marker, and its hashes on the lines below.
LINE = re.compile(
    r"[a-z0-9][a-z0-9.-]*(\[[a-z0-9,-]+\])?==[\w.+!]+( ; [^\\]+)? \\"
    r"|    --hash=sha256:[0-9a-f]{64}( \\)?"
    r"|#.*"
)


class LockError(Exception):
    """A sentence for a person."""


def strange_lines(text: str) -> list[str]:
    """Lines that are not a pinned version, a hash or a comment: addresses, options, paths, names without version."""
    return [
        line
        for line in text.splitlines()
        if line.strip() and (LINE.fullmatch(line) is None or "://" in line)
    ]


def compile_lock(name: str, sources: list[str], upgrade: bool) -> None:
    """Resolve into a file beside the lock, check it, then replace the lock. A failure leaves the old one."""
    lock = ROOT / name
    fresh = ROOT / "build" / name
    fresh.parent.mkdir(exist_ok=True)
    # uv keeps the versions that it finds in the output file, so a lock changes only where it must.
    fresh.write_text(lock.read_text() if lock.exists() else "")
    options = ["--upgrade"] if upgrade else []
    command = [sys.executable, *COMPILE, *options, "--output-file", str(fresh), *sources]
    if subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL).returncode:
        raise LockError(f"could not resolve {name}; the old lock stands")
    text = HEADER + fresh.read_text()
    strange = strange_lines(text)
    if strange:
        raise LockError(f"{name} would hold what must not stand in a lock: {strange[0].strip()}")
    lock.write_text(text)
    fresh.unlink()
    packages = [line for line in text.splitlines() if not line.startswith((" ", "#"))]
    print(f"lock: {name}: {len(packages)} packages")


def main() -> int:
    try:
        for name, sources in LOCKS:
            compile_lock(name, sources, upgrade=os.environ.get("UPGRADE") == "1")
    except LockError as error:
        print(f"lock: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
