"""Patients and prescriptions: work out, draft, prepare, sign twice, send."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Query

from clinic.api.access import Dispatcher, Enroller, Prescriber, TheHouse, Viewer
from clinic.api.shapes import (
    DraftIn,
    Number,
    OrderIn,
    PatientIn,
    PumpId,
    SignatureIn,
    prescription_out,
)
from clinic.clock import now_ms
from clinic.patients import add_patient, list_patients

router = APIRouter(prefix="/api", tags=["prescribing"])


@router.get("/patients")
async def patients(_: Viewer, house: TheHouse) -> list[dict[str, Any]]:
    return await list_patients(house.database)


@router.post("/patients", status_code=201)
async def new_patient(body: PatientIn, user: Enroller, house: TheHouse) -> dict[str, int]:
    number = await add_patient(
        house.database,
        body.reference,
        body.full_name,
        body.place,
        body.weight_g,
        now_ms(),
        user.username,
    )
    return {"patient_id": number}


@router.post("/prescriptions/work-out")
async def work_out(body: OrderIn, _: Viewer, house: TheHouse) -> dict[str, Any]:
    """The calculator and the drug library's findings. Keeps nothing."""
    worked, findings = house.prescribing.work_out(body.order())
    return {
        "fields": worked.fields,
        "formula": worked.formula,
        "findings": [asdict(finding) for finding in findings],
    }


@router.post("/prescriptions", status_code=201)
async def create(body: DraftIn, user: Prescriber, house: TheHouse) -> dict[str, Any]:
    number = await house.prescribing.create(
        user, bytes.fromhex(body.pump_id), body.order(), body.soft_reason, now_ms()
    )
    return prescription_out(await house.prescribing.get(number))


@router.get("/prescriptions")
async def listing(
    pump_id: PumpId, _: Viewer, house: TheHouse, limit: Annotated[int, Query(ge=1, le=200)] = 20
) -> list[dict[str, Any]]:
    rows = await house.prescribing.of_pump(bytes.fromhex(pump_id), limit)
    return [prescription_out(row) for row in rows]


@router.get("/prescriptions/{number}")
async def get(number: Number, _: Viewer, house: TheHouse) -> dict[str, Any]:
    return prescription_out(await house.prescribing.get(number))


@router.post("/prescriptions/{number}/prepare")
async def prepare(number: Number, user: Prescriber, house: TheHouse) -> dict[str, Any]:
    """`command` in the answer is what both persons sign."""
    return prescription_out(await house.prescribing.prepare(user, number, now_ms()))


@router.post("/prescriptions/{number}/sign")
async def sign(number: Number, body: SignatureIn, user: Viewer, house: TheHouse) -> dict[str, Any]:
    """Who may sign is decided by the key: it must be the caller's own, and of the role whose turn it is."""
    row = await house.prescribing.sign(
        user, number, bytes.fromhex(body.key_id), bytes.fromhex(body.signature), now_ms()
    )
    return prescription_out(row)


@router.post("/prescriptions/{number}/send", status_code=202)
async def send(number: Number, user: Dispatcher, house: TheHouse) -> dict[str, str]:
    return {"command_id": await house.prescribing.send(user, number, now_ms())}


@router.post("/prescriptions/{number}/withdraw", status_code=204)
async def withdraw(number: Number, user: Prescriber, house: TheHouse) -> None:
    await house.prescribing.withdraw(user, number, now_ms())
