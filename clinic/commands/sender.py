"""Makes commands and sends them: number reserved, box sealed, row stored, and only then published. Sent again until the pump has it."""

from __future__ import annotations

import asyncio
import secrets
from typing import Any, Protocol

from sqlalchemy import Row, select, update

from clinic.commands import lease, results
from clinic.desk_model import User
from clinic.live import Challenge, LivePump, Ward
from clinic.status import Cmd, Rx
from clinic.store import audit
from clinic.store.db import Database
from clinic.store.tables import prescriptions, pump_commands, pumps
from shared import messages, names
from shared.codes import Command, Stage

# docs/PROTOCOL.md 2.2: a command is valid for at most 600 s after its challenge.
VALID_S = 600
RESEND_MS = 5_000
# After a command the pump shows a new challenge within one telemetry period; a stop must not be lost to the old one.
NEW_CHALLENGE_WAIT_S = 3.0
NEW_CHALLENGE_LOOK_S = 0.05
COMMAND_ID_BYTES = 16


class Publisher(Protocol):
    """The way to hubs. False: not connected, nothing was sent."""

    async def send_command(
        self, hub_id: str, pump_id: bytes, command_id: bytes, frame: bytes
    ) -> bool: ...


class NotPossible(Exception):
    """A command that cannot even be made. The text says why and what to do; `field` names the part."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field = field


class Sender:
    """The only place where something goes to a pump."""

    def __init__(
        self, database: Database, ward: Ward, sealer: lease.Sealer, publisher: Publisher
    ) -> None:
        self._database = database
        self._ward = ward
        self._sealer = sealer
        self._publisher = publisher
        # By pump: the challenge that was last answered. It is worth nothing once the pump has taken that command.
        self._answered: dict[bytes, bytes] = {}

    async def simple(self, pump_id: bytes, kind: int, user: User, now_ms: int) -> bytes:
        """A stop or a read. Returns the command id.

        If it cannot be made, that too is stored and shown as refused: whoever pressed stop must learn that nothing was sent.
        """
        if kind not in (Command.STOP, Command.READ):
            raise NotPossible("kind", "Only a stop or a read can be sent without signatures")
        command_id = secrets.token_bytes(COMMAND_ID_BYTES)
        await self._await_new_challenge(pump_id)
        pump = self._ward.pumps[pump_id]
        try:
            challenge = usable(pump)
        except NotPossible as why:
            await self._store_refused(pump, command_id, kind, user, str(why), now_ms)
            return command_id
        command = messages.pack_command(
            messages.Command(kind, command_id, pump_id, challenge.value, None, None, VALID_S, None)
        )
        box = messages.pack_box(messages.CommandBox(command, [], []))
        await self.send(pump, command_id, kind, box, user, now_ms)
        self.answered(pump_id, challenge.value)
        return command_id

    def answered(self, pump_id: bytes, challenge: bytes) -> None:
        """Remember that a command has gone out that uses this challenge up."""
        self._answered[pump_id] = challenge

    async def _await_new_challenge(self, pump_id: bytes) -> None:
        """Give the pump a moment to show another challenge than the one that was just answered; then go on all the same."""
        tries = int(NEW_CHALLENGE_WAIT_S / NEW_CHALLENGE_LOOK_S)
        for _ in range(tries):
            newest = self._ward.pumps[pump_id].challenge
            if newest is None or newest.value != self._answered.get(pump_id):
                return
            await asyncio.sleep(NEW_CHALLENGE_LOOK_S)

    async def send(
        self,
        pump: LivePump,
        command_id: bytes,
        kind: int,
        box: bytes,
        user: User,
        now_ms: int,
        prescription_id: int | None = None,
    ) -> None:
        """Seal and store a box, then publish it. A publication that fails is repeated by `attend`.

        IntegrityError if this command was stored before: a command is sent once.
        """
        async with self._database.write() as connection:
            seq = await lease.reserve(connection, pump)
            row = (
                await connection.execute(select(pumps).where(pumps.c.pump_id == pump.pump_id))
            ).one()
        frame = self._sealer.seal(pump.pump_id, row.clinic_id, row.master, row.epoch, seq, box)
        async with self._database.write() as connection:
            await connection.execute(
                pump_commands.insert().values(
                    command_id=command_id,
                    pump_id=pump.pump_id,
                    prescription_id=prescription_id,
                    user_id=user.user_id,
                    kind=kind,
                    seq=seq,
                    hub_id=pump.hub_id,
                    frame=frame,
                    status=Cmd.PENDING,
                    created_ms=now_ms,
                )
            )
            if prescription_id is not None:
                await connection.execute(
                    update(prescriptions)
                    .where(prescriptions.c.prescription_id == prescription_id)
                    .values(status=Rx.SENT, changed_ms=now_ms)
                )
            action = f"{names.COMMANDS[kind]} sent"
            detail = f"command {command_id.hex()}"
            await audit.note(connection, now_ms, user.username, action, pump.name, detail)
        self._ward.changed()
        await self._publish(pump, command_id, frame, now_ms)

    async def _publish(self, pump: LivePump, command_id: bytes, frame: bytes, now_ms: int) -> None:
        if pump.hub_id is None:
            return
        if not await self._publisher.send_command(pump.hub_id, pump.pump_id, command_id, frame):
            return
        async with self._database.write() as connection:
            await connection.execute(
                update(pump_commands)
                .where(pump_commands.c.command_id == command_id)
                .values(sent_ms=now_ms, hub_id=pump.hub_id)
            )

    async def _store_refused(
        self, pump: LivePump, command_id: bytes, kind: int, user: User, why: str, now_ms: int
    ) -> None:
        async with self._database.write() as connection:
            await connection.execute(
                pump_commands.insert().values(
                    command_id=command_id,
                    pump_id=pump.pump_id,
                    user_id=user.user_id,
                    kind=kind,
                    status=Cmd.REFUSED,
                    stage=Stage.REFUSED,
                    detail=why,
                    created_ms=now_ms,
                    settled_ms=now_ms,
                )
            )
            action = f"{names.COMMANDS[kind]} not sent"
            await audit.note(connection, now_ms, user.username, action, pump.name, why)
        self._ward.changed()

    async def attend(self, now_ms: int) -> None:
        """Once a second: settle what is overdue, send again what no receipt or telemetry has shown to be there."""
        query = (
            select(pump_commands, prescriptions.c.rx_hash)
            .outerjoin(
                prescriptions,
                prescriptions.c.prescription_id == pump_commands.c.prescription_id,
            )
            .where(pump_commands.c.status.in_(Cmd.UNSETTLED), pump_commands.c.seq.is_not(None))
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(query.order_by(pump_commands.c.seq))).all()
        newest_seq = {row.pump_id: row.seq for row in rows}
        for row in rows:
            pump = self._ward.pumps[row.pump_id]
            sent = results.Sent(
                row.command_id,
                row.kind,
                row.seq,
                row.status,
                row.created_ms,
                row.rx_hash,
            )
            settled = results.settle(sent, pump.newest, pump.live_at_ms, now_ms)
            if settled is not None:
                await self._settle(row, pump, settled, now_ms)
            # A hub holds one command a pump: repeating an older one would push out the newest.
            elif row.seq == newest_seq[row.pump_id] and _wants_repeat(row, pump, now_ms):
                await self._publish(pump, row.command_id, row.frame, now_ms)

    async def _settle(
        self, row: Row[Any], pump: LivePump, settled: results.Settled, now_ms: int
    ) -> None:
        async with self._database.write() as connection:
            await results.write(connection, row.command_id, row.prescription_id, settled, now_ms)
            detail = results.result_text(settled.status, settled.reason, settled.detail)
            await audit.note(
                connection,
                now_ms,
                "clinic",
                "command settled",
                pump.name,
                f"{row.command_id.hex()} {detail}",
            )
        self._ward.changed()


def usable(pump: LivePump) -> Challenge:
    """The challenge to answer, or NotPossible when the pump has never been heard."""
    if pump.challenge is None or pump.hub_id is None:
        raise NotPossible(
            "pump",
            f"{pump.name} has not been heard of yet: nothing can be sent, go to the patient",
        )
    return pump.challenge


def _wants_repeat(row: Row[Any], pump: LivePump, now_ms: int) -> bool:
    """The same sealed bytes again: a pump that has them already ignores them, and the hub keeps only the newest."""
    if row.status != Cmd.PENDING or row.stage or now_ms - row.created_ms > VALID_S * 1_000:
        return False
    if row.sent_ms is not None and now_ms - row.sent_ms < RESEND_MS:
        return False
    return pump.newest is None or pump.newest.last_cmd < row.seq
