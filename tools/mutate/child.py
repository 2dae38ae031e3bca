"""In a child: one mutant against the tests. Nothing of the house has been imported before, so the change is seen everywhere."""

from __future__ import annotations

import gc
import importlib.abc
import importlib.machinery
import importlib.util
import json
import resource
import signal
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import CodeType, FrameType, ModuleType

from tools.plain_tests import PlainTest, discover

SURVIVED = "survived"
BROKEN = "broken"
WALL_S = 60.0  # a test that waits for something uses no processor
MEMORY_BYTES = 2 << 30  # a loop that never ends may collect


class Baseline:
    """What the tests do without a change.

    failed: the first test that fails, or empty. costs_s: processor time of each test. calls: functions of the tree that each test calls, as
    path:name. on_import: functions that run while a file is loaded. modules: what is imported from outside the tree.
    """

    def __init__(self, said: str):
        read = json.loads(said)
        self.failed: str = read["failed"]
        self.costs_s = {PlainTest(*name): cost_s for name, cost_s, _ in read["tests"]}
        self.calls = {PlainTest(*name): set(calls) for name, _, calls in read["tests"]}
        self.on_import = set(read["on_import"])
        self.modules: list[str] = read["modules"]


class Calls:
    """Collects which functions of a tree are called, from its making on."""

    def __init__(self, root: Path):
        self._prefix = f"{root}/"
        self._codes: set[CodeType] = set()
        sys.setprofile(self._note)

    def _note(self, frame: FrameType, event: str, _: object) -> None:
        if event == "call":
            self._codes.add(frame.f_code)

    def take(self) -> list[str]:
        """Functions called since the last time."""
        codes, self._codes = self._codes, set()  # this very code is being noted as well
        ours = [code for code in codes if code.co_filename.startswith(self._prefix)]
        return sorted({call_name(self._prefix, code) for code in ours})


def call_name(prefix: str, code: CodeType) -> str:
    path = code.co_filename.removeprefix(prefix)
    return f"{path}:{code.co_qualname.replace('.<locals>', '')}"


class MutantLoader(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Answers for one module with a text of its own, and for no other."""

    def __init__(self, name: str, path: Path, data: bytes):
        self._name = name
        self._path = str(path)
        self._code = compile(data, self._path, "exec")

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != self._name:
            return None
        return importlib.util.spec_from_loader(fullname, self, origin=self._path)

    def exec_module(self, module: ModuleType) -> None:
        module.__file__ = self._path
        exec(self._code, module.__dict__)


def try_mutant(
    root: Path, path: str, data: bytes, tests: Iterable[tuple[PlainTest, float]]
) -> str:
    """The number of the first test that fails, or SURVIVED, or BROKEN if the change is no Python.

    tests: with the seconds of processor time that each may take. One that takes longer ends the process by a signal, which the caller sees.
    """
    name = path.removesuffix(".py").replace("/", ".")
    try:
        sys.meta_path.insert(0, MutantLoader(name, root / path, data))
    except SyntaxError:
        return BROKEN
    gc.freeze()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    signal.signal(signal.SIGVTALRM, signal.SIG_DFL)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    for number, (test, limit_s) in enumerate(tests):
        signal.setitimer(signal.ITIMER_VIRTUAL, limit_s)
        signal.setitimer(signal.ITIMER_REAL, WALL_S)
        try:
            test.load()()
        except BaseException:  # a test that calls sys.exit has failed as well
            return str(number)
    return SURVIVED


def try_unchanged(root: Path, folders: Iterable[str]) -> str:
    """All tests without a change, as JSON for `Baseline`. Stops at the first that fails."""
    houses = {path.name for path in root.iterdir() if path.is_dir()}
    failed = ""
    done = []
    calls = Calls(root)
    tests = list(discover(root, folders))
    on_import = calls.take()
    for test in tests:
        started = time.process_time()
        try:
            test.load()()
        except BaseException as error:
            failed = f"{test}: {type(error).__name__} {error}"
            break
        done.append((test, time.process_time() - started, calls.take()))
    sys.setprofile(None)
    modules = sorted(name for name in sys.modules if name.partition(".")[0] not in houses)
    return json.dumps(
        {"failed": failed, "tests": done, "on_import": on_import, "modules": modules}
    )
