"""Told to end at the worst moment: while an answer of the broker is being taken in, and as the port opens."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiomqtt
import pytest

from hub.commands import CommandShelf
from hub.known_pumps import KnownPumps
from hub.store.outbox import Outbox
from hub.store.records import Caps
from hub.tests.peers import DEADLINE_S, START_S, clinic_peer, free_port, process, until, within
from hub.uplink.deadlines import UplinkDeadlines
from hub.uplink.down import Downlink
from hub.uplink.mqtt import Uplink
from hub.uplink.session import Session
from hub.uplink.state import UplinkStatus
from hub.uplink.waits import UplinkLost

# So that no beat and no new attempt comes while a test looks.
SLOW = UplinkDeadlines(heartbeat_s=60.0, first_pause_s=60.0)
SOON_S = 5.0


@pytest.fixture
async def uplink(tmp_path: Path, broker_port: int, hub_id: str) -> AsyncIterator[Uplink]:
    """An uplink with its outbox, not yet run."""
    outbox = Outbox(tmp_path / "outbox.sqlite", Caps(1_000, 10_000_000, 3_600))
    status = UplinkStatus()
    downlink = Downlink(outbox, CommandShelf(), status, lambda _: False)
    yield Uplink(
        hub_id, "127.0.0.1", broker_port, None, outbox, KnownPumps(), downlink, status, SLOW
    )
    await within("the outbox to close", outbox.close())


def cancel_at(
    monkeypatch: pytest.MonkeyPatch, answer: str, told: list[asyncio.Task[None]]
) -> None:
    """Cancel these tasks in the very step of the loop in which the library takes this answer in."""
    original = getattr(aiomqtt.Client, answer)

    def answered(*arguments: Any, **named: Any) -> None:
        original(*arguments, **named)
        for task in told:
            task.cancel()

    monkeypatch.setattr(aiomqtt.Client, answer, answered)


@pytest.mark.parametrize("answer", ["_on_connect", "_on_subscribe", "_on_publish"])
async def test_uplink_told_to_end_while_an_answer_comes_ends(
    uplink: Uplink, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    task = asyncio.create_task(uplink.run())
    cancel_at(monkeypatch, answer, [task])
    await until(task.cancelled, SOON_S)


async def test_uplink_told_to_end_while_it_closes_a_lost_line_ends(
    uplink: Uplink, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def lost(_: Session) -> None:
        raise UplinkLost("no acknowledgement")

    monkeypatch.setattr(Session, "serve", lost)
    task = asyncio.create_task(uplink.run())
    cancel_at(monkeypatch, "_on_disconnect", [task])
    await until(task.cancelled, SOON_S)


async def test_publication_of_a_clinic_told_to_end_while_its_answer_comes_ends(
    broker_port: int, hub_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[asyncio.Task[None]] = []
    cancel_at(monkeypatch, "_on_publish", told)
    async with clinic_peer(broker_port, hub_id) as clinic:
        told.append(asyncio.create_task(clinic.down(b"anything")))
        await until(told[0].done, SOON_S)
        assert told[0].cancelled()


# A hub that is told to end between the opening of its port and its next step.
TOLD_AT_ONCE = """
import os, signal
from hub.cli import main
from hub.links.tcp import LinkServer

start = LinkServer.start

async def start_and_be_told(self, host, port):
    await start(self, host, port)
    os.kill(os.getpid(), signal.SIGTERM)

LinkServer.start = start_and_be_told
main()
"""


def test_sigterm_as_the_port_opens_ends_the_hub_with_code_zero(tmp_path: Path) -> None:
    env = {"VIGIL_HUB_STATE_DIR": str(tmp_path / "hub"), "VIGIL_HUB_LINK_PORT": str(free_port())}
    with process([sys.executable, "-c", TOLD_AT_ONCE, "run"], env=env) as child:
        code = child.wait(START_S + DEADLINE_S)
    assert code == 0, signal.Signals(-code).name if code < 0 else code


async def test_wait_in_vain_fails_with_a_sentence_that_says_for_what(broker_port: int) -> None:
    with pytest.raises(AssertionError, match=r"waited 0.1 s in vain for .*broker_port == 0"):
        await until(lambda: broker_port == 0, 0.1)
    with pytest.raises(AssertionError, match=r"waited 0.1 s in vain for .*Event\.is_set"):
        await until(asyncio.Event().is_set, 0.1)
