"""Waiting in tests: every wait has an end, and says what it was for when that came first."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

T = TypeVar("T")

# Generous: the machine may be busy with other tests.
DEADLINE_S = 15.0


async def within(what: str, awaited: Awaitable[T], deadline_s: float = DEADLINE_S) -> T:
    """Its result. Fails with a sentence that says what was awaited if that does not come in time."""
    deadline = asyncio.timeout(deadline_s)
    try:
        async with deadline:
            return await awaited
    except TimeoutError:
        if not deadline.expired():
            raise
        raise AssertionError(f"waited {deadline_s:g} s in vain for {what}") from None


async def until(condition: Callable[[], Any], deadline_s: float = DEADLINE_S) -> None:
    """Wait for something that nothing announces."""

    async def look() -> None:
        while not condition():  # noqa: ASYNC110  real parts are looked at, they set no event
            await asyncio.sleep(0.02)

    await within(_words(condition), look(), deadline_s)


async def ended(task: asyncio.Task[Any], what: str, deadline_s: float = DEADLINE_S) -> None:
    """Cancel a task and see it end. What it failed of, if it did, comes out: a test that waited for it was waiting in vain."""
    task.cancel()
    await within(f"{what} to end when told to", asyncio.wait((task,)), deadline_s)
    if not task.cancelled():
        task.result()


def _words(condition: Callable[[], Any]) -> str:
    """A condition as it stands in the test."""
    name = getattr(condition, "__qualname__", repr(condition))
    if not name.endswith("<lambda>"):
        return name
    try:
        return " ".join(inspect.getsource(condition).split())
    except OSError:
        return name
