"""The hub's one-page status: written every second for the supervisor and for `python -m hub status`.

No therapy content: the hub has none.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

FILE_NAME = "status.json"
# Written every second: older than this, the hub that wrote it is not running or is stuck.
STALE_MS = 5_000


class NoStatus(Exception):
    """A sentence: there is no status, or none that can be read."""


def write(state_dir: Path, status: dict[str, Any]) -> None:
    """Replace the status file in one step, so that a reader never sees half of it."""
    path = state_dir / FILE_NAME
    fresh = path.with_suffix(".json.new")
    fresh.write_text(json.dumps(status) + "\n", encoding="utf-8")
    os.replace(fresh, path)


def read(state_dir: Path) -> dict[str, Any]:
    """The last status that was written. NoStatus with a sentence."""
    path = state_dir / FILE_NAME
    try:
        status = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise NoStatus(f"no hub has run in {state_dir}") from None
    except (OSError, ValueError) as error:
        raise NoStatus(f"{path} cannot be read: {error}") from None
    if not isinstance(status, dict) or not isinstance(status.get("unix_ms"), int):
        raise NoStatus(f"{path} is not a status file")
    return status


def line(status: dict[str, Any]) -> str:
    """The status in one line for a person."""
    pumps = status["pumps"]
    linked = sum(pump["connected"] for pump in pumps)
    outbox = status["outbox"]
    parts = [
        f"{linked} of {len(pumps)} pumps linked",
        f"outbox {outbox['records']}"
        + (f" ({outbox['alarms']} alarms)" if outbox["alarms"] else ""),
        f"uplink {status['uplink']['state']}",
    ]
    if status["uplink"]["error"]:
        parts.append(status["uplink"]["error"])
    if outbox["dropped"]:
        parts.append(f"{outbox['dropped']} records dropped")
    if outbox["failures"]:
        parts.append(f"{outbox['failures']} disk failures")
    if outbox["set_aside"]:
        parts.append(f"damaged outbox set aside: {outbox['set_aside']}")
    return " · ".join(parts)
