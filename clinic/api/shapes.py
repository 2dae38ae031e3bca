"""What comes in and goes out, with ranges. Unknown fields are refused: a mistyped one must not be dropped in silence."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from clinic.clock import utc
from clinic.order_model import (
    Bolus,
    ClinicianBolus,
    Kvo,
    Load,
    Order,
    Step,
)
from clinic.prescribing.signing import KEY_ID_BYTES, SIGNATURE_BYTES

PUMP_ID_BYTES = 16


def _hex(length: int) -> Any:
    def check(value: str) -> str:
        if len(value) != 2 * length:
            raise ValueError(f"{2 * length} hexadecimal digits are needed")
        try:
            bytes.fromhex(value)
        except ValueError:
            raise ValueError("not hexadecimal") from None
        return value.lower()

    return AfterValidator(check)


PumpId = Annotated[str, _hex(PUMP_ID_BYTES)]
CommandId = Annotated[str, _hex(16)]
# As in the tables: a number too long for a column must be refused at the door.
Number = Annotated[int, Field(ge=1, le=2**53)]
Decimal = Annotated[str, Field(min_length=1, max_length=20)]


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Login(Shape):
    username: Annotated[str, Field(max_length=64)]
    password: Annotated[str, Field(max_length=256)]


class PatientIn(Shape):
    reference: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ./_-]{0,31}$")]
    full_name: Annotated[str, Field(min_length=1, max_length=128)]
    place: Annotated[str, Field(min_length=1, max_length=64)]
    weight_g: Annotated[int, Field(ge=1_000, le=400_000)]


Minutes = Annotated[int, Field(ge=1, le=10_080)]


class StepIn(Shape):
    minute: Minutes
    dose_mg_kg_h: Decimal


class LoadIn(Shape):
    dose_mg_kg: Decimal
    minutes: Minutes


class BolusIn(Shape):
    dose_mg: Decimal
    rate_ml_h: Decimal
    lockout_minutes: Minutes
    count: Annotated[int, Field(ge=1, le=1_000)]


class ClinicianBolusIn(Shape):
    dose_mg: Decimal
    minutes: Minutes


class KvoIn(Shape):
    rate_ml_h: Decimal
    minutes: Minutes


class OrderIn(Shape):
    """Decimal numbers are texts, so that no binary fraction ever touches a dose. What is left out is not given, or proposed."""

    profile: Annotated[str, Field(min_length=1, max_length=32)]
    dose_mg_kg_h: Decimal
    conc_mg_ml: Decimal
    vtbi_ml: Decimal
    weight_g: Annotated[int, Field(ge=1_000, le=400_000)]
    bag_ml: Decimal
    patient_class: Annotated[str, Field(max_length=32)]
    steps: Annotated[list[StepIn], Field(max_length=47)] = []
    load: LoadIn | None = None
    bolus: BolusIn | None = None
    clinician_bolus: ClinicianBolusIn | None = None
    kvo: KvoIn | None = None
    min_minutes: Annotated[int, Field(ge=0, le=10_080)] | None = None
    max_minutes: Minutes | None = None
    max_hour_ml: Decimal | None = None
    max_4h_ml: Decimal | None = None
    max_day_ml: Decimal | None = None
    occlusion_pa: Annotated[int, Field(ge=1, le=200_000)] | None = None
    overrides: Annotated[dict[str, str], Field(max_length=8)] = {}

    def order(self) -> Order:
        values = self.model_dump(include=set(Order.__slots__))
        values["steps"] = tuple(Step(**step) for step in values["steps"])
        for name, record in RECORDS.items():
            if values[name] is not None:
                values[name] = record(**values[name])
        return Order(**values)


RECORDS = {"load": Load, "bolus": Bolus, "clinician_bolus": ClinicianBolus, "kvo": Kvo}


class DraftIn(OrderIn):
    pump_id: PumpId
    soft_reason: Annotated[str, Field(max_length=500)] | None = None


class SignatureIn(Shape):
    key_id: Annotated[str, _hex(KEY_ID_BYTES)]
    signature: Annotated[str, _hex(SIGNATURE_BYTES)]


def plain(record: Any) -> dict[str, Any]:
    """A record of the desk's model as JSON: times in ISO 8601."""
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in asdict(record).items()
    }


PRESCRIPTION_FIELDS = (
    "prescription_id",
    "status",
    "drug",
    "profile",
    "dose",
    "conc_ng_ml",
    "rate_nl_h",
    "vtbi_nl",
    "soft_reason",
    "version",
    "refusal",
)
PRESCRIPTION_BYTES = (
    "pump_id",
    "rx_hash",
    "command_id",
    "command",
    "prescriber_key",
    "checker_key",
)


def prescription_out(row: dict[str, Any]) -> dict[str, Any]:
    """A prescription as JSON; bytes are hexadecimal."""
    out = {name: row[name] for name in PRESCRIPTION_FIELDS}
    for name in PRESCRIPTION_BYTES:
        out[name] = None if row[name] is None else row[name].hex()
    out["created_at"] = utc(row["created_ms"]).isoformat()
    out["changed_at"] = utc(row["changed_ms"]).isoformat()
    return out
