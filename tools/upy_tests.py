"""Runs plain test files on a real MicroPython interpreter, at the heap size of the chip.

    python -m tools.upy_tests shared/tests
    python -m tools.upy_tests --heap 160k shared/tests/test_cbor.py

A test file holds functions named test_*; each that returns has passed, each that raises has failed.
Files named test_host_* need CPython and are left out of a folder. Every file gets an interpreter of
its own. Prints one line for each test. Exit code 0: at least one test ran and all passed; 1: one
failed or none was found; 2: a wrong argument.

This file is both ends: on CPython it starts interpreters, on MicroPython it runs one file.
"""

import sys

HEAP = "160k"  # what an ESP32-S3 without PSRAM leaves to Python
SUMMARY = "tests: "


def run_file(path: str) -> int:
    """MicroPython side. Import one test file and call its tests; the number of failures."""
    import gc

    name = path[:-3].replace("/", ".")
    __import__(name)
    module = sys.modules[name]
    passed = failed = 0
    for test in sorted(dir(module)):
        if not test.startswith("test_"):
            continue
        gc.collect()
        try:
            getattr(module, test)()
        except Exception as error:
            failed += 1
            print("FAIL", path, test)
            sys.print_exception(error)  # pyright: ignore[reportAttributeAccessIssue]
        else:
            passed += 1
            print("pass", path, test)
    print(SUMMARY + str(passed) + " passed, " + str(failed) + " failed")
    return failed if passed + failed else 1


def interpreter() -> str | None:
    """The wheel's interpreter beside this Python, else one on the PATH, else None."""
    import pathlib
    import shutil

    beside = pathlib.Path(sys.executable).parent / "micropython"
    return str(beside) if beside.exists() else shutil.which("micropython")


def portable_files(path) -> list:
    """The test files of a folder that run on both interpreters, or the file itself."""
    if path.is_file():
        return [path]
    return sorted(f for f in path.glob("test_*.py") if not f.name.startswith("test_host_"))


def run_on_micropython(path, root, program: str, heap: str = HEAP, timeout_s: int = 100) -> tuple:
    """Run one file. (passed, failed, output); a run that died or found nothing counts as failed."""
    import os
    import re
    import subprocess

    relative = path.resolve().relative_to(root).as_posix()
    command = [program, "-X", f"heapsize={heap}", "-m", "tools.upy_tests", relative]
    environment = dict(os.environ, MICROPYPATH=f"{root}:.frozen")
    try:
        done = subprocess.run(
            command,
            cwd=root,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=timeout_s,
        )
    except subprocess.TimeoutExpired:
        return 0, 1, f"FAIL {relative}: not done after {timeout_s} s\n"
    counts = re.search(SUMMARY + r"(\d+) passed, (\d+) failed", done.stdout)
    passed, failed = (int(counts[1]), int(counts[2])) if counts else (0, 0)
    if failed == 0 and (done.returncode != 0 or passed == 0):
        return passed, 1, f"{done.stdout}FAIL {relative}: exit code {done.returncode}\n"
    return passed, failed, done.stdout


def main() -> int:
    import argparse
    import pathlib
    import re

    parser = argparse.ArgumentParser(
        prog="python -m tools.upy_tests", description="Run plain test files on MicroPython."
    )
    parser.add_argument("paths", nargs="+", help="test files or folders inside the repository")
    parser.add_argument(
        "--heap", default=HEAP, help="heap of the interpreter (default %(default)s)"
    )
    arguments = parser.parse_args()
    root = pathlib.Path(__file__).resolve().parent.parent
    program = interpreter()
    if program is None:
        parser.error("no micropython interpreter beside this Python or on the PATH")
    if not re.fullmatch(r"[1-9]\d*[kKmM]?", arguments.heap):
        parser.error(f"--heap {arguments.heap}: a number with k or m was expected")
    files = []
    for text in arguments.paths:
        path = pathlib.Path(text).resolve()
        if not path.exists() or root not in path.parents:
            parser.error(f"{text}: no such file or folder in the repository")
        files += portable_files(path)
    total_passed = total_failed = 0
    for path in files:
        passed, failed, output = run_on_micropython(path, root, program, arguments.heap)
        print(output, end="", flush=True)
        total_passed += passed
        total_failed += failed
    print(f"micropython: {total_passed} passed, {total_failed} failed, {len(files)} files")
    return 0 if total_passed and not total_failed else 1


if __name__ == "__main__":
    if sys.implementation.name == "micropython":
        sys.exit(1 if run_file(sys.argv[1]) else 0)
    sys.exit(main())
