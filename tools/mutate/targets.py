"""Which files are mutated, and the folders whose plain tests have to notice."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple


class Target(NamedTuple):
    """files: a pattern of paths in the tree. tests: folders; only files that MicroPython runs too, because they are fast and plain."""

    files: str
    tests: tuple[str, ...]


TARGETS = (
    Target("firmware/safety/*.py", ("firmware/tests",)),
    Target("firmware/therapy/*.py", ("firmware/tests",)),
    # Limits and alarms are data; a wrong figure is as deadly as a wrong comparison.
    Target("shared/ceilings.py", ("shared/tests",)),
    Target("shared/drug_profiles*.py", ("shared/tests",)),
    Target("shared/alarm_table.py", ("shared/tests", "firmware/tests")),
)


def files_with_tests(root: Path, targets: Iterable[Target]) -> dict[str, tuple[str, ...]]:
    """Path in the tree → folders of its tests. A folder's `__init__.py` says what it is for, and holds no code."""
    found = {}
    for target in targets:
        for path in sorted(root.glob(target.files)):
            if path.name != "__init__.py":
                found[path.relative_to(root).as_posix()] = target.tests
    return found
