"""Makes a new pump: a flash image with its identity and default settings, and the enrolment for the clinic.

    python -m tools.provision --flash flash.bin --enrolment enrolment.json --name "Pump 1" --clinic-id 766967696c2d3031 \\
        --clinician "prescriber:Dr A. Example:<128 hex digits>" --clinician "checker:Nurse B. Example:<128 hex digits>"

The enrolment holds the pump's master key: anyone who has it can read and forge everything of this pump. Both files are made for their owner alone (0600), are
made whole or not at all, and are never written over an existing file.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer
from cryptography.hazmat.primitives.asymmetric import ec
from rich.console import Console

from firmware.storage import identity, settings, slots
from shared.codes import Role

ROOT = Path(__file__).resolve().parent.parent
FORMAT_SCRIPT = ROOT / "tools" / "upy" / "format_flash.py"
FLASH_BYTES = 512 * 1024  # docs/HARDWARE.md
FORMAT_TIMEOUT_S = 60
# The wheel's interpreter in this Python's own environment, whatever is on the PATH.
_RUN_MICROPYTHON = "import sys, micropython_unix; sys.exit(micropython_unix.run_main(sys.argv))"
_HEAP = "1m"
# Four digits without a leading zero: what a person enters at the pump's keys.
LEAST_CODE = 1_000
MOST_CODE = settings.MAX_CLINICIAN_CODE
_ROLES = {"prescriber": Role.PRESCRIBER, "checker": Role.CHECKER}


class ProvisionError(Exception):
    """The text is the sentence for the person who asked. Nothing was left behind."""


@dataclass(frozen=True, slots=True)
class Clinician:
    """One signing key a pump obeys. role: shared.codes.Role. public: x || y of P-256, 64 bytes."""

    role: int
    person: str
    public: bytes


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What the clinic must know of a pump. `master` is the secret. `clinician_code` goes to the clinicians, not into the enrolment."""

    pump_id: bytes
    clinic_id: bytes
    master: bytes = field(repr=False)
    epoch: int
    name: str
    clinician_code: int = field(repr=False)

    def as_json(self) -> str:
        return (
            json.dumps(
                {
                    "pump_id": self.pump_id.hex(),
                    "clinic_id": self.clinic_id.hex(),
                    "master": self.master.hex(),
                    "epoch": self.epoch,
                    "name": self.name,
                },
                indent=2,
            )
            + "\n"
        )


def provision(
    flash: Path,
    enrolment: Path,
    *,
    name: str,
    clinic_id: bytes,
    clinicians: list[Clinician],
    pump_id: bytes | None = None,
    master: bytes | None = None,
    epoch: int = 0,
    pl_per_step: int = settings.NOMINAL_PL_PER_STEP,
    clinician_code: int | None = None,
) -> Enrolment:
    """Make the flash image and the enrolment file. Ids, master and the clinician's code that are not given are drawn at random.

    ProvisionError names what is wrong; then neither file was made.
    """
    made = Enrolment(
        pump_id if pump_id is not None else secrets.token_bytes(16),
        clinic_id,
        master if master is not None else secrets.token_bytes(32),
        epoch,
        name,
        clinician_code if clinician_code is not None else _draw_code(),
    )
    files = {
        identity.FILE: _identity_file(made, clinicians),
        "settings-a.cbor": _settings_file(pl_per_step, made.clinician_code),
    }
    for path in (flash, enrolment):
        if path.exists():
            raise ProvisionError(f"{path}: exists already; a pump is never overwritten")
        if not path.parent.is_dir():
            raise ProvisionError(f"{path.parent}: no such folder")
    if flash.resolve() == enrolment.resolve():
        raise ProvisionError("flash and enrolment must be two files")
    try:
        _write_flash(flash, files)
        try:
            _write_enrolment(enrolment, made)
        except BaseException:
            flash.unlink()
            raise
    except OSError as error:
        raise ProvisionError(f"{error.filename}: {error.strerror}") from error
    return made


def parse_clinician(text: str) -> Clinician:
    """`role:person:public-hex`, with role prescriber or checker. ProvisionError says what is wrong with it."""
    role, _, rest = text.partition(":")
    person, _, public_hex = rest.rpartition(":")
    if role not in _ROLES:
        raise ProvisionError(f"clinician '{text}': the role is prescriber or checker")
    if not person:
        raise ProvisionError(f"clinician '{text}': role:person:public-hex was expected")
    return Clinician(_ROLES[role], person, parse_hex(public_hex, 64, f"key of {person}"))


def parse_hex(text: str, count: int, what: str) -> bytes:
    """`count` bytes from hex digits. ProvisionError otherwise."""
    try:
        value = bytes.fromhex(text)
    except ValueError:
        raise ProvisionError(f"{what}: not hexadecimal") from None
    if len(value) != count:
        raise ProvisionError(f"{what}: {count} bytes were expected, {len(value)} given")
    return value


_SENTENCES = {
    "pump_id": "pump id: 16 bytes were expected",
    "clinic_id": "clinic id: 8 bytes were expected",
    "master": "master: 32 bytes were expected, not all the same",
    "epoch": "epoch: 0 to 4294967295",
    "clinicians": f"clinicians: at most {identity.MAX_CLINICIANS}",
    "public": "clinician: the public key has 64 bytes",
    "key_id": "clinician: the key id does not fit the key",
    "role": "clinician: the role is prescriber or checker",
    "person": "clinician: a name of 1 to 48 bytes; one person has one key, one key has one person",
    "name": "name: 1 to 48 bytes",
    "file": "the identity does not fit into its file",
}


