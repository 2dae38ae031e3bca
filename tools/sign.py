"""A clinician's signing key in a file, and signing with it.

    python -m tools.sign new-key --role prescriber --person "Dr A" --out a.pem
    python -m tools.sign public a.pem
    python -m tools.sign sign a.pem COMMANDHEX

The key is P-256, the signature ES256 over the exact bytes of a command (docs/PROTOCOL.md, 2.2): raw r || s, 64 bytes. The
pump that it is for is read from the command itself and is part of what is signed.

`Signer` is the one interface that the rest of the house uses: a token or smart card is another class with `public_point`
and `sign_command`, and nothing else changes. A key file is for the bench and for trials; a clinic uses tokens.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Protocol

import typer
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from clinic.prescribing.signing import key_id, to_be_signed
from shared import drug_library, messages, prescription
from shared.cbor import decode, encode
from shared.codes import Command, Role
from shared.errors import Malformed, Refused

__all__ = ["FileSigner", "Signer", "key_id", "load_key", "new_key", "sign_command"]

ROLES = {"prescriber": Role.PRESCRIBER, "checker": Role.CHECKER}
MAX_KEY_BYTES = 8_192
MAX_COMMAND_BYTES = 1_000
MIN_PASSPHRASE = 8
# Lines before the PEM block, which every PEM reader skips.
ROLE_LINE = "Vigil-Role: "
PERSON_LINE = "Vigil-Person: "


class SignError(Exception):
    """One sentence for a person; the process ends with code 2."""


class Signer(Protocol):
    """Whoever holds a private key: a file here, a token later."""

    role: int  # shared.codes.Role
    person: str

    @property
    def public_point(self) -> bytes:
        """x || y, 64 bytes."""
        ...

    def sign_command(self, pump_id: bytes, command: bytes) -> bytes:
        """r || s, 64 bytes."""
        ...


class FileSigner:
    """A key that was read from a file."""

    def __init__(self, key: ec.EllipticCurvePrivateKey, role: int, person: str) -> None:
        self._key = key
        self.role = role
        self.person = person

    @property
    def public_point(self) -> bytes:
        return self._key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )[1:]

    @property
    def key_id(self) -> bytes:
        return key_id(self.public_point)

    def sign_command(self, pump_id: bytes, command: bytes) -> bytes:
        r, s = decode_dss_signature(
            self._key.sign(to_be_signed(pump_id, command), ec.ECDSA(hashes.SHA256()))
        )
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    def write(self, path: Path, passphrase: str | None) -> None:
        """Write the key to a new file, mode 0600. SignError if the file is there already."""
        if passphrase is not None and len(passphrase) < MIN_PASSPHRASE:
            raise SignError(f"A passphrase has at least {MIN_PASSPHRASE} characters")
        encryption = (
            serialization.BestAvailableEncryption(passphrase.encode())
            if passphrase
            else serialization.NoEncryption()
        )
        pem = self._key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption
        )
        role = next(name for name, number in ROLES.items() if number == self.role)
        text = f"{ROLE_LINE}{role}\n{PERSON_LINE}{self.person}\n{pem.decode()}"
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise SignError(f"{path} cannot be made: {error.strerror}") from error


def new_key(role: str, person: str) -> FileSigner:
    """A fresh key. SignError for a role or name that cannot be used."""
    if role not in ROLES:
        raise SignError(f"A role is one of {', '.join(ROLES)}")
    if not person.strip() or len(person) > 128 or not person.isprintable():
        raise SignError("A person is 1 to 128 printable characters")
    return FileSigner(ec.generate_private_key(ec.SECP256R1()), ROLES[role], person.strip())


def load_key(path: Path, passphrase: str | None = None) -> FileSigner:
    """The key in a file. SignError says what is wrong with it; nothing of the key is ever shown."""
    try:
        if path.stat().st_mode & 0o077:
            raise SignError(f"{path} can be read by others: chmod 600 it")
        with path.open("rb") as file:
            data = file.read(MAX_KEY_BYTES + 1)
    except OSError as error:
        raise SignError(f"{path} cannot be read: {error.strerror}") from error
    if len(data) > MAX_KEY_BYTES:
        raise SignError(f"{path} is too long for a key file")
    lines = data.decode(errors="replace").splitlines()
    role = _line(lines, ROLE_LINE)
    person = _line(lines, PERSON_LINE)
    if role not in ROLES or not person:
        raise SignError(f"{path} is not a key file made by tools.sign: role or person is missing")
    try:
        key = serialization.load_pem_private_key(
            data[data.find(b"-----BEGIN") :], passphrase.encode() if passphrase else None
        )
    except TypeError:
        raise SignError(f"{path} has a passphrase: give it") from None
    except ValueError:
        raise SignError(f"{path}: wrong passphrase, or the key is damaged") from None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise SignError(f"{path} holds another kind of key than P-256")
    return FileSigner(key, ROLES[role], person)


def sign_command(key: Signer, pump_id: bytes, command_bytes: bytes) -> bytes:
    """64 bytes r || s over a command for this pump."""
    return key.sign_command(pump_id, command_bytes)


def _line(lines: list[str], start: str) -> str:
    return next((line[len(start) :].strip() for line in lines if line.startswith(start)), "")


def read_command(text: str) -> tuple[messages.Command, bytes]:
    """A command in hexadecimal that is worth a signature: canonical, a prescription, inside the library. SignError otherwise."""
    try:
        data = bytes.fromhex(text.strip())
        command = messages.parse_command(data)
    except (ValueError, Malformed):
        raise SignError("This is not a command in hexadecimal") from None
    if len(data) > MAX_COMMAND_BYTES or encode(decode(data)) != data:
        raise SignError("This command is not in its one canonical form")
    if command.kind != Command.PRESCRIPTION:
        raise SignError("Only prescriptions are signed")
    try:
        fields = prescription.decode(command.prescription)
    except Refused as refused:
        raise SignError(f"The prescription is refused: field {refused.field}") from None
    findings = drug_library.check(fields)
    for finding in findings:
        if finding.severity == drug_library.HARD or not finding.override:
            raise SignError(drug_library.sentence(finding))
    return command, data


app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    help="A clinician's signing key in a file, and signing with it.",
)
KeyFile = Annotated[Path, typer.Argument(help="Key file.")]
Passphrase = Annotated[bool, typer.Option("--passphrase", help="Ask for a passphrase.")]


def _ask(wanted: bool, again: bool = False) -> str | None:
    if not wanted:
        return None
    return typer.prompt("Passphrase", hide_input=True, confirmation_prompt=again, err=True)


@app.command("new-key")
def new_key_command(
    role: Annotated[str, typer.Option(help="prescriber or checker.")],
    person: Annotated[str, typer.Option(help="Full name, as in the clinic's list.")],
    out: Annotated[Path, typer.Option(help="A new file.")],
    passphrase: Passphrase = False,
) -> None:
    """Make a key. Prints its public point, for `python -m clinic key add`."""
    signer = new_key(role, person)
    signer.write(out, _ask(passphrase, again=True))
    typer.echo(signer.public_point.hex())


@app.command("public")
def public_command(file: KeyFile, passphrase: Passphrase = False) -> None:
    """Print the public point: 128 hexadecimal digits, x then y."""
    typer.echo(load_key(file, _ask(passphrase)).public_point.hex())


@app.command("sign")
def sign_command_line(
    file: KeyFile,
    command_hex: Annotated[str, typer.Argument(metavar="COMMANDHEX")],
    passphrase: Passphrase = False,
) -> None:
    """Show what is being signed on standard error, and print the signature."""
    command, data = read_command(command_hex)
    signer = load_key(file, _ask(passphrase))
    fields: dict[str, Any] = prescription.decode(command.prescription)
    typer.echo(f"{signer.person} signs for pump {command.pump_id.hex()}:", err=True)
    for name in sorted(fields):
        typer.echo(f"  {name} = {fields[name]}", err=True)
    typer.echo(signer.sign_command(command.pump_id, data).hex())


def run(work: Callable[[], Any]) -> Any:
    """Exit code 2 and one sentence for everything that a person can put right."""
    try:
        return work()
    except SignError as error:
        print(f"sign: {error}", file=sys.stderr)
        raise SystemExit(2) from None


def main(arguments: list[str] | None = None) -> Any:
    return run(lambda: app(arguments))


if __name__ == "__main__":
    main()
