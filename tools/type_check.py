"""Type checks with basedpyright, in two projects: `make types`.

    pc            hub, clinic, tools, hil_tests, shared and all tests, with Python's own typeshed
    micropython   firmware and shared, with the chip's typeshed and stubs from typings/

A typeshed belongs to a whole project, and an editor reads only one. So the PC's settings stand in pyproject.toml
under [tool.basedpyright], the chip's under [tool.vigil.types.micropython], and the second are handed over as a file
in build/.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Settings of basedpyright that hold paths, which count from the settings file.
PATH_KEYS = ("include", "exclude", "root", "extraPaths", "stubPath", "typeshedPath")


def rebase(settings: dict, prefix: str) -> dict:
    """The same settings for a file in another folder: every path and pattern gets the prefix."""
    moved = dict(settings)
    for key in PATH_KEYS:
        value = moved.get(key)
        if isinstance(value, str):
            moved[key] = prefix + value
        elif isinstance(value, list):
            moved[key] = [prefix + path for path in value]
    environments = settings.get("executionEnvironments", [])
    if environments:
        moved["executionEnvironments"] = [rebase(each, prefix) for each in environments]
    return moved


def write_micropython_project(root: Path) -> Path:
    """Write build/pyright-micropython.json from pyproject.toml and return it."""
    with (root / "pyproject.toml").open("rb") as file:
        settings = tomllib.load(file)["tool"]["vigil"]["types"]["micropython"]
    project = root / "build" / "pyright-micropython.json"
    project.parent.mkdir(exist_ok=True)
    project.write_text(json.dumps(rebase(settings, "../"), indent=2) + "\n")
    return project


def check(name: str, project: Path) -> bool:
    """Run one project; True if it is clean."""
    print(f"types: {name}", flush=True)
    command = [sys.executable, "-m", "basedpyright", "--project", str(project)]
    return subprocess.run(command, cwd=ROOT).returncode == 0


def main() -> int:
    if not (ROOT / "typings" / "stdlib").is_dir():
        print("types: typings/ is missing; run make setup", file=sys.stderr)
        return 2
    clean = [
        check("pc", ROOT / "pyproject.toml"),
        check("micropython", write_micropython_project(ROOT)),
    ]
    return 0 if all(clean) else 1


if __name__ == "__main__":
    sys.exit(main())
