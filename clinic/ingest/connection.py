"""One connection to the broker, entered and left. No wait here forgets that the clinic is to end.

aiomqtt waits through asyncio.wait_for. Before Python 3.12 that drops a cancellation which comes in the same moment as
the broker's answer: the task goes on as if nobody had told it to end, and the clinic that waits for it stays for ever.
With a timeout of NO_END aiomqtt awaits plainly; asyncio.timeout around it keeps the deadline and drops nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiomqtt

# As the timeout of every call to aiomqtt that may be cancelled.
NO_END = math.inf
# The library writes DISCONNECT and closes at once; only a socket that takes no more bytes makes it wait. Short, because
# whoever ends the clinic may give it no more than 5 s (tools/house/supervisor.py), and open pages take up to 3 s of them.
GOODBYE_S = 1.0


@asynccontextmanager
async def entered(client: aiomqtt.Client) -> AsyncIterator[None]:
    """The client connected, and disconnected at the end. MqttError if the broker does not let it in within `client.timeout`."""
    # It connects in a thread that cannot be cancelled: one that is not waited for connects later, and nobody closes that
    # connection. So its task is never cancelled, and the library may keep the deadline of the CONNACK itself.
    entering = asyncio.create_task(client.__aenter__())
    try:
        await asyncio.shield(entering)
    except asyncio.CancelledError:
        await asyncio.wait((entering,), timeout=GOODBYE_S)
        if entering.done() and not entering.cancelled() and entering.exception() is None:
            await _leave(client)
        raise
    try:
        yield
    finally:
        await _leave(client)


async def _leave(client: aiomqtt.Client) -> None:
    client.timeout = NO_END
    # A dead line cannot be closed in order; it is gone either way. TimeoutError is an OSError.
    with contextlib.suppress(aiomqtt.MqttError, OSError):
        async with asyncio.timeout(GOODBYE_S):
            await client.__aexit__(None, None, None)
