"""From a dose to a command with two signatures."""

from __future__ import annotations

import secrets
from dataclasses import replace

import pytest
from sqlalchemy import select

from clinic import admin
from clinic.clock import now_ms
from clinic.commands.results import STOP_DEADLINE_MS
from clinic.order_model import Order
from clinic.prescribing.calculator import work_out
from clinic.prescribing.errors import PrescribingError
from clinic.prescribing.issue import SIGN_WITHIN_MS
from clinic.store import audit
from clinic.store.tables import prescriptions, pump_commands, signing_keys
from clinic.tests.bench import Clinician
from clinic.tests.conftest import People, Scene
from clinic.tests.wire import Wire
from shared import drug_library, prescription
from shared.codes import Command, Override, Reason, Stage

ORDER = Order("KET_HOME_TEST", "0.1", "1", "50", 70_000, "100", "adult")
SOFT = replace(ORDER, dose_mg_kg_h="0.01", vtbi_ml="10")
ANSWERED = replace(SOFT, overrides={"dose_mg_kg_h": "clinical_response"})
REASON = "Starting low after a fainting spell"


async def draft(scene: Scene, people: People, order: Order = ORDER, reason=None) -> int:
    return await scene.house.prescribing.create(
        people.prescriber, scene.pump.pump_id, order, reason, now_ms()
    )


async def prepared(scene: Scene, people: People, order: Order = ORDER) -> tuple[int, bytes]:
    await scene.take(scene.pump.telemetry())
    number = await draft(scene, people, order)
    row = await scene.house.prescribing.prepare(people.prescriber, number, now_ms())
    return number, row["command"]


async def sign(scene: Scene, user, key: Clinician, number: int, command: bytes, at_ms=None):
    return await scene.house.prescribing.sign(
        user,
        number,
        key.key_id,
        key.sign(scene.pump.pump_id, command),
        now_ms() if at_ms is None else at_ms,
    )


async def checked(scene: Scene, people: People) -> tuple[int, bytes]:
    number, command = await prepared(scene, people)
    await sign(scene, people.prescriber, people.prescriber_key, number, command)
    await sign(scene, people.checker, people.checker_key, number, command)
    return number, command


def test_the_calculator_is_exact_and_rounds_towards_less() -> None:
    worked = work_out(ORDER)
    assert worked.rate_nl_h == 7_000_000
    assert worked.formula == "0.1 mg/kg/h × 70 kg ÷ 1 mg/mL = 7 mL/h"
    thirds = work_out(replace(ORDER, dose_mg_kg_h="0.1", conc_mg_ml="1.5", weight_g=70_001))
    assert thirds.rate_nl_h == 4_666_733  # 4,666,733.33…


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("dose_mg_kg_h", "0,1"),
        ("dose_mg_kg_h", "1e-1"),
        ("dose_mg_kg_h", "0"),
        ("dose_mg_kg_h", "-0.1"),
        ("dose_mg_kg_h", "0.1000001"),
        ("conc_mg_ml", "nan"),
        ("vtbi_ml", ""),
        ("profile", "KET"),
        ("weight_g", 0),
        ("max_hour_ml", "x"),
        ("bag_ml", "0"),
        ("patient_class", "child"),
        ("overrides", {"vtbi_ml": "because"}),
        ("overrides", {"colour": "weaning"}),
    ],
)
def test_a_number_that_cannot_be_used_is_refused_with_its_field(field: str, value: object) -> None:
    with pytest.raises(PrescribingError) as refusal:
        work_out(replace(ORDER, **{field: value}))
    assert refusal.value.field == field and str(refusal.value)


@pytest.mark.parametrize("order", [ORDER, replace(ORDER, weight_g=45_500, vtbi_ml="100")])
def test_proposed_limits_let_the_infusion_run_and_pass_the_library(order: Order) -> None:
    worked = work_out(order)
    assert drug_library.check(worked.fields) == []
    assert worked.fields["max_hour_nl"] > worked.rate_nl_h


async def test_a_dose_one_step_above_the_hard_limit_is_refused_with_its_field(
    scene: Scene, people: People
) -> None:
    with pytest.raises(PrescribingError) as refusal:
        await draft(scene, people, replace(ORDER, dose_mg_kg_h="0.100001"), REASON)
    assert refusal.value.field == "dose_mg_kg_h"
    assert "hard limit of 0.1 mg/kg/h" in str(refusal.value)
    assert {finding.severity for finding in refusal.value.findings} >= {"hard"}
    assert await scene.house.prescribing.of_pump(scene.pump.pump_id, 10) == []


async def test_a_soft_limit_needs_a_reason_that_is_kept(scene: Scene, people: People) -> None:
    for order, reason, field in ((SOFT, REASON, "overrides"), (ANSWERED, None, "soft_reason")):
        with pytest.raises(PrescribingError) as refusal:
            await draft(scene, people, order, reason)
        assert refusal.value.field == field
        assert [finding.severity for finding in refusal.value.findings] == ["soft"]
    number = await draft(scene, people, ANSWERED, REASON)
    row = await scene.house.prescribing.get(number)
    assert row["soft_reason"] == REASON
    # What the pump will be told is in the bytes that both sign.
    assert prescription.decode(row["fields"])["overrides"] == [[2, Override.CLINICAL_RESPONSE]]


