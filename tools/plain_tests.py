"""Plain test files on CPython: finding them, loading them, calling their functions.

A plain file holds functions named test_* that take nothing, so that MicroPython can run it too (tools.upy_tests). The gates that read
safety code by running it (tools.mutate, tools.safety_coverage) call the same functions without pytest, which would cost more than the
tests do.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from tools.upy_tests import portable_files


class PlainTest(NamedTuple):
    """Name of one test function. Loads nothing."""

    module: str
    name: str

    def __str__(self) -> str:
        return f"{self.module}.{self.name}"

    def load(self) -> Callable[[], object]:
        """The function; imports its file if that has not been done."""
        return getattr(importlib.import_module(self.module), self.name)


def module_names(root: Path, folders: Iterable[str]) -> list[str]:
    """Dotted names of the plain test files in some folders of a tree, in the order of the files."""
    files = [file for folder in folders for file in portable_files(root / folder)]
    return [".".join(file.relative_to(root).with_suffix("").parts) for file in files]


def discover(root: Path, folders: Iterable[str]) -> Iterator[PlainTest]:
    """Every plain test. Imports each file when its first test is asked for; `root` has to stand on the path."""
    for module in module_names(root, folders):
        for name in sorted(dir(importlib.import_module(module))):
            if name.startswith("test_"):
                yield PlainTest(module, name)
