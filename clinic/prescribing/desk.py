"""The path of a prescription: draft → signed → checked → sent → shown → confirmed → active. Every step is audited.

Two different persons sign the same bytes: first a prescriber, then a checker. This service cannot: it has no private key.
A step that cannot be done changes nothing and says why (PrescribingError, or NotPossible from the sender).
"""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from clinic.accounts.roles import KEY_ROLES
from clinic.commands.sender import Sender
from clinic.desk_model import User
from clinic.live import Challenge, LivePump, Ward
from clinic.order_model import Order
from clinic.prescribing import issue, library, signing
from clinic.prescribing.calculator import Worked, work_out
from clinic.prescribing.errors import Finding, PrescribingError
from clinic.prescribing.rows import NO_SIGNATURES, change, load
from clinic.status import Cmd, Rx
from clinic.store import audit
from clinic.store.db import Database, new_id
from clinic.store.tables import prescriptions, pump_commands, signing_keys
from shared import messages, prescription
from shared.codes import Command, Role


class PrescribingDesk:
    def __init__(self, database: Database, ward: Ward, sender: Sender) -> None:
        self._database = database
        self._ward = ward
        self._sender = sender

    def work_out(self, order: Order) -> tuple[Worked, tuple[Finding, ...]]:
        """The calculator and the library's word, without keeping anything."""
        worked = work_out(order)
        return worked, library.assess(worked.fields)

    async def create(
        self, user: User, pump_id: bytes, order: Order, soft_reason: str | None, now_ms: int
    ) -> int:
        """Keep a draft for the patient of this pump. Returns its number."""
        pump = self._pump(pump_id)
        if pump.patient_id is None:
            raise PrescribingError("pump_id", f"{pump.name} is assigned to no patient")
        worked, findings = self.work_out(order)
        reason = library.accept(findings, soft_reason)
        encoded = prescription.encode(worked.fields)
        values = {
            "pump_id": pump_id,
            "patient_id": pump.patient_id,
            "status": Rx.DRAFT,
            "drug": worked.fields["drug"],
            "profile": worked.fields["profile"],
            "dose": worked.dose,
            "conc_ng_ml": worked.fields["conc_ng_ml"],
            "rate_nl_h": worked.rate_nl_h,
            "vtbi_nl": worked.fields["vtbi_nl"],
            "fields": encoded,
            "rx_hash": prescription.digest(encoded),
            "soft_findings": json.dumps([finding.text for finding in findings]),
            "soft_reason": reason,
            "created_by": user.user_id,
            "created_ms": now_ms,
            "changed_ms": now_ms,
        }
        async with self._database.write() as connection:
            result = await connection.execute(prescriptions.insert().values(**values))
            number = new_id(result)
            detail = f"prescription {number}" + (
                ", soft limit passed with reason" if reason else ""
            )
            await audit.note(connection, now_ms, user.username, "draft made", pump.name, detail)
        self._ward.changed()
        return number

    async def prepare(self, user: User, number: int, now_ms: int) -> dict[str, Any]:
        """The bytes to sign. Made anew, without any signature, when there are none or they are too old."""
        async with self._database.write() as connection:
            row = await load(connection, number)
            _must_be(row, Rx.OPEN, "prepared")
            pump = self._pump(row.pump_id)
            if row.command is not None and self._stale(row, pump, now_ms) is None:
                return await self._row(connection, number)
            issued = issue.issue(pump, row.fields, await self._running(connection, pump))
            await change(
                connection,
                number,
                now_ms,
                **NO_SIGNATURES,
                status=Rx.DRAFT,
                version=issued.version,
                command_id=issued.command_id,
                command=issued.command,
                challenge=issued.challenge.value,
                challenge_at_ms=issued.challenge.at_ms,
                challenge_boot=issued.challenge.boot,
                challenge_mono_ms=issued.challenge.mono_ms,
            )
            action = "issued" if row.command is None else "issued again"
            await audit.note(
                connection, now_ms, user.username, action, pump.name, f"prescription {number}"
            )
            return await self._row(connection, number)

    async def sign(
        self, user: User, number: int, key_id: bytes, signature: bytes, now_ms: int
    ) -> dict[str, Any]:
        """Add a signature. The prescriber's first, then the checker's; each by its owner, over the same bytes."""
        async with self._database.write() as connection:
            row = await load(connection, number)
            _must_be(row, (Rx.DRAFT, Rx.SIGNED), "signed")
            pump = self._pump(row.pump_id)
            if row.command is None:
                raise PrescribingError(
                    "prescription_id", "Prepare it first: there is nothing to sign"
                )
            why = self._stale(row, pump, now_ms)
            if why is not None:
                raise PrescribingError("signature", f"{why}: prepare it again, both sign again")
            key = await self._key(connection, user, key_id)
            role = Role.PRESCRIBER if row.status == Rx.DRAFT else Role.CHECKER
            await self._check_signer(connection, row, key, role)
            if not signing.is_good(key.public_point, row.pump_id, row.command, signature):
                raise PrescribingError(
                    "signature", "The signature does not fit these bytes and this key"
                )
            if role == Role.PRESCRIBER:
                values = {"prescriber_key": key_id, "prescriber_signature": signature}
                status, action = Rx.SIGNED, "signed"
            else:
                values = {"checker_key": key_id, "checker_signature": signature}
                status, action = Rx.CHECKED, "checked"
            await change(connection, number, now_ms, status=status, **values)
            detail = f"prescription {number}, key {key_id.hex()}"
            await audit.note(connection, now_ms, user.username, action, pump.name, detail)
            result = await self._row(connection, number)
        self._ward.changed()
        return result

    async def send(self, user: User, number: int, now_ms: int) -> str:
        """Hand the signed command to the pump's hub. Returns the command id (hex)."""
        async with self._database.read() as connection:
            row = await load(connection, number)
            _must_be(row, (Rx.CHECKED,), "sent")
            pump = self._pump(row.pump_id)
            why = self._stale(row, pump, now_ms)
            if why is not None:
                raise PrescribingError(
                    "prescription_id", f"{why}: prepare it again, both sign again"
                )
            if pump.hub_id is None:
                raise PrescribingError("pump_id", f"No hub has reported {pump.name} yet")
            await self._check_free(connection, pump)
        box = messages.pack_box(
            messages.CommandBox(
                row.command,
                [row.prescriber_signature, row.checker_signature],
                [row.prescriber_key, row.checker_key],
            )
        )
        try:
            await self._sender.send(
                pump, row.command_id, Command.PRESCRIPTION, box, user, now_ms, number
            )
        except IntegrityError:
            raise PrescribingError("prescription_id", "It was sent already") from None
        self._sender.answered(row.pump_id, row.challenge)
        return row.command_id.hex()

    async def withdraw(self, user: User, number: int, now_ms: int) -> None:
        """Give a prescription up that was not sent."""
        async with self._database.write() as connection:
            row = await load(connection, number)
            _must_be(row, Rx.OPEN, "withdrawn")
            await change(connection, number, now_ms, status=Rx.WITHDRAWN, **NO_SIGNATURES)
            name = self._pump(row.pump_id).name
            await audit.note(
                connection, now_ms, user.username, "withdrawn", name, f"prescription {number}"
            )
        self._ward.changed()

    async def get(self, number: int) -> dict[str, Any]:
        async with self._database.read() as connection:
            return await self._row(connection, number)

    async def of_pump(self, pump_id: bytes, limit: int) -> list[dict[str, Any]]:
        """Newest first."""
        query = (
            select(prescriptions)
            .where(prescriptions.c.pump_id == pump_id)
            .order_by(prescriptions.c.prescription_id.desc())
            .limit(limit)
        )
        async with self._database.read() as connection:
            return [dict(row._mapping) for row in await connection.execute(query)]

    def _pump(self, pump_id: bytes) -> LivePump:
        pump = self._ward.pumps.get(pump_id)
        if pump is None:
            raise PrescribingError("pump_id", "There is no such pump: enrol it first")
        return pump

    def _stale(self, row: Any, pump: LivePump, now_ms: int) -> str | None:
        challenge = Challenge(
            row.challenge, row.challenge_at_ms, row.challenge_boot, row.challenge_mono_ms
        )
        return issue.stale(pump, challenge, row.version, now_ms)

    async def _running(self, connection: AsyncConnection, pump: LivePump) -> bytes:
        """The whole hash of what the pump says it runs. It tells 8 bytes; the rest is in our own record."""
        if pump.newest is None or pump.newest.rx_hash == issue.NO_HASH8:
            return issue.NO_HASH
        query = (
            select(prescriptions.c.rx_hash)
            .where(
                prescriptions.c.pump_id == pump.pump_id,
                func.substr(prescriptions.c.rx_hash, 1, 8) == pump.newest.rx_hash,
            )
            .limit(1)
        )
        found = (await connection.execute(query)).scalar_one_or_none()
        if found is None:
            raise PrescribingError(
                "pump_id", f"{pump.name} runs a prescription that is not in this record"
            )
        return found

    async def _key(self, connection: AsyncConnection, user: User, key_id: bytes) -> Any:
        query = select(signing_keys).where(signing_keys.c.key_id == key_id)
        key = (await connection.execute(query)).one_or_none()
        if key is None or key.revoked_ms is not None:
            raise PrescribingError("key_id", "This signing key is not registered, or was revoked")
        if key.user_id != user.user_id:
            raise PrescribingError("key_id", f"This signing key is {key.person}'s, not yours")
        return key

    async def _check_signer(
        self, connection: AsyncConnection, row: Any, key: Any, role: int
    ) -> None:
        needed = next(name for name, number in KEY_ROLES.items() if number == role)
        if key.role != role:
            raise PrescribingError("key_id", f"This signature must be a {needed}'s")
        if role == Role.PRESCRIBER:
            return
        query = select(signing_keys).where(signing_keys.c.key_id == row.prescriber_key)
        first = (await connection.execute(query)).one()
        if first.user_id == key.user_id or _same(first.person, key.person):
            raise PrescribingError("key_id", "The second signature must be another person's")

    async def _check_free(self, connection: AsyncConnection, pump: LivePump) -> None:
        """A hub holds one command a pump: nothing may push out a stop."""
        query = select(func.count()).where(
            pump_commands.c.pump_id == pump.pump_id, pump_commands.c.status == Cmd.PENDING
        )
        if (await connection.execute(query)).scalar_one():
            raise PrescribingError(
                "pump_id", f"Another command to {pump.name} is under way: wait for its result"
            )

    async def _row(self, connection: AsyncConnection, number: int) -> dict[str, Any]:
        return dict((await load(connection, number))._mapping)


def _must_be(row: Any, allowed: tuple[str, ...], deed: str) -> None:
    if row.status not in allowed:
        raise PrescribingError(
            "prescription_id", f"A prescription that is {row.status} cannot be {deed}"
        )


def _same(one: str, other: str) -> bool:
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()
