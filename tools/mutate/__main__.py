"""Command line of `make mutate`.

    python -m tools.mutate                            everything
    python -m tools.mutate firmware/safety/gate.py    some files
    python -m tools.mutate --changed main             files that differ from a git ref, or are new
    python -m tools.mutate --sample 200 --seed 1      some mutants, the same ones for the same seed and text

Exit 0 if every mutant was killed or is listed; 1 if one survived, or the list holds an entry that it should not; 2 if the run could not
be made.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tools.mutate import verdict
from tools.mutate.campaign import Campaign, MutationError
from tools.mutate.equivalent import EQUIVALENT, Equivalent
from tools.mutate.mutants import Mutant, mutants_of
from tools.mutate.targets import TARGETS, Target, files_with_tests

ROOT = Path(__file__).resolve().parents[2]


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tools.mutate",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("files", nargs="*", help="only these files")
    parser.add_argument("--changed", metavar="REF", help="only files changed against this git ref")
    parser.add_argument("--sample", type=int, metavar="N", help="only N mutants")
    parser.add_argument("--seed", type=int, default=1, help="which N (default %(default)s)")
    parser.add_argument(
        "--jobs", type=int, default=2, help="mutants at a time (default %(default)s)"
    )
    options = parser.parse_args(arguments)
    if not 1 <= options.jobs <= 64:
        parser.error("--jobs: 1 to 64")
    if options.sample is not None and options.sample < 1:
        parser.error("--sample: 1 or more")
    return options


def changed_files(root: Path, ref: str) -> set[str]:
    """Paths that differ from a git ref, and those that git does not know yet."""
    found: set[str] = set()
    commands = (
        ("diff", "--name-only", "--relative", ref, "--"),
        ("ls-files", "--others", "--exclude-standard"),
    )
    for command in commands:
        done = subprocess.run(["git", *command], cwd=root, capture_output=True, text=True)
        if done.returncode:
            raise MutationError(f"git {command[0]}: {done.stderr.strip()}")
        found.update(done.stdout.splitlines())
    return found


def choose(options: argparse.Namespace, root: Path, mutants: list[Mutant]) -> list[Mutant]:
    """The mutants that the command line asks for."""
    known = {mutant.path for mutant in mutants}
    unknown = sorted(set(options.files) - known)
    if unknown:
        raise MutationError(f"{unknown[0]} is not mutated; see tools/mutate/targets.py")
    if options.files:
        mutants = [mutant for mutant in mutants if mutant.path in options.files]
    if options.changed:
        changed = changed_files(root, options.changed)
        mutants = [mutant for mutant in mutants if mutant.path in changed]
    if options.sample and options.sample < len(mutants):
        chosen = set(random.Random(options.seed).sample(range(len(mutants)), options.sample))
        mutants = [mutant for number, mutant in enumerate(mutants) if number in chosen]
    return mutants


def judge(
    options: argparse.Namespace,
    root: Path,
    targets: Sequence[Target],
    entries: Sequence[Equivalent],
) -> int:
    """Run and print. Raises MutationError if nothing can be said."""
    started = time.monotonic()
    tests = files_with_tests(root, targets)
    if not tests:
        raise MutationError("no file to mutate; see tools/mutate/targets.py")
    mutants = [mutant for path in tests for mutant in mutants_of(path, (root / path).read_text())]
    chosen = choose(options, root, mutants)
    if not chosen:
        print("mutate: no file that is mutated has changed")
        return 0
    print(f"mutate: {len(chosen)} of {len(mutants)} mutants", flush=True)
    results = list(Campaign(root, tests, options.jobs).run(chosen))
    survivors = verdict.unlisted(results, entries)
    errors = verdict.list_errors(entries, mutants, results)
    for mutant in survivors:
        print(mutant)
    for error in errors:
        print(f"tools/mutate/equivalent.py: {error}")
    print("killed")
    print("\n".join(verdict.score_lines(results)))
    took_s = time.monotonic() - started
    print(
        f"mutate: {len(survivors)} survive and are not listed, {len(errors)} errors in the list ({took_s:.0f} s)"
    )
    return 1 if survivors or errors else 0


def main(
    arguments: list[str],
    root: Path = ROOT,
    targets: Sequence[Target] = TARGETS,
    entries: Sequence[Equivalent] = EQUIVALENT,
) -> int:
    """root, targets, entries: for another tree than the house's own."""
    try:
        return judge(parse(arguments), root, targets, entries)
    except MutationError as error:
        print(f"mutate: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
