"""Told to end at the worst moment: while an answer of the broker is being taken in, or before it has come."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import threading
from pathlib import Path
from typing import Any

import aiomqtt
import paho.mqtt.client
import pytest

from clinic import config
from clinic.clock import now_ms
from clinic.ingest import connection, mqtt, uplink
from clinic.ingest.mqtt import MqttLine
from clinic.tests.conftest import Scene
from clinic.tests.mute_broker import CONNECT, DISCONNECT, SUBSCRIBE, MuteBroker, mute_broker
from clinic.tests.waits import DEADLINE_S, ended, until, within

SOON_S = 5.0
SHORT_S = 0.1


def line_to(port: int, tmp_path: Path) -> MqttLine:
    settings = config.load(state=tmp_path, mqtt_url=f"mqtt://127.0.0.1:{port}")
    # The real broker is shared by all tests: each has a name of its own there.
    return MqttLine(settings.broker, f"clinic-{secrets.token_hex(4)}", lambda: None)


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


@pytest.mark.parametrize("answer", ["_on_connect", "_on_subscribe"])
async def test_line_told_to_end_while_an_answer_comes_ends(
    broker_port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    line = asyncio.create_task(line_to(broker_port, tmp_path).run())
    cancel_at(monkeypatch, answer, [line])
    await until(line.cancelled, SOON_S)


async def test_pipeline_told_to_end_while_its_receipt_is_acknowledged_ends(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = scene.house
    line = asyncio.create_task(house.line.run())
    pipeline = asyncio.create_task(house.pipeline.run())
    cancel_at(monkeypatch, "_on_publish", [pipeline])
    try:
        await within("the clinic to reach the broker", house.line.connected.wait())
        payload = scene.hub.up((scene.pump.pump_id, scene.pump.telemetry()))
        house.line.waiting.put_nowait(uplink.parse(scene.hub.topic, payload, now_ms()))
        await until(pipeline.cancelled, SOON_S)
        assert house.writer.counters.records == 1
    finally:
        await ended(line, "the clinic's line")


async def test_line_told_to_end_while_it_closes_a_lost_line_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mqtt, "SUBSCRIBE_TIMEOUT_S", SHORT_S)
    async with mute_broker(CONNECT) as broker:
        line = asyncio.create_task(line_to(broker.port, tmp_path).run())
        cancel_at(monkeypatch, "_on_disconnect", [line])
        await until(line.cancelled, SOON_S)


async def test_line_told_to_end_at_a_broker_that_never_answers_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "GOODBYE_S", SHORT_S)
    async with mute_broker() as broker:
        line = asyncio.create_task(line_to(broker.port, tmp_path).run())
        await until(lambda: broker.heard == [CONNECT])
        line.cancel()
        await until(line.cancelled, SOON_S)


async def left_in_order(broker: MuteBroker, line: asyncio.Task[None]) -> None:
    await until(line.cancelled)
    await until(lambda: not broker.open)
    assert broker.heard == [CONNECT, DISCONNECT]


async def test_line_told_to_end_before_it_is_let_in_closes_the_connection_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "GOODBYE_S", DEADLINE_S)
    async with mute_broker(CONNECT) as broker:
        line = asyncio.create_task(line_to(broker.port, tmp_path).run())
        broker.on_packet = lambda _: line.cancel()
        await left_in_order(broker, line)


async def test_line_told_to_end_while_its_thread_still_connects_leaves_no_connection_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "GOODBYE_S", DEADLINE_S)
    in_thread, go = threading.Event(), threading.Event()
    original = paho.mqtt.client.Client.connect

    def slowly(*arguments: Any) -> Any:
        in_thread.set()
        assert go.wait(DEADLINE_S)
        return original(*arguments)

    monkeypatch.setattr(paho.mqtt.client.Client, "connect", slowly)
    async with mute_broker(CONNECT) as broker:
        line = asyncio.create_task(line_to(broker.port, tmp_path).run())
        await until(in_thread.is_set)
        line.cancel()
        # The line hears of it before the thread goes on.
        await asyncio.sleep(0)
        go.set()
        await left_in_order(broker, line)


async def test_line_whose_subscription_is_not_answered_connects_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mqtt, "SUBSCRIBE_TIMEOUT_S", SHORT_S)
    monkeypatch.setattr(mqtt, "RETRY_FIRST_S", 0.01)
    async with mute_broker(CONNECT) as broker:
        line = asyncio.create_task(line_to(broker.port, tmp_path).run())
        await until(lambda: broker.heard.count(SUBSCRIBE) == 2)
        assert broker.heard[:4] == [CONNECT, SUBSCRIBE, DISCONNECT, CONNECT]
        await ended(line, "the line")


async def test_command_that_the_broker_does_not_acknowledge_counts_as_not_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mqtt, "PUBLISH_TIMEOUT_S", SHORT_S)
    async with mute_broker(CONNECT, SUBSCRIBE) as broker:
        line = line_to(broker.port, tmp_path)
        running = asyncio.create_task(line.run())
        await within("the line to connect", line.connected.wait())
        sending = line.send_command("hub1", bytes(16), bytes(16), b"frame")
        assert await within("the command to be given up", sending) is False
        assert line.connected.is_set()
        await ended(running, "the line")


async def test_wait_in_vain_fails_with_a_sentence_that_says_for_what() -> None:
    event = asyncio.Event()
    with pytest.raises(AssertionError, match=r"waited 0.1 s in vain for .*len\(\"abc\"\) == 4"):
        await until(lambda: len("abc") == 4, SHORT_S)
    with pytest.raises(AssertionError, match=r"waited 0.1 s in vain for .*Event\.is_set"):
        await until(event.is_set, SHORT_S)

    async def deaf() -> None:
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(DEADLINE_S)
        await event.wait()

    task = asyncio.create_task(deaf())
    await asyncio.sleep(0)
    with pytest.raises(AssertionError, match=r"in vain for the deaf one to end when told to"):
        await ended(task, "the deaf one", SHORT_S)
    event.set()
    await within("the deaf one", task)
