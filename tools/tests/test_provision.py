"""A new pump: what is made can be used by the firmware, what cannot be made leaves nothing behind."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from shared.codes import Role
from tools.provision import (
    Clinician,
    ProvisionError,
    parse_clinician,
    provision,
)

ROOT = Path(__file__).resolve().parents[2]
MICROPYTHON = Path(sys.executable).with_name("micropython")
CLINIC = bytes(range(8))

# Mounts the image as the board does, and prints what the firmware's own readers find.
READ_BACK = """
import sys, os, vfs
class Image:
    def __init__(self, path):
        self.file = open(path, "r+b")
    def readblocks(self, block, buf, offset=0):
        self.file.seek(block * 4096 + offset)
        self.file.readinto(buf)
    def writeblocks(self, block, buf, offset=0):
        self.file.seek(block * 4096 + offset)
        self.file.write(buf)
    def ioctl(self, command, argument):
        return (0, 0, 0, 0, 128, 4096, 0)[command]
vfs.mount(vfs.VfsLfs2(Image(sys.argv[1])), "/vigil")
from firmware.storage import identity, journal, settings
found = identity.load()
kept = settings.Settings()
print(sorted(os.listdir("/vigil")))
print(found.pump_id.hex(), found.clinic_id.hex(), found.master.hex(), found.epoch, found.name)
print([(one.role, one.person, one.public.hex()) for one in found.clinicians])
print(kept.load(), kept.boot, kept.pl_per_step, kept.sequence_limit, kept.clinician_code)
print(journal.Journal().start(1))
"""


def public_key() -> bytes:
    numbers = ec.generate_private_key(ec.SECP256R1()).public_key().public_numbers()
    return numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big")


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tools.provision", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "COLUMNS": "200"},
    )


def test_the_firmware_reads_back_what_was_provisioned(tmp_path: Path) -> None:
    flash, enrolment = tmp_path / "flash.bin", tmp_path / "enrolment.json"
    keys = [public_key(), public_key()]
    made = provision(
        flash,
        enrolment,
        name="Pump Süd 1",
        clinic_id=CLINIC,
        clinicians=[
            Clinician(Role.PRESCRIBER, "Dr A. Example", keys[0]),
            Clinician(Role.CHECKER, "Nurse B. Example", keys[1]),
        ],
        epoch=3,
        pl_per_step=3_700,
        clinician_code=4_711,
    )
    assert flash.stat().st_size == 512 * 1024
    assert flash.stat().st_mode & 0o777 == enrolment.stat().st_mode & 0o777 == 0o600
    assert json.loads(enrolment.read_text()) == {
        "pump_id": made.pump_id.hex(),
        "clinic_id": CLINIC.hex(),
        "master": made.master.hex(),
        "epoch": 3,
        "name": "Pump Süd 1",
    }
    assert sorted(path.name for path in tmp_path.iterdir()) == ["enrolment.json", "flash.bin"]
    script = tmp_path / "read_back.py"
    script.write_text(READ_BACK)
    done = subprocess.run(
        [MICROPYTHON, str(script), str(flash)],
        capture_output=True,
        text=True,
        timeout=30,
        env={**os.environ, "MICROPYPATH": f"{ROOT}:.frozen"},
    )
    assert done.stdout.splitlines() == [
        "['identity.cbor', 'log', 'settings-a.cbor']",
        f"{made.pump_id.hex()} {CLINIC.hex()} {made.master.hex()} 3 Pump Süd 1",
        str(
            [
                (Role.PRESCRIBER, "Dr A. Example", keys[0].hex()),
                (Role.CHECKER, "Nurse B. Example", keys[1].hex()),
            ]
        ),
        "True 0 3700 0 4711",
        "True",
    ], done.stderr


def test_two_pumps_share_no_id_and_no_key_and_the_key_is_not_shown(tmp_path: Path) -> None:
    made = [
        provision(
            tmp_path / f"flash-{number}.bin",
            tmp_path / f"enrolment-{number}.json",
            name="Pump",
            clinic_id=CLINIC,
            clinicians=[],
        )
        for number in (1, 2)
    ]
    assert made[0].pump_id != made[1].pump_id and made[0].master != made[1].master
    assert made[0].master.hex() not in repr(made[0]) and repr(made[0].master) not in repr(made[0])


def test_command_makes_both_files_and_says_no_secret(tmp_path: Path) -> None:
    flash, enrolment = tmp_path / "f.bin", tmp_path / "e.json"
    done = run(
        *("--flash", str(flash), "--enrolment", str(enrolment), "--name", "Pump 1"),
        *("--clinic-id", CLINIC.hex(), "--clinician", f"checker:Ward: 2 B:{public_key().hex()}"),
    )
    assert done.returncode == 0, done.stderr
    record = json.loads(enrolment.read_text())
    assert record["pump_id"] in done.stdout
    assert record["master"] not in done.stdout + done.stderr
    assert flash.exists()


def test_clinician_code_is_drawn_told_once_and_stands_in_no_enrolment(tmp_path: Path) -> None:
    flash, enrolment = tmp_path / "f.bin", tmp_path / "e.json"
    arguments = ("--flash", str(flash), "--enrolment", str(enrolment), "--name", "Pump 1")
    done = run(*arguments, "--clinic-id", CLINIC.hex())
    assert done.returncode == 0, done.stderr
    _, told = done.stdout.splitlines()
    what, _, code = told.partition(": ")
    assert what == "clinician's code"
    assert code.isdecimal() and 1_000 <= int(code) <= 9_999
    assert "code" not in enrolment.read_text()


def test_two_pumps_have_different_codes(tmp_path: Path) -> None:
    codes = [
        provision(
            tmp_path / f"flash-{number}.bin",
            tmp_path / f"enrolment-{number}.json",
            name="Pump",
            clinic_id=CLINIC,
            clinicians=[],
        ).clinician_code
        for number in range(4)
    ]
    assert len(set(codes)) > 1


OFF_THE_CURVE = (b"\x01" * 64).hex()
WRONG = [
    ({"--clinic-id": "zz"}, "clinic id: not hexadecimal"),
    ({"--clinic-id": "0011"}, "clinic id: 8 bytes were expected, 2 given"),
    ({"--pump-id": "0011"}, "pump id: 16 bytes were expected, 2 given"),
    ({"--name": ""}, "name: 1 to 48 bytes"),
    ({"--name": "x" * 49}, "name: 1 to 48 bytes"),
    ({"--epoch": "-1"}, "epoch: 0 to 4294967295"),
    ({"--epoch": "4294967296"}, "epoch: 0 to 4294967295"),
    ({"--pl-per-step": "3561"}, "volume of a microstep: 3562 to 3938 pL"),
    ({"--clinician-code": "999"}, "clinician's code: 1000 to 9999"),
    ({"--clinician-code": "10000"}, "clinician's code: 1000 to 9999"),
    ({"--clinician": "nurse:A:00"}, "the role is prescriber or checker"),
    ({"--clinician": "checker"}, "role:person:public-hex was expected"),
    ({"--clinician": "checker:A:00"}, "key of A: 64 bytes were expected, 1 given"),
    ({"--clinician": f"checker:A:{OFF_THE_CURVE}"}, "key of A: not a point of P-256"),
    ({"--epoch": "one"}, "Invalid value for '--epoch'"),
]


@pytest.mark.parametrize(("changes", "sentence"), WRONG)
def test_bad_argument_is_a_sentence_exit_2_and_nothing_made(
    tmp_path: Path, changes: dict[str, str], sentence: str
) -> None:
    arguments = {
        "--flash": str(tmp_path / "f.bin"),
        "--enrolment": str(tmp_path / "e.json"),
        "--name": "Pump 1",
        "--clinic-id": CLINIC.hex(),
        **changes,
    }
    done = run(*(part for pair in arguments.items() for part in pair))
    assert done.returncode == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def attempt(flash: Path, enrolment: Path) -> str:
    with pytest.raises(ProvisionError) as caught:
        provision(flash, enrolment, name="Pump", clinic_id=CLINIC, clinicians=[])
    return str(caught.value)


def test_existing_files_are_never_overwritten(tmp_path: Path) -> None:
    for existing in ("f.bin", "e.json"):
        folder = tmp_path / existing
        folder.mkdir()
        (folder / existing).write_text("a pump's memory")
        assert "exists already" in attempt(folder / "f.bin", folder / "e.json")
        assert [path.name for path in folder.iterdir()] == [existing]
        assert (folder / existing).read_text() == "a pump's memory"


def test_missing_folder_and_one_name_for_both_files_are_refused(tmp_path: Path) -> None:
    assert "no such folder" in attempt(tmp_path / "f.bin", tmp_path / "nowhere" / "e.json")
    assert "no such folder" in attempt(tmp_path / "nowhere" / "f.bin", tmp_path / "e.json")
    assert "two files" in attempt(tmp_path / "same", tmp_path / "same")
    assert list(tmp_path.iterdir()) == []


def test_clinicians_the_pump_would_refuse_are_refused_here(tmp_path: Path) -> None:
    key = public_key()
    for clinicians in (
        [Clinician(Role.CHECKER, "A", key), Clinician(Role.PRESCRIBER, "B", key)],
        [Clinician(Role.CHECKER, "A", key), Clinician(Role.PRESCRIBER, "A", public_key())],
        [Clinician(3, "A", key)],
        [Clinician(Role.CHECKER, f"Person {n}", public_key()) for n in range(17)],
    ):
        with pytest.raises(ProvisionError):
            provision(
                tmp_path / "f.bin",
                tmp_path / "e.json",
                name="Pump",
                clinic_id=CLINIC,
                clinicians=clinicians,
            )
    assert list(tmp_path.iterdir()) == []


def test_person_may_have_a_colon_in_the_name() -> None:
    key = public_key()
    assert parse_clinician(f"prescriber:Ward 2: Dr A:{key.hex()}") == Clinician(
        Role.PRESCRIBER, "Ward 2: Dr A", key
    )
