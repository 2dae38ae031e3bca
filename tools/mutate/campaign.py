"""All mutants against their tests. The parent stays warm: what the tests import from outside the tree is imported once."""

from __future__ import annotations

import importlib
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from tools.mutate import child, forks
from tools.mutate.child import Baseline
from tools.mutate.mutants import MODULE, Mutant
from tools.plain_tests import PlainTest

# A test may take so many times what it takes without a change, and never less than the floor: the clock of a busy machine is coarse.
TIME_FACTOR = 5
TIME_FLOOR_S = 0.5
BY_TIME = "the time limit"


class MutationError(Exception):
    """A sentence for a person: the run says nothing about the tests."""


class Result(NamedTuple):
    """killed_by: name of a test, BY_TIME, or empty for a survivor."""

    mutant: Mutant
    killed_by: str


class Campaign:
    """One run over a tree. Changes the folder and the path of its process to the tree's, as the tests expect them."""

    def __init__(self, root: Path, tests: dict[str, tuple[str, ...]], jobs: int):
        """tests: path of a file that is mutated → folders of its tests."""
        self._root = root
        self._tests = tests
        self._jobs = jobs
        self._baseline: Baseline
        self._kills: dict[str, Counter[PlainTest]] = {path: Counter() for path in tests}
        os.chdir(root)
        sys.path.insert(0, str(root))

    def run(self, mutants: Sequence[Mutant]) -> Iterator[Result]:
        """Results as they come. Raises MutationError if the tests fail without a change."""
        with tempfile.TemporaryDirectory(prefix="vigil-mutate-") as scratch:
            tempfile.tempdir = scratch  # folders that tests make and leave
            try:
                self._warm_up({mutant.path for mutant in mutants})
                for task, answer in forks.run(self._tasks(mutants), self._jobs):
                    yield self._result(*task, answer)
            finally:
                tempfile.tempdir = None

    def _warm_up(self, paths: Iterable[str]) -> None:
        folders = sorted({folder for path in paths for folder in self._tests[path]})
        work = partial(child.try_unchanged, self._root, folders)
        _, answer = next(forks.run([("", work)], 1))
        if not answer.said:
            raise MutationError(f"the tests cannot be run: exit code {answer.status}")
        self._baseline = Baseline(answer.said)
        if self._baseline.failed:
            raise MutationError(f"a test fails without any change: {self._baseline.failed}")
        for name in self._baseline.modules:
            try:
                importlib.import_module(name)
            except ImportError:
                continue  # a name that a package made up for itself

    def _tests_of(self, mutant: Mutant) -> list[PlainTest]:
        """Tests that can see the change: those first that have killed most of the file's mutants so far, then the quickest.

        A change inside a function is seen only by tests that call it, a change outside by all.
        """
        prefixes = tuple(folder.replace("/", ".") + "." for folder in self._tests[mutant.path])
        tests = [test for test in self._baseline.costs_s if test.module.startswith(prefixes)]
        call = f"{mutant.path}:{mutant.function}"
        if mutant.function != MODULE and call not in self._baseline.on_import:
            tests = [test for test in tests if call in self._baseline.calls[test]]
        kills = self._kills[mutant.path]
        return sorted(tests, key=lambda test: (-kills[test], self._baseline.costs_s[test], test))

    def _tasks(
        self, mutants: Iterable[Mutant]
    ) -> Iterator[tuple[tuple[Mutant, list[PlainTest]], Callable[[], str]]]:
        for mutant in mutants:
            order = self._tests_of(mutant)
            costs_s = self._baseline.costs_s
            limits = [(test, max(TIME_FLOOR_S, TIME_FACTOR * costs_s[test])) for test in order]
            data = mutant.apply((self._root / mutant.path).read_bytes())
            yield (
                (mutant, order),
                partial(child.try_mutant, self._root, mutant.path, data, limits),
            )

    def _result(self, mutant: Mutant, order: list[PlainTest], answer: forks.Answer) -> Result:
        if answer.said == child.BROKEN:
            raise MutationError(f"the change is no Python:\n{mutant}")
        if answer.said == child.SURVIVED:
            return Result(mutant, "")
        if answer.status < 0:
            return Result(mutant, BY_TIME)
        if not answer.said:
            raise MutationError(f"the child ended with exit code {answer.status}:\n{mutant}")
        test = order[int(answer.said)]
        self._kills[mutant.path][test] += 1
        return Result(mutant, str(test))
