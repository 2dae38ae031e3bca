"""Commands: stored before they are sent, and settled as done, refused or unknown."""

from __future__ import annotations

import asyncio
import secrets

import pytest
from sqlalchemy import select

from clinic.clock import now_ms
from clinic.commands import lease, results
from clinic.commands.sender import RESEND_MS
from clinic.house import build
from clinic.live import Snapshot
from clinic.status import Cmd
from clinic.store.tables import leases, pump_commands, pumps
from clinic.tests.conftest import People, Scene
from clinic.tests.waits import ended, within
from clinic.tests.wire import Wire
from shared.codes import Command, Reason, Stage, State


async def stop(scene: Scene, people: People) -> bytes:
    return bytes.fromhex(await scene.house.desk.stop_pump(scene.pump.pump_id.hex(), people.nurse))


async def sent_ms(scene: Scene, command_id: bytes) -> int | None:
    query = select(pump_commands.c.sent_ms).where(pump_commands.c.command_id == command_id)
    async with scene.house.database.read() as connection:
        return (await connection.execute(query)).scalar_one()


async def result(scene: Scene, command_id: bytes) -> str:
    return await scene.house.desk.command_result(command_id.hex())


async def test_a_stop_reaches_the_pump_sealed_and_bound_to_its_challenge(
    scene: Scene, people: People, wire: Wire
) -> None:
    await scene.take(scene.pump.telemetry(state=State.RUNNING, rate_nl_h=5))
    command_id = await stop(scene, people)
    [down] = await wire.got(1)
    assert (down.pump_id, down.cmd_id) == (scene.pump.pump_id, command_id)
    seq, box, command = scene.pump.open(down.frame)
    assert (seq, command.kind, command.cmd_id) == (1, Command.STOP, command_id)
    assert (command.pump_id, command.challenge) == (
        scene.pump.pump_id,
        scene.pump.state["challenge"],
    )
    assert box.signatures == [] and command.valid_s == 600
    assert await result(scene, command_id) == "pending"
    await scene.take(scene.pump.receipt(command_id, Stage.ACTIVE))
    assert await result(scene, command_id) == "done"


async def test_a_refusal_is_told_with_its_reason_and_stays(
    scene: Scene, people: People, wire: Wire
) -> None:
    await scene.take(scene.pump.telemetry())
    command_id = await stop(scene, people)
    await scene.take(scene.pump.receipt(command_id, Stage.REFUSED, Reason.STALE_CHALLENGE))
    await scene.take(scene.pump.receipt(command_id, Stage.ACTIVE))
    assert await result(scene, command_id) == "refused: stale challenge"


async def test_a_stop_for_a_pump_never_heard_is_refused_in_words_and_kept(
    scene: Scene, people: People, wire: Wire
) -> None:
    command_id = await stop(scene, people)
    assert (await result(scene, command_id)).startswith("refused: Pump 1 has not been heard of")
    async with scene.house.database.read() as connection:
        row = (await connection.execute(select(pump_commands))).one()
    assert (row.seq, row.frame, row.sent_ms) == (None, None, None)


async def test_no_answer_is_unknown_and_telemetry_settles_it(
    scene: Scene, people: People, wire: Wire
) -> None:
    at_ms = await scene.take(scene.pump.telemetry(state=State.RUNNING, rate_nl_h=5))
    command_id = await stop(scene, people)
    later_ms = at_ms + results.STOP_DEADLINE_MS + 1_000
    await scene.house.sender.attend(later_ms)
    assert await result(scene, command_id) == "unknown"
    await scene.take(scene.pump.telemetry(last_cmd=1), at_ms=later_ms)
    await scene.house.sender.attend(later_ms)
    assert await result(scene, command_id) == "unknown"  # accepted, and still delivering
    await scene.take(scene.pump.telemetry(state=State.STOPPED, rate_nl_h=0), at_ms=later_ms + 1)
    await scene.house.sender.attend(later_ms + 2)
    assert await result(scene, command_id) == "done"


async def test_what_the_pump_can_no_longer_accept_is_refused(
    scene: Scene, people: People, wire: Wire
) -> None:
    at_ms = await scene.take(scene.pump.telemetry())
    command_id = await stop(scene, people)
    later_ms = at_ms + results.DEAD_AFTER_MS + 5_000
    await scene.take(scene.pump.telemetry(last_cmd=0), at_ms=later_ms)
    await scene.house.sender.attend(later_ms)
    assert await result(scene, command_id) == f"refused: {results.NEVER_ACCEPTED}"


async def test_the_same_bytes_go_again_until_the_pump_has_them(
    scene: Scene, people: People, wire: Wire
) -> None:
    at_ms = await scene.take(scene.pump.telemetry())
    await wire.cut()
    command_id = await stop(scene, people)
    assert await sent_ms(scene, command_id) is None
    await wire.join()
    await scene.house.sender.attend(at_ms + 1_000)
    await scene.house.sender.attend(at_ms + 2_000)
    assert await sent_ms(scene, command_id) == at_ms + 1_000
    await scene.house.sender.attend(at_ms + 1_000 + RESEND_MS)
    first, second = await wire.frames(2)
    assert first == second
    await scene.take(scene.pump.telemetry(last_cmd=1))
    await scene.house.sender.attend(at_ms + 1_000 + 3 * RESEND_MS)
    assert await sent_ms(scene, command_id) == at_ms + 1_000 + RESEND_MS


