"""From a pump's socket through the outbox and the broker to a clinic, and back."""

from __future__ import annotations

import asyncio

from hub.tests.conftest import StartHub
from hub.tests.peers import PumpPeer, clinic_peer, until
from hub.uplink.deadlines import UplinkDeadlines
from shared.uplink_messages import pack_down_command

COMMAND_ID = bytes(range(16))


async def depth(hub) -> int:
    return (await hub.outbox.depth()).total


async def test_record_reaches_the_clinic_and_leaves_the_outbox_on_its_receipt(
    start_hub: StartHub, broker_port: int, hub_id: str
) -> None:
    hub = await start_hub()
    async with clinic_peer(broker_port, hub_id) as clinic:
        pump = await PumpPeer().connect(hub.links.port)
        pump.record(5, urgency=1)
        await until(lambda: pump.stored == [5])
        await until(lambda: clinic.frames == [pump.frame(5)])
        assert clinic.records[0].pump_id == pump.pump_id
        await until(lambda: hub.uplink.status.removed_records == 1)
        assert await depth(hub) == 0
        await pump.close()


async def test_puback_without_receipt_leaves_the_record_in_the_outbox(
    start_hub: StartHub, broker_port: int, hub_id: str
) -> None:
    hub = await start_hub()
    async with clinic_peer(broker_port, hub_id, receipting=False) as clinic:
        pump = await PumpPeer().connect(hub.links.port)
        pump.record(1)
        await until(lambda: hub.uplink.status.published_records == 1)
        await until(lambda: len(clinic.records) == 1)
        assert await depth(hub) == 1
        await pump.close()


async def test_receipt_with_another_uuid_removes_nothing_and_is_counted(
    start_hub: StartHub, broker_port: int, hub_id: str
) -> None:
    hub = await start_hub()
    async with clinic_peer(broker_port, hub_id, receipting=False) as clinic:
        pump = await PumpPeer().connect(hub.links.port)
        pump.record(1)
        await until(lambda: clinic.records)
        ids = [clinic.records[0].outbox_id]
        await clinic.receipt(bytes(16), ids)
        await until(lambda: hub.uplink.status.foreign_receipts == 1)
        assert await depth(hub) == 1
        await clinic.receipt(clinic.ups[-1].outbox_uuid, ids)
        await until(lambda: hub.uplink.status.removed_records == 1)
        assert await depth(hub) == 0
        await pump.close()


async def test_same_frame_sent_again_is_answered_and_stored_once(
    start_hub: StartHub, broker_port: int, hub_id: str
) -> None:
    hub = await start_hub()
    async with clinic_peer(broker_port, hub_id, receipting=False):
        pump = await PumpPeer().connect(hub.links.port)
        for _ in range(3):
            pump.record(9)
        await until(lambda: pump.stored == [9, 9, 9])
        assert await depth(hub) == 1
        assert hub.links.counters.repeated == 2
        await pump.close()


async def test_alarm_overtakes_a_thousand_routine_records(
    start_hub: StartHub, broker_port: int, hub_id: str
) -> None:
    hub = await start_hub()
    async with clinic_peer(broker_port, hub_id, receipting=False) as clinic:
        pump = await PumpPeer().connect(hub.links.port)
        for link_seq in range(2_000):
            pump.record(link_seq)
        # The window holds 1,024 records back without receipts: the rest waits in the outbox.
        await until(lambda: len(clinic.records) == 1_024 and len(pump.stored) == 2_000)
        pump.record(9_999, urgency=2)
        await until(lambda: len(clinic.records) == 1_025)
        newest = [up.records for up in clinic.ups if up.records][-1]
        assert [record.frame for record in newest] == [pump.frame(9_999)]
        assert await depth(hub) == 2_001
        await pump.close()


async def test_sixty_four_pumps_at_once_lose_nothing(
    start_hub: StartHub, broker_port: int, hub_id: str
) -> None:
    hub = await start_hub()
    async with clinic_peer(broker_port, hub_id) as clinic:
        pumps = [PumpPeer(number) for number in range(64)]
        await asyncio.gather(*(pump.connect(hub.links.port) for pump in pumps))
        for link_seq in range(20):
            for pump in pumps:
                pump.record(link_seq)
        await until(lambda: all(sorted(pump.stored) == list(range(20)) for pump in pumps))
        wanted = {pump.frame(link_seq) for pump in pumps for link_seq in range(20)}
        await until(lambda: wanted == set(clinic.frames))
        await until(lambda: hub.uplink.status.removed_records == len(wanted))
        links = {link.pump_id: link.connected for link in clinic.ups[-1].links}
        assert links == {pump.pump_id: 1 for pump in pumps}
        for pump in pumps:
            await pump.close()


async def test_command_reaches_a_connected_pump_at_once(
    start_hub: StartHub, broker_port: int, hub_id: str
) -> None:
    hub = await start_hub()
    async with clinic_peer(broker_port, hub_id) as clinic:
        pump = await PumpPeer().connect(hub.links.port)
        payload = pack_down_command(pump.pump_id, COMMAND_ID, b"sealed command")
        await clinic.down(payload)
        await clinic.down(payload)
        await until(lambda: pump.commands == [b"sealed command"])
        await until(lambda: hub.uplink.downlink.shelf.duplicates == 1)
        assert pump.commands == [b"sealed command"]
        await pump.close()


async def test_newest_command_waits_for_a_pump_that_is_away(
    start_hub: StartHub, broker_port: int, hub_id: str
) -> None:
    hub = await start_hub()
    async with clinic_peer(broker_port, hub_id) as clinic:
        pump = PumpPeer()
        await clinic.down(pack_down_command(pump.pump_id, bytes(16), b"old"))
        await clinic.down(pack_down_command(pump.pump_id, COMMAND_ID, b"new"))
        await until(lambda: hub.uplink.status.commands == 2)
        await pump.connect(hub.links.port)
        await until(lambda: pump.commands == [b"new"])
        await pump.close()


async def test_heartbeat_goes_without_records_and_tells_of_links(
    start_hub: StartHub, broker_port: int, hub_id: str
) -> None:
    hub = await start_hub(uplink_deadlines=UplinkDeadlines(heartbeat_s=0.3))
    async with clinic_peer(broker_port, hub_id) as clinic:
        await until(lambda: len(clinic.ups) >= 3)
        assert clinic.records == []
        pump = await PumpPeer().connect(hub.links.port)
        await until(lambda: [link.connected for link in clinic.ups[-1].links] == [1])
        await pump.close()
        await until(lambda: [link.connected for link in clinic.ups[-1].links] == [0])


async def test_bad_payloads_and_retained_ones_change_nothing(
    start_hub: StartHub, broker_port: int, hub_id: str
) -> None:
    hub = await start_hub()
    async with clinic_peer(broker_port, hub_id) as clinic:
        pump = await PumpPeer().connect(hub.links.port)
        for payload in (b"", b"\xff", b"\x83\x01\x02\x03", bytes(2_000)):
            await clinic.down(payload)
        await until(lambda: hub.uplink.status.bad_payloads == 4)
        await clinic.down(pack_down_command(pump.pump_id, COMMAND_ID, b"fine"))
        await until(lambda: pump.commands == [b"fine"])
        await pump.close()
