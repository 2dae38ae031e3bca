"""The wire from a live pump to its hub, told to end at the worst moment."""

from __future__ import annotations

import asyncio
import socket

from hil_tests.live_rig.bridge import Bridge

DEADLINE_S = 5.0


async def test_bridge_told_to_end_in_the_moment_of_a_change_ends() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    missed = asyncio.Event()
    bridge = Bridge("127.0.0.1", port, lambda _: missed.set())
    task = asyncio.create_task(bridge.run())
    async with asyncio.timeout(DEADLINE_S):
        await missed.wait()
    await asyncio.sleep(0.05)
    bridge.set_range(True)
    await asyncio.sleep(0)
    task.cancel()
    _done, pending = await asyncio.wait([task], timeout=DEADLINE_S)
    assert not pending and task.cancelled(), "the bridge does not end when it is told to"
