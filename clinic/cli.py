"""`python -m clinic`: serve, migrate, and what is set up at the console. Bad input: one sentence, exit code 2, nothing changed."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from sqlalchemy.exc import DBAPIError

from clinic import admin
from clinic.accounts.accounts import AccountError, Accounts
from clinic.admin import AdminError
from clinic.clock import now_ms
from clinic.config import ConfigError, load
from clinic.patients import add_patient
from clinic.prescribing.errors import PrescribingError
from clinic.store.db import Database, StoreError, open_database, sentence
from clinic.store.migrate import migrate as bring_up_to_date

Result = TypeVar("Result")

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="The clinic's desk.", rich_markup_mode=None
)
user_app = typer.Typer(no_args_is_help=True, help="People who log in.")
pump_app = typer.Typer(no_args_is_help=True, help="Pumps of this clinic.")
patient_app = typer.Typer(no_args_is_help=True, help="Patients.")
key_app = typer.Typer(no_args_is_help=True, help="Public signing keys.")
app.add_typer(user_app, name="user")
app.add_typer(pump_app, name="pump")
app.add_typer(patient_app, name="patient")
app.add_typer(key_app, name="key")

IfMissing = Annotated[bool, typer.Option("--if-missing", help="Fine if it is there already.")]


def with_database(work: Callable[[Database], Awaitable[Result]]) -> Result:
    """Run something on the configured database, brought up to date first."""

    async def run() -> Result:
        database = open_database(load().database)
        try:
            await bring_up_to_date(database)
            return await work(database)
        finally:
            await database.close()

    return asyncio.run(run())


@app.command()
def serve() -> None:
    """Run the service until SIGTERM or Ctrl-C."""
    from clinic.app import prepare_logs
    from clinic.app import serve as run

    prepare_logs()
    asyncio.run(run(load()))


@app.command()
def migrate() -> None:
    """Bring the database to this program's schema. Running it again changes nothing."""

    async def run() -> tuple[str | None, str | None]:
        database = open_database(load().database)
        try:
            return await bring_up_to_date(database)
        finally:
            await database.close()

    before, after = asyncio.run(run())
    typer.echo(f"schema {after}" if before == after else f"schema {before or 'empty'} → {after}")


@user_app.command("add")
def user_add(
    username: str,
    full_name: Annotated[str, typer.Option("--name", help="Full name.")],
    role: Annotated[str, typer.Option(help="prescriber, checker, nurse or admin.")],
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="First line of standard input.")
    ] = False,
    if_missing: IfMissing = False,
) -> None:
    """Add a person. The password is asked for, or read from standard input; never an argument."""
    if password_stdin:
        password = sys.stdin.readline().rstrip("\n")
    else:
        password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)

    async def work(database: Database) -> str:
        accounts = Accounts(database)
        if if_missing and await accounts.exists(username):
            return "unchanged"
        await accounts.add(username, full_name, role, password, now_ms(), admin.ACTOR)
        return "added"

    typer.echo(f"user {username} {with_database(work)}")


@pump_app.command("enrol")
def pump_enrol(
    file: Annotated[Path, typer.Argument(help="enrolment.json of tools.provision.")],
    patient: Annotated[str | None, typer.Option(help="Reference of the patient.")] = None,
    replace: Annotated[bool, typer.Option("--replace", help="It was provisioned anew.")] = False,
) -> None:
    """Add a pump with its keys, and give it to a patient."""
    enrolment = admin.read_enrolment(file)

    async def work(database: Database) -> str:
        done = await admin.enrol(database, enrolment, replace, now_ms())
        if patient is not None:
            await admin.assign(database, enrolment.name, patient, now_ms())
        return done

    typer.echo(f"pump {enrolment.name} {with_database(work)}")


@pump_app.command("assign")
def pump_assign(
    name: str,
    patient: Annotated[str | None, typer.Option(help="Reference; without it: to nobody.")] = None,
) -> None:
    """Give a pump to a patient, or take it back."""
    with_database(lambda database: admin.assign(database, name, patient, now_ms()))
    typer.echo(f"pump {name} assigned to {patient or 'nobody'}")


@pump_app.command("rest")
def pump_rest(name: str) -> None:
    """Not in use: its silence is no alert."""
    with_database(lambda database: admin.set_watched(database, name, False, now_ms()))
    typer.echo(f"pump {name} is at rest")


@pump_app.command("watch")
def pump_watch(name: str) -> None:
    """In use: its silence is an alert."""
    with_database(lambda database: admin.set_watched(database, name, True, now_ms()))
    typer.echo(f"pump {name} is watched")


@pump_app.command("accept-gap")
def pump_accept_gap(name: str, reason: Annotated[str, typer.Option(help="Why.")]) -> None:
    """Write missing events off, so that their alert ends."""
    floor = with_database(lambda database: admin.accept_gap(database, name, reason, now_ms()))
    typer.echo(f"pump {name}: events from {floor} on are expected")


@patient_app.command("add")
def patient_add(
    reference: str,
    full_name: Annotated[str, typer.Option("--name")],
    weight_kg: Annotated[float, typer.Option(help="Dosing weight.", min=1.0, max=400.0)],
    place: Annotated[str, typer.Option(help='"Home", "Day unit bed 2".')] = "Home",
    if_missing: IfMissing = False,
) -> None:
    """Add a patient under the clinic's own reference."""

    async def work(database: Database) -> str:
        try:
            await add_patient(
                database,
                reference,
                full_name,
                place,
                round(weight_kg * 1_000),
                now_ms(),
                admin.ACTOR,
            )
        except PrescribingError as error:
            if if_missing and error.field == "reference":
                return "unchanged"
            raise
        return "added"

    typer.echo(f"patient {reference} {with_database(work)}")


@key_app.command("add")
def key_add(
    username: str,
    public: Annotated[str, typer.Argument(help="128 hexadecimal digits: `tools.sign public`.")],
) -> None:
    """Register a user's public signing key, in the role of that user."""
    try:
        point = bytes.fromhex(public)
    except ValueError:
        raise AdminError("A public key is 128 hexadecimal digits") from None
    key_id = with_database(
        lambda database: admin.register_key(database, username, point, now_ms())
    )
    typer.echo(f"key {key_id.hex()} of {username}")


@key_app.command("revoke")
def key_revoke(username: str) -> None:
    """End the key in use of a user."""
    with_database(lambda database: admin.revoke_key(database, username, now_ms()))
    typer.echo(f"key of {username} revoked")


REFUSALS = (AdminError, AccountError, ConfigError, PrescribingError, StoreError)


def explain(error: BaseException) -> str | None:
    """The sentence for an error that a person can do something about; None for any other."""
    if isinstance(error, REFUSALS):
        return str(error)
    if isinstance(error, DBAPIError):
        return sentence(error)
    return None


def main(arguments: list[str] | None = None) -> Any:
    """The program. Exit code 2 for everything that a person can put right."""
    try:
        return app(arguments)
    except BaseException as error:
        # Parts of the service run in a task group, which wraps what they raise.
        inner = error
        while isinstance(inner, BaseExceptionGroup):
            inner = inner.exceptions[0]
        text = explain(inner)
        if text is None:
            raise
        print(f"clinic: {text}", file=sys.stderr)
        raise SystemExit(2) from None
