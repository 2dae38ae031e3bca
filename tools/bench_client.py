"""Finds live pumps by their sockets and asks them things."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hil_tests.live_rig import sockets

_TIMEOUT_S = 5.0


class BadInput(Exception):
    """One sentence about what the person wrote."""


class Gone(Exception):
    """The pump's process does not answer."""


def find_pumps(state: Path) -> dict[str, Path]:
    """Sockets of the pumps that run, by name."""
    found: dict[str, Path] = {}
    for path in sorted(state.rglob(f"*{sockets.SUFFIX}")):
        try:
            sockets.connect(path, _TIMEOUT_S).close()
        except OSError:
            continue  # left behind by a process that was killed
        found[path.name.removesuffix(sockets.SUFFIX)] = path
    return found


def ask(path: Path, request: dict[str, Any]) -> dict[str, Any]:
    """One request, one answer. BadInput if the pump says no, Gone if it does not answer."""
    try:
        with sockets.connect(path, _TIMEOUT_S) as client, client.makefile("rwb") as stream:
            stream.write(json.dumps(request).encode() + b"\n")
            stream.flush()
            line = stream.readline()
        answer = json.loads(line)
    except (OSError, ValueError):
        raise Gone(f"{path.stem} does not answer; is it still running?") from None
    if not answer.get("ok"):
        raise BadInput(answer.get("error", "the pump refused without a reason"))
    return answer
