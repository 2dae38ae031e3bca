"""One good example of every message, for tests that change one thing in it."""

from shared import prescription
from shared.messages import Command, CommandBox, Event, Receipt, Telemetry

PUMP_ID = bytes(range(16))
CLINIC_ID = b"clinic-1"
MASTER = bytes(range(32, 64))
SALT = b"\x10\x20\x30\x40\x50\x60\x70\x80"


def rx(**changes) -> dict:
    """Ketamine 0.1 mg/kg/h for 70 kg at 1 mg/mL, 24 h."""
    fields = {
        "drug": "Ketamine",
        "conc_ng_ml": 1_000_000,
        "segments": [[0, 7_000_000]],
        "max_hour_nl": 7_700_000,
        "max_day_nl": 175_000_000,
        "max_bolus_nl": 0,
        "lockout_s": 0,
        "starts_after_s": 0,
        "library_version": 2,
        "vtbi_nl": 168_000_000,
        "dosing_weight_g": 70_000,
        "profile": "KET_HOME_TEST",
        "max_minutes": 1_440,
        "occlusion_pa": 40_000,
        "max_4h_nl": 30_800_000,
        "load_nl": 0,
        "load_rate_nl_h": 0,
        "bolus_rate_nl_h": 0,
        "max_boluses": 0,
        "clinician_bolus_nl": 0,
        "clinician_bolus_minutes": 0,
        "kvo_rate_nl_h": 0,
        "kvo_minutes": 0,
        "min_minutes": 60,
        "bag_nl": 250_000_000,
        "overrides": [],
        "patient_class": 1,
    }
    for name in changes:
        fields[name] = changes[name]
    return fields


def pca(**changes) -> dict:
    """Everything at once: two rate steps, load, patient and clinician bolus, KVO. Morphine 1 mg/mL for 70 kg."""
    everything = {
        "drug": "Morphine",
        "profile": "PCA_TEST",
        "segments": [[0, 500_000], [30, 1_000_000]],
        "max_hour_nl": 10_000_000,
        "max_4h_nl": 30_000_000,
        "max_day_nl": 60_000_000,
        "vtbi_nl": 30_000_000,
        "max_minutes": 720,
        "load_nl": 3_000_000,
        "load_rate_nl_h": 15_000_000,
        "max_bolus_nl": 1_000_000,
        "bolus_rate_nl_h": 60_000_000,
        "max_boluses": 20,
        "lockout_s": 600,
        "clinician_bolus_nl": 2_000_000,
        "clinician_bolus_minutes": 20,
        "kvo_rate_nl_h": 100_000,
        "kvo_minutes": 60,
        "bag_nl": 50_000_000,
    }
    everything.update(changes)
    return rx(**everything)


def telemetry() -> Telemetry:
    return Telemetry(
        boot=12,
        mono_ms=3_600_000,
        wall_s=None,
        wall_quality=0,
        rx_version=3,
        rx_hash=b"rx-hash8",
        state=1,
        rate_nl_h=7_000_000,
        total_min_nl=6_999_000,
        total_max_nl=7_000_000,
        left_nl=161_000_000,
        battery_permille=873,
        alarms=1 << 5,
        challenge=b"challnge",
        log_seq=41,
        log_head=bytes(range(16)),
        last_cmd=7,
        pressure_pa=-1_200,
        acknowledged=0,
        sample=0,
    )


def event() -> Event:
    return Event(log_seq=42, boot=12, mono_ms=3_600_100, code=3, args=[0, 40_100, -7])


def receipt() -> Receipt:
    return Receipt(cmd_id=bytes(16), stage=5, reason=20, rx_version=3, rx_hash=bytes(8))


def stop() -> Command:
    return Command(
        kind=2,
        cmd_id=b"0123456789abcdef",
        pump_id=PUMP_ID,
        challenge=b"challnge",
        version=None,
        replaces=None,
        valid_s=600,
        prescription=None,
    )


def prescribe() -> Command:
    return Command(
        kind=4,
        cmd_id=b"0123456789abcdef",
        pump_id=PUMP_ID,
        challenge=b"challnge",
        version=4,
        replaces=bytes(32),
        valid_s=600,
        prescription=prescription.encode(rx()),
    )


def box() -> CommandBox:
    return CommandBox(
        command=b"\xa0",
        signatures=[bytes(64), b"\x01" * 64],
        key_ids=[b"key-id-1", b"key-id-2"],
    )


def changed(record, rows: tuple, **changes):
    """A copy with other values. `rows` names the fields; MicroPython's namedtuple has no list."""
    values = list(record)
    for index in range(len(rows)):
        values[index] = changes.get(rows[index][0], values[index])
    return type(record)(*values)
