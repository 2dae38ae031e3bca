"""How the uplink waits for the broker: each wait has its deadline, and none forgets that the hub is to end.

aiomqtt waits through asyncio.wait_for. Before Python 3.12 that drops a cancellation which comes in the same moment as
the awaited answer: the task goes on as if nobody had told it to end, and the process that waits for it stays for ever.
With a timeout of NO_END aiomqtt awaits plainly; `within` keeps the deadline with asyncio.timeout, which drops nothing.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable
from typing import TypeVar

T = TypeVar("T")

# As the timeout of every call to aiomqtt that may be cancelled.
NO_END = math.inf


class UplinkLost(Exception):
    """The connection is of no use any more; a sentence says why."""


async def within(deadline_s: float, what: str, answer: Awaitable[T]) -> T:
    """What the broker answers. UplinkLost with a sentence if it does not come in time."""
    deadline = asyncio.timeout(deadline_s)
    try:
        async with deadline:
            return await answer
    except TimeoutError:
        # The network's own timeouts are TimeoutErrors too, and say what they are.
        if not deadline.expired():
            raise
        raise UplinkLost(f"{what} did not come within {deadline_s:g} s") from None
