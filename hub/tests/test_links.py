"""The link server under bad luck and bad manners: garbage, silence, half-open lines, second connections."""

from __future__ import annotations

import asyncio
import os
import time

from hub.links.deadlines import LinkDeadlines
from hub.links.tcp import MAX_CONNECTIONS
from hub.tests.conftest import StartHub
from hub.tests.peers import PumpPeer, until, within
from shared import framing
from shared.codes import Link
from shared.link_messages import pack_hello, pack_number, pack_record

SHORT = LinkDeadlines(hello_s=0.4)


async def test_garbage_between_frames_is_counted_and_costs_no_record(start_hub: StartHub) -> None:
    hub = await start_hub(wait_up=False)
    pump = await PumpPeer().connect(hub.links.port)
    garbage = b"\x00" * 40 + b"\xa5\x5a\x03\xff\xff\x00" + b"\xa5" * 9
    for link_seq in range(20):
        pump.writer.write(garbage)
        pump.record(link_seq)
    await until(lambda: sorted(pump.stored) == list(range(20)))
    assert hub.links.counters.dropped_bytes == 20 * len(garbage)
    await pump.close()


async def test_random_bytes_do_not_hurt_the_hub_or_other_pumps(start_hub: StartHub) -> None:
    hub = await start_hub(wait_up=False, link_deadlines=LinkDeadlines(hello_s=0.5))
    vandal = await PumpPeer(2).connect(hub.links.port, hello=False)
    pump = await PumpPeer(1).connect(hub.links.port)
    vandal.writer.write(os.urandom(300_000))
    pump.record(1)
    await until(lambda: pump.stored == [1])
    await until(vandal.closed.is_set)
    assert hub.links.counters.dropped_bytes > 200_000
    await pump.close()
    await vandal.close()


async def test_whole_frames_that_make_no_sense_are_counted_and_the_link_lives(
    start_hub: StartHub,
) -> None:
    hub = await start_hub(wait_up=False)
    pump = await PumpPeer().connect(hub.links.port)
    pump.send(Link.RECORD, b"\xff")
    pump.send(Link.RECORD, b"")
    pump.send(Link.RECORD, pack_record(1, 0, b"x") + b"\x00")
    pump.send(Link.PING, pack_hello(pump.pump_id, 1))
    pump.send(Link.STORED, pack_number(1))
    pump.send(99, b"")
    pump.record(7)
    await until(lambda: pump.stored == [7])
    assert hub.links.counters.malformed == 4
    assert hub.links.counters.unexpected == 2
    assert (await hub.outbox.depth()).total == 1
    await pump.close()


async def test_record_before_hello_is_not_stored_and_not_answered(start_hub: StartHub) -> None:
    hub = await start_hub(wait_up=False)
    pump = await PumpPeer().connect(hub.links.port, hello=False)
    pump.record(1)
    pump.ping(1)
    pump.send(Link.HELLO, pack_hello(pump.pump_id, 1))
    await until(lambda: pump.welcomes == 1)
    assert (pump.stored, pump.pongs) == ([], [])
    assert hub.links.counters.unexpected == 2
    assert (await hub.outbox.depth()).total == 0
    await pump.close()


async def test_ping_is_answered_at_once_with_its_number(start_hub: StartHub) -> None:
    hub = await start_hub(wait_up=False)
    pump = await PumpPeer().connect(hub.links.port)
    pump.ping(41)
    pump.ping(42)
    await until(lambda: pump.pongs == [41, 42])
    await pump.close()


async def test_connection_without_hello_is_closed_after_its_deadline(start_hub: StartHub) -> None:
    hub = await start_hub(wait_up=False, link_deadlines=SHORT)
    stranger = await PumpPeer().connect(hub.links.port, hello=False)
    await until(stranger.closed.is_set)
    await stranger.close()


