"""Clinicians' key files and what they sign."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner

from clinic.order_model import Order
from clinic.prescribing import signing
from clinic.prescribing.calculator import work_out
from shared import messages, prescription
from shared.codes import Command, Role
from tools import sign

PUMP_ID = bytes(range(16))
PASSPHRASE = "eight or more"


def command(kind: int = Command.PRESCRIPTION, **changes: object) -> bytes:
    order = Order("KET_HOME_TEST", "0.1", "1", "50", 70_000, "100", "adult")
    fields = work_out(order).fields | changes
    is_rx = kind == Command.PRESCRIPTION
    return messages.pack_command(
        messages.Command(
            kind,
            bytes(16),
            PUMP_ID,
            bytes(8),
            1 if is_rx else None,
            bytes(32) if is_rx else None,
            600,
            prescription.encode(fields) if is_rx else None,
        )
    )


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "a.pem"
    sign.new_key("prescriber", "Dr A").write(path, None)
    return path


def test_a_key_file_is_for_its_owner_and_reads_back(key_file: Path) -> None:
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    signer = sign.load_key(key_file)
    assert (signer.role, signer.person) == (Role.PRESCRIBER, "Dr A")
    assert len(signer.public_point) == 64
    assert signer.key_id == sign.key_id(signer.public_point)


def test_a_signature_fits_the_bytes_the_pump_and_the_key_and_nothing_else(key_file: Path) -> None:
    signer = sign.load_key(key_file)
    data = command()
    signature = sign.sign_command(signer, PUMP_ID, data)
    other = sign.new_key("checker", "Nurse B")
    assert len(signature) == 64
    assert signing.is_good(signer.public_point, PUMP_ID, data, signature)
    assert not signing.is_good(signer.public_point, bytes(16), data, signature)
    assert not signing.is_good(signer.public_point, PUMP_ID, data + b"\x00", signature)
    assert not signing.is_good(other.public_point, PUMP_ID, data, signature)
    for bit in range(0, 512, 37):
        broken = bytearray(signature)
        broken[bit // 8] ^= 1 << bit % 8
        assert not signing.is_good(signer.public_point, PUMP_ID, data, bytes(broken))


def test_a_passphrase_is_needed_and_checked(tmp_path: Path) -> None:
    path = tmp_path / "b.pem"
    signer = sign.new_key("checker", "Nurse B")
    with pytest.raises(sign.SignError, match="at least"):
        signer.write(path, "short")
    assert not path.exists()
    signer.write(path, PASSPHRASE)
    assert sign.load_key(path, PASSPHRASE).public_point == signer.public_point
    for wrong in (None, "another one"):
        with pytest.raises(sign.SignError):
            sign.load_key(path, wrong)


def test_a_key_is_never_written_over(key_file: Path) -> None:
    before = key_file.read_bytes()
    with pytest.raises(sign.SignError, match="cannot be made"):
        sign.new_key("checker", "Nurse B").write(key_file, None)
    assert key_file.read_bytes() == before


def test_a_key_that_others_can_read_is_refused(key_file: Path) -> None:
    key_file.chmod(0o640)
    with pytest.raises(sign.SignError, match="chmod 600"):
        sign.load_key(key_file)


@pytest.mark.parametrize(
    "content", [b"", b"Vigil-Role: prescriber\nVigil-Person: A\n", b"\xff" * 100, b"x" * 9_000]
)
def test_a_file_that_is_no_key_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "c.pem"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(sign.SignError):
        sign.load_key(path)


def test_nothing_but_a_prescription_inside_the_library_is_worth_a_signature() -> None:
    parsed, data = sign.read_command(command().hex())
    assert parsed.pump_id == PUMP_ID and data == command()
    # Past a soft limit with a reason, and below without one.
    sign.read_command(command(max_minutes=400, overrides=[[12, 1]]).hex())
    for text in (
        "",
        "zz",
        "00",
        command(Command.STOP).hex(),
        command().hex() + "00",
        command(segments=[[0, 70_000_000]]).hex(),
        command(max_minutes=400).hex(),
    ):
        with pytest.raises(sign.SignError):
            sign.read_command(text)


def test_the_command_line_makes_shows_and_signs(tmp_path: Path) -> None:
    path = tmp_path / "d.pem"
    runner = CliRunner()
    made = runner.invoke(
        sign.app, ["new-key", "--role", "prescriber", "--person", "Dr D", "--out", str(path)]
    )
    shown = runner.invoke(sign.app, ["public", str(path)])
    assert made.exit_code == 0 and made.stdout == shown.stdout and len(made.stdout) == 129
    signed = runner.invoke(sign.app, ["sign", str(path), command().hex()])
    point, signature = bytes.fromhex(shown.stdout), bytes.fromhex(signed.stdout)
    assert signing.is_good(point, PUMP_ID, command(), signature)
    assert "drug = Ketamine" in signed.stderr


def test_bad_input_is_one_sentence_and_exit_code_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for arguments in (
        ["public", str(tmp_path / "none.pem")],
        ["new-key", "--role", "king", "--person", "A", "--out", str(tmp_path / "e.pem")],
        ["new-key", "--role", "checker", "--person", "\x07", "--out", str(tmp_path / "e.pem")],
        ["sign", str(tmp_path / "none.pem"), "zz"],
    ):
        with pytest.raises(SystemExit) as end:
            sign.main(arguments)
        assert end.value.code == 2
        said = capsys.readouterr().err.strip()
        assert said.startswith("sign: ") and "\n" not in said
    assert not (tmp_path / "e.pem").exists()
