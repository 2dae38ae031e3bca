"""Before the pumps start: keys, provisioned flash, accounts, enrolment. Each only if it is not there yet, so that a second run goes on."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
from pathlib import Path

from clinic import admin
from clinic.accounts.accounts import Accounts
from clinic.clock import now_ms
from clinic.config import load
from clinic.patients import add_patient
from clinic.prescribing.errors import PrescribingError
from clinic.store.db import Database, open_database
from clinic.store.migrate import migrate
from tools.demo.people import CASES, CLINIC_ID, PEOPLE, SIGNERS, Case, Person
from tools.provision import Clinician, provision
from tools.sign import FileSigner, load_key, new_key

PASSWORD_BYTES = (
    9  # 12 letters; made anew for every state folder, so no password is known in advance
)


def demo_folder(state: Path) -> Path:
    return state / "demo"


def passwords(state: Path) -> dict[str, str]:
    """The demo's passwords by username, made at the first call."""
    path = demo_folder(state) / "passwords.json"
    if not path.exists():
        _write_private(
            path,
            json.dumps(
                {person.username: secrets.token_urlsafe(PASSWORD_BYTES) for person in PEOPLE}
            ),
        )
    return json.loads(path.read_text())


def signer(state: Path, person: Person) -> FileSigner:
    """A clinician's own key, made at the first call. The clinic service never sees the private half."""
    path = demo_folder(state) / f"{person.username}.pem"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        new_key(person.role, person.full_name).write(path, None)
    return load_key(path)


def prepare(state: Path) -> None:
    """Everything, in the order in which one thing needs the other."""
    keys = {person.username: signer(state, person) for person in SIGNERS}
    for case in CASES:
        _provision(state, case, keys)
    asyncio.run(_register(state, keys))
    words = passwords(state)
    lines = [
        f"  {person.username:<8} {words[person.username]}   {person.full_name}"
        for person in PEOPLE
    ]
    _write_private(demo_folder(state) / "logins.txt", "demo logins:\n" + "\n".join(lines) + "\n")


def _provision(state: Path, case: Case, keys: dict[str, FileSigner]) -> None:
    folder = state / case.pump
    folder.mkdir(parents=True, exist_ok=True)
    if (folder / "enrolment.json").exists():
        return
    provision(
        folder / "flash.bin",
        folder / "enrolment.json",
        name=case.pump_name,
        clinic_id=CLINIC_ID,
        clinicians=[
            Clinician(
                keys[person.username].role, person.full_name, keys[person.username].public_point
            )
            for person in SIGNERS
        ],
    )
    print(f"{case.pump_name} provisioned")


async def _register(state: Path, keys: dict[str, FileSigner]) -> None:
    database = open_database(load().database)
    try:
        await migrate(database)
        await _add_people(database, state, keys)
        for case in CASES:
            await _add_case(database, state, case)
    finally:
        await database.close()


async def _add_people(database: Database, state: Path, keys: dict[str, FileSigner]) -> None:
    accounts = Accounts(database)
    words = passwords(state)
    for person in PEOPLE:
        if not await accounts.exists(person.username):
            await accounts.add(
                person.username,
                person.full_name,
                person.role,
                words[person.username],
                now_ms(),
                admin.ACTOR,
            )
    for person in SIGNERS:
        point = keys[person.username].public_point
        await admin.register_key(database, person.username, point, now_ms())


async def _add_case(database: Database, state: Path, case: Case) -> None:
    try:
        await add_patient(
            database,
            case.reference,
            case.patient,
            case.place,
            case.weight_g,
            now_ms(),
            admin.ACTOR,
        )
    except PrescribingError as error:
        if error.field != "reference":
            raise
    enrolment = admin.read_enrolment(state / case.pump / "enrolment.json")
    await admin.enrol(database, enrolment, False, now_ms())
    await admin.assign(database, enrolment.name, case.reference, now_ms())


def _write_private(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
