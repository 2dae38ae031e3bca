"""How a command ended. The pump's receipts say it; where none came, its telemetry settles it.

Three results: done, refused, unknown. Unknown is never a guess in either direction: it stays until something is known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from clinic.live import Snapshot
from clinic.status import COMMAND_OF_STAGE, RX_OF_STAGE, Cmd, Rx
from clinic.store.tables import prescriptions, pump_commands
from shared import names
from shared.codes import Command, Reason, Stage, State
from shared.messages import Receipt

# A stop is answered when the motor has stopped; link repeats (4 s) and two hops fit well into this.
STOP_DEADLINE_MS = 20_000
# docs/PROTOCOL.md 2.2: 600 s until the pump must have it, 10 min on its screen, and a minute for the way back.
PRESCRIPTION_DEADLINE_MS = 1_260_000
# No challenge lives longer than 600 s; a minute more and no pump can accept the command any longer.
DEAD_AFTER_MS = 660_000

DEADLINES_MS = {
    Command.READ: STOP_DEADLINE_MS,
    Command.STOP: STOP_DEADLINE_MS,
    Command.PRESCRIPTION: PRESCRIPTION_DEADLINE_MS,
}
NEVER_ACCEPTED = "the pump never accepted it, and can no longer"


@dataclass(frozen=True, slots=True)
class Sent:
    """What settling needs to know of a command."""

    command_id: bytes
    kind: int
    seq: int
    status: str
    created_ms: int
    rx_hash: bytes | None  # of the prescription it carries


@dataclass(frozen=True, slots=True)
class Settled:
    status: str
    stage: int
    reason: int = Reason.NONE
    detail: str | None = None


def settle(
    sent: Sent, newest: Snapshot | None, live_at_ms: int | None, now_ms: int
) -> Settled | None:
    """What telemetry and the time say about a command that has no final receipt. None: nothing new. Pure."""
    age_ms = now_ms - sent.created_ms
    deadline_ms = min(DEADLINES_MS[sent.kind], DEAD_AFTER_MS)
    if age_ms <= deadline_ms:
        return None
    found = None
    if newest is not None and live_at_ms is not None and live_at_ms > sent.created_ms:
        found = _read(sent, newest, age_ms)
    if found is None and age_ms <= DEADLINES_MS[sent.kind]:
        return None
    if found is None and sent.status == Cmd.PENDING:
        return Settled(Cmd.UNKNOWN, Stage.UNKNOWN)
    return found


def _read(sent: Sent, newest: Snapshot, age_ms: int) -> Settled | None:
    if newest.last_cmd < sent.seq:
        if age_ms > DEAD_AFTER_MS:
            return Settled(
                Cmd.REFUSED, Stage.REFUSED, Reason.STALE_CHALLENGE, detail=NEVER_ACCEPTED
            )
        return None
    if sent.kind == Command.READ:
        return Settled(Cmd.DONE, Stage.ACTIVE)
    if sent.kind == Command.STOP:
        return None if newest.is_delivering else Settled(Cmd.DONE, Stage.ACTIVE)
    if sent.rx_hash is not None and newest.rx_hash == sent.rx_hash[:8]:
        return Settled(Cmd.DONE, Stage.ACTIVE)
    if age_ms <= PRESCRIPTION_DEADLINE_MS:
        return None
    if newest.last_cmd == sent.seq and newest.state != State.CONFIRMING:
        # Accepted, the time to confirm is over, and it runs something else.
        return Settled(Cmd.REFUSED, Stage.REFUSED, Reason.NOT_CONFIRMED)
    return None


async def apply_receipt(
    connection: AsyncConnection, pump_id: bytes, receipt: Receipt, now_ms: int
) -> bool:
    """Write down what a receipt says. False if there is no such command of this pump. A final result stays."""
    row = (
        await connection.execute(
            select(
                pump_commands.c.status, pump_commands.c.stage, pump_commands.c.prescription_id
            ).where(
                pump_commands.c.command_id == receipt.cmd_id, pump_commands.c.pump_id == pump_id
            )
        )
    ).one_or_none()
    if row is None:
        return False
    is_older = row.status == Cmd.PENDING and receipt.stage < row.stage
    if row.status in Cmd.UNSETTLED and not is_older:
        settled = Settled(COMMAND_OF_STAGE[receipt.stage], receipt.stage, receipt.reason)
        await write(connection, receipt.cmd_id, row.prescription_id, settled, now_ms)
    return True


async def write(
    connection: AsyncConnection,
    command_id: bytes,
    prescription_id: int | None,
    settled: Settled,
    now_ms: int,
) -> None:
    """Put a result into the command's row and its prescription's."""
    values: dict[str, Any] = {
        "status": settled.status,
        "stage": settled.stage,
        "reason": settled.reason,
        "detail": settled.detail,
    }
    if settled.status != Cmd.PENDING:
        values["settled_ms"] = now_ms
    await connection.execute(
        update(pump_commands).where(pump_commands.c.command_id == command_id).values(**values)
    )
    if prescription_id is not None:
        await _write_prescription(connection, prescription_id, settled, now_ms)


async def _write_prescription(
    connection: AsyncConnection, prescription_id: int, settled: Settled, now_ms: int
) -> None:
    status = RX_OF_STAGE[settled.stage]
    table = prescriptions
    refusal = None
    if status == Rx.REFUSED:
        refusal = settled.detail or reason_text(settled.reason)
    if status == Rx.ACTIVE:
        pump = select(table.c.pump_id).where(table.c.prescription_id == prescription_id)
        await connection.execute(
            update(table)
            .where(table.c.pump_id == pump.scalar_subquery(), table.c.status == Rx.ACTIVE)
            .values(status=Rx.REPLACED, changed_ms=now_ms)
        )
    await connection.execute(
        update(table)
        .where(table.c.prescription_id == prescription_id)
        .values(status=status, changed_ms=now_ms, refusal=refusal)
    )


def reason_text(reason: int) -> str:
    """A reason in words; a number that this clinic does not know stays a number."""
    return names.REASONS.get(reason, f"reason {reason}")


def result_text(status: str, reason: int, detail: str | None) -> str:
    """ "pending", "done", "refused: <reason>" or "unknown"."""
    if status == Cmd.REFUSED:
        return f"refused: {detail or reason_text(reason)}"
    return status
