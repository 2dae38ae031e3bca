"""What must be true before the first process starts. Each check says in one sentence what is wrong."""

from __future__ import annotations

import errno
import fcntl
import importlib.util
import os
import shutil
import socket
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from tools.house.settings import HouseSettings, Refused

BROKER_ANSWER_S = 3.0
MQTT_PORTS = {"mqtt": 1883, "mqtts": 8883}


def lock_state(state: Path) -> IO[str]:
    """The lock on the state folder, held as long as the returned file is open."""
    try:
        state.mkdir(parents=True, exist_ok=True)
        # Opened for appending: a second instance must not wipe the first one's process id.
        lock = (state / "run.lock").open("a+")
    except OSError as error:
        raise Refused(f"state folder {state}: {os.strerror(error.errno or 0)}") from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.seek(0)
        owner = lock.read().strip()
        lock.close()
        raise Refused(f"a house already runs on {state} (process {owner or 'unknown'})") from None
    lock.truncate(0)
    lock.write(f"{os.getpid()}\n")
    lock.flush()
    return lock


def check_modules(modules: Iterable[str]) -> None:
    """Every process is a module of this tree; a missing one is better found now than half-way."""
    for module in modules:
        try:
            found = importlib.util.find_spec(module)
        except ModuleNotFoundError:
            found = None
        if found is None:
            raise Refused(f"the module {module} is missing from this tree")


def check_interpreter() -> None:
    """The pumps' MicroPython interpreter, which the set-up puts beside Python's."""
    beside = str(Path(sys.executable).parent)
    path = os.pathsep.join([beside, os.environ.get("PATH", os.defpath)])
    if shutil.which("micropython", path=path) is None:
        raise Refused(f"the MicroPython interpreter is missing from {beside}; run make setup")


def check_ports(settings: HouseSettings) -> None:
    """Ports of ours must be free; a broker of others must answer."""
    wanted = {"VIGIL_CLINIC_PORT": settings.clinic_port, "VIGIL_HUB_LINK_PORT": settings.hub_port}
    if settings.given_mqtt_url is None:
        wanted["VIGIL_BROKER_PORT"] = settings.broker_port
    for name, port in wanted.items():
        _check_free(name, port)
    if settings.given_mqtt_url is not None:
        _check_answers(settings.given_mqtt_url)


def port_answers(port: int, host: str = "127.0.0.1", deadline_s: float = 0.5) -> bool:
    """Whether something accepts connections there."""
    try:
        with socket.create_connection((host, port), timeout=deadline_s):
            return True
    except OSError:
        return False


def _check_free(name: str, port: int) -> None:
    with socket.socket() as probe:
        # As servers do it: the rest of a closed connection does not count as in use.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            why = "in use" if error.errno == errno.EADDRINUSE else os.strerror(error.errno or 0)
            raise Refused(f"port {port} is {why}; set {name} to another one") from None


def _check_answers(url: str) -> None:
    parts = urlsplit(url)
    port = parts.port or MQTT_PORTS[parts.scheme]
    if not port_answers(port, parts.hostname or "", BROKER_ANSWER_S):
        raise Refused(f"no broker answers at {parts.hostname}:{port} (MQTT_URL)")