async def test_a_reason_for_a_limit_that_was_not_passed_is_refused(
    scene: Scene, people: People
) -> None:
    with pytest.raises(PrescribingError) as refusal:
        await draft(scene, people, replace(ORDER, overrides={"vtbi_ml": "weaning"}), REASON)
    assert refusal.value.field == "overrides"


async def test_two_persons_sign_the_same_bytes_and_the_pump_runs_it(
    scene: Scene, people: People, wire: Wire
) -> None:
    number, command = await checked(scene, people)
    command_id = await scene.house.prescribing.send(people.nurse, number, now_ms())
    [frame] = await wire.frames(1)
    seq, box, parsed = scene.pump.open(frame)
    assert box.command == command and parsed.kind == Command.PRESCRIPTION
    assert (parsed.version, parsed.replaces) == (1, bytes(32))
    assert box.key_ids == [people.prescriber_key.key_id, people.checker_key.key_id]
    assert prescription.decode(parsed.prescription)["segments"] == [[0, 7_000_000]]

    for stage, status in ((Stage.SHOWN, "shown"), (Stage.CONFIRMED, "confirmed")):
        await scene.take(scene.pump.receipt(parsed.cmd_id, stage))
        assert (await scene.house.prescribing.get(number))["status"] == status
    await scene.take(scene.pump.run(parsed, seq), scene.pump.telemetry())
    assert (await scene.house.prescribing.get(number))["status"] == "active"
    assert await scene.house.desk.command_result(command_id) == "done"
    tile = await scene.house.desk.pump(scene.pump.pump_id.hex())
    assert tile is not None
    assert (tile.drug, tile.dose, tile.concentration) == ("Ketamine", "0.1 mg/kg/h", "1 mg/mL")
    assert (tile.programmed_rate_nl_h, tile.vtbi_nl) == (7_000_000, 50_000_000)
    assert ("Volume", "50 mL of 100 mL in the bag") in tile.terms

    second, _ = await checked(scene, people)
    row = await scene.house.prescribing.get(second)
    assert row["version"] == 2
    await scene.house.prescribing.send(people.nurse, second, now_ms())
    _, _, parsed = scene.pump.open((await wire.frames(2))[1])
    assert parsed.replaces == (await scene.house.prescribing.get(number))["rx_hash"]
    await scene.take(scene.pump.receipt(parsed.cmd_id, Stage.ACTIVE))
    assert (await scene.house.prescribing.get(number))["status"] == "replaced"


async def test_a_refusal_by_the_pump_is_shown_with_its_reason(
    scene: Scene, people: People, wire: Wire
) -> None:
    number, _ = await checked(scene, people)
    command_id = await scene.house.prescribing.send(people.nurse, number, now_ms())
    await scene.take(scene.pump.receipt(bytes.fromhex(command_id), Stage.REFUSED, Reason.DECLINED))
    row = await scene.house.prescribing.get(number)
    assert (row["status"], row["refusal"]) == ("refused", "declined at the pump")


async def test_one_person_cannot_sign_twice_even_with_a_second_account(
    scene: Scene, people: People
) -> None:
    number, command = await prepared(scene, people)
    await sign(scene, people.prescriber, people.prescriber_key, number, command)
    with pytest.raises(PrescribingError) as same_key:
        await sign(scene, people.prescriber, people.prescriber_key, number, command)
    assert same_key.value.field == "key_id"

    twin = await scene.house.accounts.add(
        "twin", " a  PRESCRIBER ", "checker", "long enough words", now_ms(), "test"
    )
    key = Clinician()
    await admin.register_key(scene.house.database, "twin", key.public_point, now_ms())
    with pytest.raises(PrescribingError) as same_person:
        await sign(scene, twin, key, number, command)
    assert "another person" in str(same_person.value)
    assert (await scene.house.prescribing.get(number))["status"] == "signed"


async def test_roles_cannot_be_swapped(scene: Scene, people: People) -> None:
    number, command = await prepared(scene, people)
    with pytest.raises(PrescribingError) as refusal:
        await sign(scene, people.checker, people.checker_key, number, command)
    assert "must be a prescriber's" in str(refusal.value)


async def test_nobody_signs_with_anothers_key(scene: Scene, people: People) -> None:
    number, command = await prepared(scene, people)
    with pytest.raises(PrescribingError) as refusal:
        await sign(scene, people.nurse, people.prescriber_key, number, command)
    assert "not yours" in str(refusal.value)