async def test_a_stop_right_after_a_command_answers_the_pumps_next_challenge(
    scene: Scene, people: People, wire: Wire
) -> None:
    await scene.take(scene.pump.telemetry())
    await stop(scene, people)
    second = asyncio.create_task(stop(scene, people))
    await wire.got(1)
    await scene.take(scene.pump.telemetry(challenge=b"\x07" * 8, last_cmd=1))
    await within("the second stop to be sent", second)
    commands = [scene.pump.open(frame)[2] for frame in await wire.frames(2)]
    assert commands[1].challenge == b"\x07" * 8 != commands[0].challenge


async def test_only_the_newest_command_goes_again(
    scene: Scene, people: People, wire: Wire
) -> None:
    at_ms = await scene.take(scene.pump.telemetry())
    await stop(scene, people)
    await scene.take(scene.pump.telemetry(challenge=b"\x07" * 8), at_ms=at_ms)
    await stop(scene, people)
    await scene.house.sender.attend(at_ms + RESEND_MS + 2_000)
    assert [scene.pump.open(frame)[0] for frame in await wire.frames(3)] == [1, 2, 2]


async def test_numbers_go_on_after_a_restart_and_the_sending_context_is_new(
    scene: Scene, people: People, wire: Wire
) -> None:
    await scene.take(scene.pump.telemetry())
    await stop(scene, people)
    await wire.got(1)
    await wire.cut()
    again = await build(scene.house.settings)
    line = asyncio.create_task(again.line.run())
    try:
        await within("the clinic started again to connect", again.line.connected.wait())
        await again.desk.stop_pump(scene.pump.pump_id.hex(), people.nurse)
        opened = [scene.pump.open_raw(frame) for frame in await wire.frames(2)]
        assert [item[3] for item in opened] == [1, 2]
        assert opened[0][1] != opened[1][1]  # id_context
        async with again.database.read() as connection:
            rows = (await connection.execute(select(leases))).all()
        assert len({row.generation for row in rows}) == len({row.salt for row in rows}) == 2
    finally:
        try:
            await ended(line, "the line of the clinic started again")
        finally:
            await again.close()


async def test_numbers_stay_above_what_the_pump_reports_even_from_an_old_backup(
    scene: Scene, people: People, wire: Wire
) -> None:
    await scene.take(scene.pump.telemetry(last_cmd=500))
    await stop(scene, people)
    [frame] = await wire.frames(1)
    assert scene.pump.open(frame)[0] == 501


async def test_the_number_is_reserved_and_the_row_stored_although_nothing_can_be_sent(
    scene: Scene, people: People
) -> None:
    await scene.take(scene.pump.telemetry())
    await stop(scene, people)  # the line is not connected in this test
    async with scene.house.database.read() as connection:
        next_seq = (await connection.execute(select(pumps.c.next_command_seq))).scalar_one()
        row = (await connection.execute(select(pump_commands))).one()
    assert (next_seq, row.seq, row.status, row.sent_ms) == (2, 1, Cmd.PENDING, None)
    assert scene.pump.open(row.frame)[0] == 1


async def test_a_receipt_for_another_pumps_command_changes_nothing(
    scene: Scene, people: People, wire: Wire
) -> None:
    await scene.take(scene.pump.telemetry())
    command_id = await stop(scene, people)
    await scene.take(scene.pump.receipt(secrets.token_bytes(16), Stage.ACTIVE))
    assert await result(scene, command_id) == "pending"


def test_a_number_that_does_not_rise_is_never_sealed() -> None:
    sealer = lease.Sealer(lease.Lease(1, 1, bytes(8)))
    arguments = (bytes(16), bytes(8), bytes(32), 0)
    sealer.seal(*arguments, 7, b"\x80")
    with pytest.raises(ValueError):
        sealer.seal(*arguments, 7, b"\x81")


def shot(**changes: object) -> Snapshot:
    values = dict.fromkeys(Snapshot.__slots__, 0) | {"rx_hash": bytes(8), "challenge": bytes(8)}
    return Snapshot(**(values | changes))  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("newest", "status"),
    [
        (shot(last_cmd=9, rx_hash=b"\x07" * 8), Cmd.DONE),
        (shot(last_cmd=9, state=State.CONFIRMING), None),
        (shot(last_cmd=9, state=State.STOPPED), Cmd.REFUSED),
        (shot(last_cmd=10, state=State.STOPPED), None),
        (shot(last_cmd=8), Cmd.REFUSED),
    ],
)
def test_an_unknown_prescription_is_settled_by_what_the_pump_runs(
    newest: Snapshot, status: str | None
) -> None:
    sent = results.Sent(bytes(16), Command.PRESCRIPTION, 9, Cmd.UNKNOWN, 0, b"\x07" * 32)
    now = results.PRESCRIPTION_DEADLINE_MS + 1
    settled = results.settle(sent, newest, now, now)
    assert (settled.status if settled else None) == status


def test_a_prescription_that_the_pump_never_took_is_refused_as_soon_as_it_cannot_be_taken() -> (
    None
):
    sent = results.Sent(bytes(16), Command.PRESCRIPTION, 9, Cmd.PENDING, 0, b"\x07" * 32)
    at_ms = results.DEAD_AFTER_MS + 1
    assert results.settle(sent, shot(last_cmd=8), at_ms - 1, at_ms - 1) is None
    settled = results.settle(sent, shot(last_cmd=8), at_ms, at_ms)
    assert settled is not None and settled.status == Cmd.REFUSED
    assert results.settle(sent, shot(last_cmd=9, state=State.CONFIRMING), at_ms, at_ms) is None


def test_nothing_is_settled_by_telemetry_older_than_the_command() -> None:
    sent = results.Sent(bytes(16), Command.STOP, 1, Cmd.UNKNOWN, 1_000_000, None)
    assert results.settle(sent, shot(last_cmd=1), 999_999, now_ms()) is None