def _identity_file(made, clinicians):
    """The file, read back as the pump will read it: what the pump would refuse is refused here."""
    people = [
        identity.Clinician(identity.key_id_of(one.public), one.public, one.role, one.person)
        for one in clinicians
    ]
    for one in clinicians:
        _check_point(one)
    raw = identity.pack(
        identity.Identity(made.pump_id, made.clinic_id, made.master, made.epoch, people, made.name)
    )
    try:
        identity.parse(raw)
    except identity.IdentityError as error:
        raise ProvisionError(_SENTENCES[error.field]) from None
    return raw


def _check_point(one):
    x = int.from_bytes(one.public[:32], "big")
    y = int.from_bytes(one.public[32:], "big")
    try:
        ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    except ValueError:
        raise ProvisionError(f"key of {one.person}: not a point of P-256") from None


def _draw_code():
    return LEAST_CODE + secrets.randbelow(MOST_CODE - LEAST_CODE + 1)


def _settings_file(pl_per_step, clinician_code):
    if not LEAST_CODE <= clinician_code <= MOST_CODE:
        raise ProvisionError(f"clinician's code: {LEAST_CODE} to {MOST_CODE}")
    values = settings.defaults()
    values["pl_per_step"] = pl_per_step
    values["clinician_code"] = clinician_code
    if not settings.in_range(values):
        least, most = settings.MIN_PL_PER_STEP, settings.MAX_PL_PER_STEP
        raise ProvisionError(f"volume of a microstep: {least} to {most} pL")
    return slots.pack(1, settings.pack(values))


def _format(image, files):
    """The file contents go through a pipe: the master key stands in no argument and in no file but the image."""
    image.touch(mode=0o600)
    image.write_bytes(b"\xff" * FLASH_BYTES)
    lines = [f"{name} {content.hex()}" for name, content in files.items()]
    lines.append("log/")
    command = [sys.executable, "-I", "-c", _RUN_MICROPYTHON, "-X", f"heapsize={_HEAP}"]
    try:
        done = subprocess.run(
            [*command, str(FORMAT_SCRIPT), str(image)],
            input="\n".join(lines) + "\n",
            capture_output=True,
            text=True,
            timeout=FORMAT_TIMEOUT_S,
        )
    except subprocess.TimeoutExpired:
        raise ProvisionError("the MicroPython interpreter did not finish") from None
    if done.stdout.strip() != f"made {len(lines)}":
        problem = (done.stdout + done.stderr).strip().splitlines()[-1:] or ["no output"]
        raise ProvisionError(f"the MicroPython interpreter could not make the image: {problem[0]}")


def _publish(temporary, path):
    """Give a finished file its name; an existing file of that name stays. link, not rename: rename would replace it."""
    descriptor = os.open(temporary, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise ProvisionError(f"{path}: exists already; a pump is never overwritten") from None


def _write_flash(path, files):
    with tempfile.TemporaryDirectory(prefix=".provision-", dir=path.parent) as folder:
        temporary = Path(folder) / "flash"
        _format(temporary, files)
        _publish(temporary, path)


def _write_enrolment(path, made):
    with tempfile.TemporaryDirectory(prefix=".provision-", dir=path.parent) as folder:
        temporary = Path(folder) / "enrolment"
        temporary.touch(mode=0o600)
        temporary.write_text(made.as_json())
        _publish(temporary, path)


def command(
    flash: Annotated[Path, typer.Option(help="flash image to make, 512 KiB")],
    enrolment: Annotated[Path, typer.Option(help="enrolment file to make; holds the master key")],
    name: Annotated[str, typer.Option(help="the pump's name for people")],
    clinic_id: Annotated[str, typer.Option(help="8 bytes as hex")],
    clinician: Annotated[
        list[str], typer.Option(help="role:person:public-hex; role prescriber or checker")
    ] = [],  # noqa: B006 - typer's form of "none given"
    pump_id: Annotated[str, typer.Option(help="16 bytes as hex; drawn if not given")] = "",
    epoch: Annotated[int, typer.Option(help="key epoch")] = 0,
    pl_per_step: Annotated[
        int, typer.Option(help="calibrated volume of a microstep in pL")
    ] = settings.NOMINAL_PL_PER_STEP,
    clinician_code: Annotated[
        int | None,
        typer.Option(help="what a clinician enters at the pump, 1000 to 9999; drawn if not given"),
    ] = None,
) -> None:
    """Make a new pump's flash image and its enrolment."""
    try:
        made = provision(
            flash,
            enrolment,
            name=name,
            clinic_id=parse_hex(clinic_id, 8, "clinic id"),
            clinicians=[parse_clinician(text) for text in clinician],
            pump_id=parse_hex(pump_id, 16, "pump id") if pump_id else None,
            epoch=epoch,
            pl_per_step=pl_per_step,
            clinician_code=clinician_code,
        )
    except ProvisionError as error:
        Console(stderr=True).print(f"provision: {error}", markup=False, highlight=False)
        raise typer.Exit(2) from None
    print(f"pump {made.pump_id.hex()}: {flash} and {enrolment}")
    # Once, here: it stands in no file but the image.
    print(f"clinician's code: {made.clinician_code}")


if __name__ == "__main__":
    typer.run(command)
