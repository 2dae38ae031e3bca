"""How the service is: for /health, and once a second for whoever runs it, in `status.json`. Ages and counts only, no patient.

May import: all of clinic but api, desk and app.
"""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path
from typing import Any

import structlog

from clinic.clock import now_ms
from clinic.house import House

log = structlog.get_logger("clinic.health")

FILE_NAME = "status.json"
WRITE_EVERY_S = 1.0
# The watch ticks once a second; this many missed and the service is not well.
WATCH_LATE_MS = 10_000


def report(house: House, at_ms: int) -> dict[str, Any]:
    """Everything that may be told without a login."""
    ward = house.ward
    watch_age_ms = at_ms - house.watch.ticked_ms if house.watch.ticked_ms else None
    heard = [at_ms - heard_ms for heard_ms in ward.hub_heard_ms.values()]
    live = [at_ms - pump.live_at_ms for pump in ward.pumps.values() if pump.live_at_ms]
    connected = house.line.connected.is_set()
    return {
        "ok": connected and watch_age_ms is not None and watch_age_ms < WATCH_LATE_MS,
        "broker_connected": connected,
        "uptime_ms": at_ms - ward.started_ms,
        "watch_age_ms": watch_age_ms,
        "newest_hub_age_ms": min(heard, default=None),
        "pumps": len(ward.pumps),
        "pumps_live": sum(age_ms <= house.settings.stale_ms for age_ms in live),
        "newest_telemetry_age_ms": min(live, default=None),
        "oldest_telemetry_age_ms": max(live, default=None),
        "waiting": house.line.waiting.qsize(),
        "records": house.writer.counters.records,
        "duplicates": house.writer.counters.duplicates,
        "quarantined": house.writer.counters.quarantined,
        "uplinks_malformed": house.line.malformed,
        "store_failures": house.pipeline.failures,
    }


def line(found: dict[str, Any]) -> str:
    """The report in one line."""
    broker = "broker connected" if found["broker_connected"] else "broker NOT connected"
    return (
        f"{broker}, {found['pumps_live']} of {found['pumps']} pumps live,"
        f" {found['records']} records stored, {found['quarantined']} quarantined"
    )


async def keep_status_file(house: House) -> None:
    """Write `status.json` once a second, whole or not at all. Never returns by itself."""
    path = house.settings.folder / FILE_NAME
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    while True:
        found = report(house, now_ms())
        try:
            _write(path, found | {"line": line(found)})
        except OSError as error:
            log.error("status not written", why=error.strerror)
        await asyncio.sleep(WRITE_EVERY_S)


def _write(path: Path, found: dict[str, Any]) -> None:
    new = path.with_suffix(".new")
    new.write_text(json.dumps(found))
    os.replace(new, path)
