"""The lock files pin everything that pyproject.toml asks for, with hashes, and say nothing of where it comes from."""

from __future__ import annotations

import itertools
import re
import tomllib

import pytest
from packaging.requirements import Requirement

from tools.lock import LOCKS, ROOT, strange_lines

PINNED = re.compile(r"^([a-z0-9.-]+)(?:\[[a-z0-9,-]+\])?==(\S+)", re.MULTILINE)


def pins(lock: str) -> dict[str, str]:
    return dict(PINNED.findall((ROOT / lock).read_text()))


def wanted(lock: str) -> list[Requirement]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        settings = tomllib.load(file)
    if lock == "requirements-typings.lock":
        names = settings["dependency-groups"]["typings"]
    else:
        names = settings["project"]["dependencies"] + settings["dependency-groups"]["dev"]
    return [Requirement(name) for name in names]


@pytest.mark.parametrize("lock", [name for name, _ in LOCKS])
def test_lock_holds_versions_hashes_and_comments_only(lock: str):
    text = (ROOT / lock).read_text()
    assert strange_lines(text) == []
    assert len(pins(lock)) >= 2


@pytest.mark.parametrize("lock", [name for name, _ in LOCKS])
def test_lock_satisfies_pyproject(lock: str):
    pinned = pins(lock)
    for requirement in wanted(lock):
        name = requirement.name.lower().replace("_", "-")
        assert name in pinned, f"{name} is not in {lock}: make lock"
        assert requirement.specifier.contains(pinned[name], prereleases=True), name


@pytest.mark.parametrize("lock", [name for name, _ in LOCKS])
def test_every_pin_has_a_hash(lock: str):
    lines = (ROOT / lock).read_text().splitlines()
    for line, following in itertools.pairwise(lines):
        if PINNED.match(line):
            assert following.startswith("    --hash=sha256:"), line


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://packages.example/simple",
        "--extra-index-url file:///somewhere/simple",
        "--find-links /somewhere/wheels",
        "-e .",
        "six @ https://packages.example/six-1.16.0.whl \\",
        "six @ file:///somewhere/six-1.16.0.whl \\",
        "six>=1.16 \\",
        "six==1.16.0",
        "six \\",
        "    --hash=md5:0123456789abcdef0123456789abcdef",
        "    --hash=sha256:0123",
        "# from https://packages.example/simple",
    ],
)
def test_line_that_names_a_source_or_leaves_the_version_open_is_strange(line: str):
    assert strange_lines(f"six==1.16.0 \\\n{line}\n") == [line]


@pytest.mark.parametrize(
    "line",
    [
        "six==1.16.0 \\",
        "uvicorn[standard]==0.54.0 ; sys_platform != 'win32' \\",
        "    --hash=sha256:" + "0a" * 32,
        "    --hash=sha256:" + "0a" * 32 + " \\",
        "# Made by `make lock`",
    ],
)
def test_line_of_a_lock_is_not_strange(line: str):
    assert strange_lines(line) == []
