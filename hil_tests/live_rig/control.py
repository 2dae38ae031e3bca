"""The bench's door to a live pump: JSON lines on a unix socket.

Request `{"do": name, ...values}`, answer `{"ok": true, ...}` or `{"ok": false, "error": sentence}`.
What there is stands in commands.py.
"""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Callable
from typing import Any

from hil_tests.live_rig.commands import check_command
from hil_tests.live_rig.pump import LivePump

Action = Callable[[LivePump, dict[str, Any]], dict[str, Any]]


def _screen(pump: LivePump, _given: dict[str, Any]) -> dict[str, Any]:
    return {"png_base64": base64.b64encode(pump.picture()).decode()}


def _done(act: Callable[[LivePump, dict[str, Any]], None]) -> Action:
    """An action whose answer is no more than that it was done."""

    def carry_out(pump: LivePump, given: dict[str, Any]) -> dict[str, Any]:
        act(pump, given)
        return {}

    return carry_out


_ACTIONS: dict[str, Action] = {
    "status": lambda pump, given: pump.status(),
    "screen": _screen,
    "key": _done(lambda pump, given: pump.press(given["key"], given["hold_ms"])),
    "unplug": _done(lambda pump, given: pump.unplug()),
    "plug": _done(lambda pump, given: pump.plug()),
    "fault": _done(lambda pump, given: pump.rig.set_fault(given["fault"], given["value"] or True)),
    "mend": _done(lambda pump, given: pump.rig.set_fault(given["fault"], False)),
    "range": _done(lambda pump, given: pump.set_range(given["where"])),
}


def answer(pump: LivePump, line: bytes) -> dict[str, Any]:
    """Carry out one request."""
    try:
        request = json.loads(line)
        if type(request) is not dict:
            raise ValueError("a request is a JSON object on one line")
        name, values = check_command(request)
        act = _ACTIONS.get(name)
        if act is None:
            pump.plant.stimulate(name, **values)
            return {"ok": True}
        return {"ok": True, **act(pump, values)}
    except (ValueError, RecursionError) as error:
        return {"ok": False, "error": str(error)}


async def serve(
    pump: LivePump, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """One client, as long as it stays."""
    try:
        while line := await reader.readline():
            writer.write(json.dumps(answer(pump, line)).encode() + b"\n")
            await writer.drain()
    except ValueError:
        writer.write(b'{"ok": false, "error": "the line is too long"}\n')
    except ConnectionError:
        return
    finally:
        writer.close()
