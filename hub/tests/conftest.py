"""Fixtures of the hub's tests: a broker, and hubs that run in this process."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from hub.app import Hub
from hub.config import HubConfig
from hub.links.deadlines import LinkDeadlines
from hub.tests.peers import broker_process, free_port, until, within
from hub.uplink.deadlines import UplinkDeadlines
from hub.uplink.state import UplinkState

StartHub = Callable[..., Coroutine[Any, Any, Hub]]


@pytest.fixture(scope="session")
def broker_port() -> Iterator[int]:
    """The embedded broker, one for all tests of a worker: each test uses its own hub id."""
    port = free_port()
    with broker_process(port):
        yield port


@pytest.fixture
def hub_id(request: pytest.FixtureRequest) -> str:
    return f"h{zlib.crc32(request.node.nodeid.encode()):08x}"


@asynccontextmanager
async def running(
    config: HubConfig,
    link_deadlines: LinkDeadlines | None = None,
    uplink_deadlines: UplinkDeadlines | None = None,
) -> AsyncIterator[Hub]:
    hub = Hub(config, link_deadlines, uplink_deadlines)
    task = asyncio.create_task(hub.run())
    started = asyncio.create_task(hub.started.wait())
    first = asyncio.wait((task, started), return_when=asyncio.FIRST_COMPLETED)
    await within("a hub to start", first)
    started.cancel()
    if task.done():
        task.result()
    try:
        yield hub
    finally:
        hub.stop()
        await within("a hub to end when told to", asyncio.wait((task,)))
        task.result()


@pytest.fixture
async def start_hub(tmp_path: Path, broker_port: int, hub_id: str) -> AsyncIterator[StartHub]:
    """`await start_hub(**settings)`: a hub on a free link port, by default with the embedded broker."""
    async with AsyncExitStack() as stack:

        async def start(
            link_deadlines: LinkDeadlines | None = None,
            uplink_deadlines: UplinkDeadlines | None = None,
            wait_up: bool = True,
            **settings: Any,
        ) -> Hub:
            settings = {
                "id": hub_id,
                "link_port": 0,
                "state_dir": tmp_path / "hub",
                "mqtt_url": f"mqtt://127.0.0.1:{broker_port}",
                **settings,
            }
            hub = await stack.enter_async_context(
                running(HubConfig(**settings), link_deadlines, uplink_deadlines)
            )
            if wait_up:
                await until(lambda: hub.uplink.status.state is UplinkState.UP)
            return hub

        yield start
