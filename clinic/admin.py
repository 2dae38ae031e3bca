"""What is done at the clinic's own machine, not through a browser: pumps enrolled and assigned, signing keys registered.

May import: clinic.accounts.roles, clinic.prescribing.signing, clinic.store.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from clinic.accounts.roles import KEY_ROLES
from clinic.prescribing import signing
from clinic.store import audit
from clinic.store.db import Database
from clinic.store.tables import events, patients, pumps, signing_keys, telemetry, users

MAX_FILE_BYTES = 16_384
MAX_EPOCH = 1 << 32
ACTOR = "console"


class AdminError(Exception):
    """Refused; nothing was changed. One sentence for a person."""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What tools/provision.py hands to the clinic about one pump. The master key opens its telemetry: destroy the file after use."""

    pump_id: bytes
    clinic_id: bytes
    master: bytes
    epoch: int
    name: str


def read_enrolment(path: Path) -> Enrolment:
    """An enrolment file: JSON with pump_id, clinic_id, master (hexadecimal), epoch and name."""
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise AdminError(f"{path} is too long for an enrolment file")
        fields = json.loads(path.read_text())
    except OSError as error:
        raise AdminError(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise AdminError(f"{path} is not JSON") from error
    if not isinstance(fields, dict):
        raise AdminError(f"{path} is not an enrolment file")
    epoch, name = fields.get("epoch"), fields.get("name")
    if type(epoch) is not int or not 0 <= epoch < MAX_EPOCH:
        raise AdminError(f"{path}: epoch is missing or not a whole number of 32 bits")
    if not isinstance(name, str) or not 1 <= len(name.strip()) <= 64 or not name.isprintable():
        raise AdminError(f"{path}: name is missing or not 1 to 64 printable characters")
    return Enrolment(
        _hex(path, fields, "pump_id", 16),
        _hex(path, fields, "clinic_id", 8),
        _hex(path, fields, "master", 32),
        epoch,
        name.strip(),
    )


def _hex(path: Path, fields: dict[str, Any], name: str, length: int) -> bytes:
    value = fields.get(name)
    try:
        raw = bytes.fromhex(value) if isinstance(value, str) else b""
    except ValueError:
        raw = b""
    if len(raw) != length:
        # Never the value itself: it may be a key.
        raise AdminError(f"{path}: {name} is missing or not {2 * length} hexadecimal digits")
    return raw


async def enrol(database: Database, enrolment: Enrolment, replace: bool, at_ms: int) -> str:
    """Add a pump. The same again is fine; other keys for a known pump only with `replace`. Returns what was done."""
    values = {
        "name": enrolment.name,
        "clinic_id": enrolment.clinic_id,
        "master": enrolment.master,
        "epoch": enrolment.epoch,
    }
    try:
        async with database.write() as connection:
            query = select(pumps).where(pumps.c.pump_id == enrolment.pump_id)
            row = (await connection.execute(query)).one_or_none()
            if row is None:
                await connection.execute(
                    pumps.insert().values(pump_id=enrolment.pump_id, enrolled_ms=at_ms, **values)
                )
                await audit.note(connection, at_ms, ACTOR, "pump enrolled", enrolment.name)
                return "enrolled"
            if {name: row._mapping[name] for name in values} == values:
                return "unchanged"
            if not replace:
                raise AdminError(
                    f"Pump {row.name} is enrolled with other values: use --replace if it was provisioned anew"
                )
            await connection.execute(
                update(pumps).where(pumps.c.pump_id == enrolment.pump_id).values(**values)
            )
            await audit.note(connection, at_ms, ACTOR, "pump enrolled anew", enrolment.name)
            return "replaced"
    except IntegrityError as error:
        raise AdminError(f"There is another pump with the name {enrolment.name}") from error


async def assign(database: Database, pump_name: str, reference: str | None, at_ms: int) -> None:
    """Give a pump to a patient, by the clinic's reference; None takes it back."""
    async with database.write() as connection:
        pump = await _pump(connection, pump_name)
        patient_id = None
        if reference is not None:
            query = select(patients.c.patient_id).where(patients.c.reference == reference)
            patient_id = (await connection.execute(query)).scalar_one_or_none()
            if patient_id is None:
                raise AdminError(f"There is no patient with reference {reference}")
        if pump.patient_id == patient_id:
            return
        await _change(connection, pump.pump_id, patient_id=patient_id)
        detail = f"patient {reference or 'none'}"
        await audit.note(connection, at_ms, ACTOR, "pump assigned", pump_name, detail)


async def set_watched(database: Database, pump_name: str, watched: bool, at_ms: int) -> None:
    """Whether silence of this pump is an alert. A pump in a cupboard is at rest."""
    async with database.write() as connection:
        pump = await _pump(connection, pump_name)
        await _change(connection, pump.pump_id, watched=int(watched))
        action = "pump watched" if watched else "pump at rest"
        await audit.note(connection, at_ms, ACTOR, action, pump_name)


async def accept_gap(database: Database, pump_name: str, reason: str, at_ms: int) -> int:
    """Write missing events off, with a reason. Returns the number from which none may be missing."""
    if not reason.strip():
        raise AdminError("Say why the missing events are written off: --reason")
    async with database.write() as connection:
        pump = await _pump(connection, pump_name)
        held = select(func.max(events.c.log_seq)).where(events.c.pump_id == pump.pump_id)
        told = select(func.max(telemetry.c.log_seq)).where(telemetry.c.pump_id == pump.pump_id)
        highest = [(await connection.execute(query)).scalar_one() or 0 for query in (held, told)]
        floor = max(highest) + 1
        await _change(connection, pump.pump_id, log_floor=floor)
        detail = f"events below {floor}: {reason.strip()}"
        await audit.note(connection, at_ms, ACTOR, "gap accepted", pump_name, detail)
    return floor


async def _pump(connection: AsyncConnection, name: str) -> Any:
    row = (await connection.execute(select(pumps).where(pumps.c.name == name))).one_or_none()
    if row is None:
        raise AdminError(f"There is no pump with the name {name}")
    return row


async def _change(connection: AsyncConnection, pump_id: bytes, **values: Any) -> None:
    await connection.execute(update(pumps).where(pumps.c.pump_id == pump_id).values(**values))


async def register_key(
    database: Database, username: str, public_point: bytes, at_ms: int
) -> bytes:
    """Register a user's public signing key, in the role of that user. The same again is fine. Returns the key id."""
    try:
        signing.load_point(public_point)
    except ValueError as error:
        raise AdminError(
            "This is not a public key of P-256: 128 hexadecimal digits, x then y"
        ) from error
    key_id = signing.key_id(public_point)
    try:
        async with database.write() as connection:
            query = select(users).where(users.c.username == username)
            user = (await connection.execute(query)).one_or_none()
            if user is None:
                raise AdminError(f"There is no user {username}")
            if user.role not in KEY_ROLES:
                raise AdminError(
                    f"A {user.role} signs nothing: keys are for {' and '.join(KEY_ROLES)}"
                )
            known = select(signing_keys).where(signing_keys.c.key_id == key_id)
            row = (await connection.execute(known)).one_or_none()
            if row is not None and row.user_id == user.user_id and row.revoked_ms is None:
                return key_id
            await connection.execute(
                signing_keys.insert().values(
                    key_id=key_id,
                    public_point=public_point,
                    role=KEY_ROLES[user.role],
                    person=user.full_name,
                    user_id=user.user_id,
                    added_ms=at_ms,
                )
            )
            await audit.note(connection, at_ms, ACTOR, "key added", username, key_id.hex())
    except IntegrityError as error:
        raise AdminError(
            f"{username} has a key in use already, or this key is or was somebody's: revoke first, and make a new one"
        ) from error
    return key_id


async def revoke_key(database: Database, username: str, at_ms: int) -> None:
    """End the key in use of a user. Signatures made with it and not sent yet are refused by the pump's own list, too."""
    async with database.write() as connection:
        user = select(users.c.user_id).where(users.c.username == username).scalar_subquery()
        result = await connection.execute(
            update(signing_keys)
            .where(signing_keys.c.user_id == user, signing_keys.c.revoked_ms.is_(None))
            .values(revoked_ms=at_ms)
        )
        if result.rowcount == 0:
            raise AdminError(f"{username} has no key in use")
        await audit.note(connection, at_ms, ACTOR, "key revoked", username)