async def test_a_signature_over_other_bytes_another_pump_or_a_revoked_key_is_refused(
    scene: Scene, people: People
) -> None:
    number, command = await prepared(scene, people)
    desk = scene.house.prescribing
    key = people.prescriber_key
    for bad in (
        key.sign(scene.pump.pump_id, command + b"\x00"),
        key.sign(bytes(16), command),
        bytes(64),
        people.checker_key.sign(scene.pump.pump_id, command),
    ):
        with pytest.raises(PrescribingError) as refusal:
            await desk.sign(people.prescriber, number, key.key_id, bad, now_ms())
        assert refusal.value.field == "signature"
    async with scene.house.database.write() as connection:
        await connection.execute(signing_keys.update().values(revoked_ms=1))
    with pytest.raises(PrescribingError) as revoked:
        await sign(scene, people.prescriber, key, number, command)
    assert "revoked" in str(revoked.value)


async def test_stale_signatures_are_refused_and_made_anew_without_the_old_ones(
    scene: Scene, people: People
) -> None:
    number, command = await prepared(scene, people)
    await sign(scene, people.prescriber, people.prescriber_key, number, command)
    late_ms = now_ms() + SIGN_WITHIN_MS + 1_000
    with pytest.raises(PrescribingError) as refusal:
        await sign(scene, people.checker, people.checker_key, number, command, late_ms)
    assert "prepare it again" in str(refusal.value)
    await scene.take(scene.pump.telemetry(challenge=secrets.token_bytes(8)), at_ms=late_ms)
    row = await scene.house.prescribing.prepare(people.prescriber, number, late_ms)
    assert row["command"] != command and row["status"] == "draft"
    assert row["prescriber_signature"] is None
    async with scene.house.database.read() as connection:
        actions = [line["action"] for line in await audit.newest(connection, 3)]
    assert "issued again" in actions


async def test_a_pump_whose_clock_runs_fast_makes_signatures_stale_by_its_own_time(
    scene: Scene, people: People
) -> None:
    number, command = await prepared(scene, people)
    await scene.take(scene.pump.telemetry(step_ms=SIGN_WITHIN_MS + 1_000))
    with pytest.raises(PrescribingError) as refusal:
        await sign(scene, people.prescriber, people.prescriber_key, number, command)
    assert "older than" in str(refusal.value)


async def test_a_restart_of_the_pump_makes_signatures_stale(scene: Scene, people: People) -> None:
    number, command = await prepared(scene, people)
    scene.pump.start(boot=2)
    await scene.take(scene.pump.telemetry(challenge=secrets.token_bytes(8)))
    with pytest.raises(PrescribingError) as refusal:
        await sign(scene, people.prescriber, people.prescriber_key, number, command)
    assert "challenge is used up" in str(refusal.value)


async def test_preparing_twice_gives_the_same_bytes(scene: Scene, people: People) -> None:
    number, command = await prepared(scene, people)
    await sign(scene, people.prescriber, people.prescriber_key, number, command)
    row = await scene.house.prescribing.prepare(people.checker, number, now_ms())
    assert row["command"] == command and row["status"] == "signed"


async def test_it_is_sent_once_and_not_beside_another_command(
    scene: Scene, people: People, wire: Wire
) -> None:
    number, _ = await checked(scene, people)
    await scene.house.desk.stop_pump(scene.pump.pump_id.hex(), people.nurse)
    with pytest.raises(PrescribingError) as busy:
        await scene.house.prescribing.send(people.nurse, number, now_ms())
    assert "under way" in str(busy.value)
    await scene.house.sender.attend(now_ms() + STOP_DEADLINE_MS + 1_000)
    await scene.house.prescribing.send(people.nurse, number, now_ms())
    with pytest.raises(PrescribingError) as twice:
        await scene.house.prescribing.send(people.nurse, number, now_ms())
    assert "that is sent cannot be sent" in str(twice.value)


async def test_an_unsigned_or_withdrawn_prescription_is_never_sent(
    scene: Scene, people: People
) -> None:
    number, command = await prepared(scene, people)
    await sign(scene, people.prescriber, people.prescriber_key, number, command)
    with pytest.raises(PrescribingError):
        await scene.house.prescribing.send(people.nurse, number, now_ms())
    await scene.house.prescribing.withdraw(people.prescriber, number, now_ms())
    with pytest.raises(PrescribingError):
        await sign(scene, people.checker, people.checker_key, number, command)
    async with scene.house.database.read() as connection:
        assert (await connection.execute(select(pump_commands))).all() == []


async def test_a_pump_that_runs_something_unknown_gets_nothing_from_us(
    scene: Scene, people: People
) -> None:
    await scene.take(scene.pump.telemetry(rx_hash=b"\x09" * 8, rx_version=4))
    number = await draft(scene, people)
    with pytest.raises(PrescribingError) as refusal:
        await scene.house.prescribing.prepare(people.prescriber, number, now_ms())
    assert "not in this record" in str(refusal.value)
    async with scene.house.database.read() as connection:
        row = (await connection.execute(select(prescriptions))).one()
    assert row.command is None
