"""Run every suite: `make test`. First what can share the machine, on several processes, then what cannot.

A test that measures the whole house in real time is marked `alone` and runs in the second part. Both parts run even
if the first fails, so that one run shows everything. Exit 0 if both are clean, else 1.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTEST = [sys.executable, "-m", "pytest", "--quiet"]
NO_TEST_RAN = 5  # pytest's exit code


def run_part(title: str, arguments: list[str]) -> bool:
    """One pytest run; True if it is clean. A part without tests is not."""
    print(f"test: {title}", flush=True)
    code = subprocess.run([*PYTEST, *arguments], cwd=ROOT, stdin=subprocess.DEVNULL).returncode
    if code == NO_TEST_RAN:
        print(f"test: no test ran in the part '{title}'", file=sys.stderr)
    return code == 0


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.run_tests", description=__doc__)
    parser.add_argument("--jobs", type=int, default=2, help="processes of the parallel part")
    options = parser.parse_args(arguments)
    if not 1 <= options.jobs <= 64:
        parser.error("--jobs: 1 to 64")
    return options


def main(arguments: list[str]) -> int:
    options = parse(arguments)
    started = time.monotonic()
    # One file stays on one process, so that a module's fixtures (a broker, a pump) are made once.
    spread = ["-n", str(options.jobs), "--dist", "loadfile"] if options.jobs > 1 else []
    clean = [
        run_part(f"in {options.jobs} processes", [*spread, "-m", "not alone"]),
        run_part("one at a time", ["-m", "alone"]),
    ]
    took_s = time.monotonic() - started
    result = "all clean" if all(clean) else "FAILED, see above"
    print(f"test: {result} ({took_s:.0f} s)", flush=True)
    return 0 if all(clean) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