async def test_half_open_pump_is_given_up_after_its_silence_and_told_as_away(
    start_hub: StartHub,
) -> None:
    # Many pings in one silence: a machine that is busy for a second must not look like a dead pump.
    hub = await start_hub(wait_up=False, link_deadlines=LinkDeadlines(silence_s=2.0))
    # The living one first: without its pings it would be given up first.
    living = await PumpPeer(2).connect(hub.links.port)
    dead = await PumpPeer(1).connect(hub.links.port)

    def dead_is_given_up() -> bool:
        living.ping(1)
        return dead.closed.is_set()

    await until(dead_is_given_up)
    assert not living.closed.is_set()
    known = {pump_id: connected for pump_id, connected, _ in hub.uplink.known.links()}
    assert known == {dead.pump_id: 0, living.pump_id: 1}
    await living.close()
    await dead.close()


async def test_second_connection_of_a_pump_replaces_the_first(start_hub: StartHub) -> None:
    hub = await start_hub(wait_up=False)
    first = await PumpPeer(1).connect(hub.links.port)
    second = await PumpPeer(1).connect(hub.links.port)
    await until(first.closed.is_set)
    second.record(3)
    await until(lambda: second.stored == [3])
    assert hub.uplink.known.links()[0][1] == 1
    now_ms = time.monotonic_ns() // 1_000_000
    hub.uplink.downlink.shelf.put(second.pump_id, bytes(16), b"to the new one", now_ms)
    assert hub.links.command_waits(second.pump_id)
    await until(lambda: second.commands == [b"to the new one"])
    assert first.commands == []
    await second.close()
    await first.close()


async def test_second_hello_with_another_id_ends_the_connection(start_hub: StartHub) -> None:
    hub = await start_hub(wait_up=False)
    pump = await PumpPeer(1).connect(hub.links.port)
    pump.send(Link.HELLO, pack_hello(PumpPeer(2).pump_id, 1))
    await until(pump.closed.is_set)
    assert [link[0] for link in hub.uplink.known.links()] == [pump.pump_id]
    await pump.close()


async def test_repeated_hello_of_a_restarted_pump_is_welcomed_again(start_hub: StartHub) -> None:
    hub = await start_hub(wait_up=False)
    pump = await PumpPeer(1).connect(hub.links.port)
    pump.send(Link.HELLO, pack_hello(pump.pump_id, 8))
    await until(lambda: pump.welcomes == 2)
    pump.record(1)
    await until(lambda: pump.stored == [1])
    await pump.close()


async def test_connections_beyond_the_limit_are_closed_and_pumps_still_served(
    start_hub: StartHub,
) -> None:
    hub = await start_hub(wait_up=False)
    pump = await PumpPeer(1).connect(hub.links.port)
    crowd = [await PumpPeer().connect(hub.links.port, hello=False) for _ in range(MAX_CONNECTIONS)]
    await until(lambda: any(stranger.closed.is_set() for stranger in crowd))
    pump.record(1)
    await until(lambda: pump.stored == [1])
    for stranger in (*crowd, pump):
        await stranger.close()


async def test_frame_in_single_bytes_is_understood(start_hub: StartHub) -> None:
    hub = await start_hub(wait_up=False)
    pump = await PumpPeer(1).connect(hub.links.port)
    for byte in framing.encode(Link.RECORD, pack_record(5, 1, b"sealed")):
        pump.writer.write(bytes((byte,)))
        await asyncio.sleep(0)
    await until(lambda: pump.stored == [5])
    await pump.close()


async def test_pump_that_does_not_read_is_cut_and_the_hub_keeps_its_memory(
    start_hub: StartHub,
) -> None:
    hub = await start_hub(wait_up=False)
    reader, writer = await asyncio.open_connection("127.0.0.1", hub.links.port)
    writer.write(framing.encode(Link.HELLO, pack_hello(bytes(16), 1)))
    await within("a WELCOME", reader.readexactly(6))
    reader._transport.pause_reading()  # pyright: ignore[reportAttributeAccessIssue]
    ping = framing.encode(Link.PING, pack_number(2**50)) * 2_000

    async def flood() -> None:
        while True:
            writer.write(ping)
            await writer.drain()

    flooding = asyncio.create_task(flood())
    await until(lambda: [link[1] for link in hub.uplink.known.links()] == [0])
    flooding.cancel()
    await within("the flood to end", asyncio.gather(flooding, return_exceptions=True))
    writer.close()
