"""The requirements as data: one file a chapter, one table a requirement.

text: one sentence in our own words. part: who has to keep it. ours: our own number, where the field leaves it open. For parts other than
firmware also where it is kept (paths), or the issue that will, or why it is none of ours.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LAST = 125
# In the order of the pump's own chapters: from what flows to what surrounds it.
CHAPTERS = (
    "rates",
    "boluses",
    "flow",
    "line",
    "power",
    "selftest",
    "alarms",
    "programming",
    "records",
    "link",
    "surroundings",
)
FIRMWARE = "firmware"
OUT_OF_SCOPE = "out of scope"
PARTS = (FIRMWARE, "hub", "clinic", "bench", "mechanics", OUT_OF_SCOPE)
KEYS: dict[str, type] = {
    "text": str,
    "part": str,
    "ours": str,
    "where": list,
    "issue": int,
    "why": str,
}


class RequirementError(Exception):
    """A sentence for a person: docs/requirements/ is not what it should be."""


@dataclass(frozen=True)
class Requirement:
    """One rule. issue: 0 if none."""

    id: str
    text: str
    part: str
    ours: str = ""
    where: tuple[str, ...] = ()
    issue: int = 0
    why: str = ""


@dataclass(frozen=True)
class Chapter:
    title: str
    requirements: tuple[Requirement, ...]


def id_of(number: int) -> str:
    return f"SR-{number:03d}"


def read_one(root: Path, where: str, name: str, table: Any) -> Requirement:
    place = f"{where}, {name}"
    if not isinstance(table, dict):
        raise RequirementError(f"{place}: a table was expected")
    for key, value in table.items():
        if key not in KEYS or type(value) is not KEYS[key]:
            raise RequirementError(f"{place}: {key} = {value!r} is not understood")
    paths = tuple(str(path) for path in table.get("where", ()))
    found = Requirement(
        name,
        table.get("text", ""),
        table.get("part", ""),
        table.get("ours", ""),
        paths,
        table.get("issue", 0),
        table.get("why", ""),
    )
    if found.part not in PARTS:
        raise RequirementError(f"{place}: part is one of {', '.join(PARTS)}")
    if not found.text.endswith("."):
        raise RequirementError(f"{place}: text is one sentence with its full stop")
    for path in paths:
        if not (root / path).exists():
            raise RequirementError(f"{place}: there is no {path}")
    if found.part == OUT_OF_SCOPE and not found.why:
        raise RequirementError(f"{place}: say why it is out of scope")
    if found.part not in (FIRMWARE, OUT_OF_SCOPE) and not (paths or found.issue):
        raise RequirementError(f"{place}: say where it is kept, or the issue that will")
    return found


def read_chapter(root: Path, name: str) -> Chapter:
    path = root / "docs" / "requirements" / f"{name}.toml"
    where = path.relative_to(root).as_posix()
    try:
        document = tomllib.loads(path.read_text())
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise RequirementError(f"{where}: {error}") from None
    title = document.pop("title", None)
    if not isinstance(title, str):
        raise RequirementError(f"{where}: the chapter has no title")
    found = [read_one(root, where, key, table) for key, table in document.items()]
    return Chapter(title, tuple(found))


def read(root: Path, chapters: Sequence[str], last: int) -> list[Chapter]:
    """Every chapter. Raises RequirementError unless the numbers run from 1 to `last` without gap or double."""
    found = [read_chapter(root, name) for name in chapters]
    ids = [requirement.id for chapter in found for requirement in chapter.requirements]
    for number, got in enumerate(ids, 1):
        if got != id_of(number):
            raise RequirementError(f"docs/requirements: {got} stands where {id_of(number)} should")
    if len(ids) != last:
        raise RequirementError(f"docs/requirements: {len(ids)} requirements; {last} were expected")
    return found
