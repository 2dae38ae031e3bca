"""Run the sweep and write docs/FAULTS.md: `make faults`. With names of rows: only those, and nothing is written.

Exit 0: every fault did what was expected of it, and the page is up to date or written. 1: one did not, or --check finds the page stale.
"""

from __future__ import annotations

import argparse
import sys

from hil_tests.sweep import page, runs
from hil_tests.sweep.judge import misses


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m hil_tests.sweep", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if stale")
    parser.add_argument("names", nargs="*", metavar="NAME", help="of a row of rows.py")
    options = parser.parse_args(arguments)
    unknown = sorted({*options.names} - {*runs.ROWS})
    if unknown:
        parser.error(f"no row {', '.join(unknown)}; there are {', '.join(runs.ROWS)}")
    wrong = 0
    for name in options.names or runs.ROWS:
        found = misses(runs.ROWS[name], runs.seen(name))
        wrong += bool(found)
        print(f"faults: {name}: {'; '.join(found) or 'as expected'}", flush=True)
    if options.names:
        return 1 if wrong else 0
    before = page.PAGE.read_text()
    fresh = page.render(before)
    if fresh != before and options.check:
        print("faults: docs/FAULTS.md is stale: run make faults", file=sys.stderr)
        return 1
    if fresh != before:
        page.PAGE.write_text(fresh)
        print("faults: wrote docs/FAULTS.md")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
