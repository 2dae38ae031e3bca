"""Every table of the clinic, as SQLAlchemy Core.

Times are integers: milliseconds since 1970, UTC, in columns named `*_ms`. Volumes are nL, rates nL/h, pressures Pa. Identities
(pump, command, key) are raw bytes. What may be unknown is nullable; a zero is never a stand-in for it.
Changes to this file need a migration; a test compares both.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = MetaData(naming_convention=NAMING)

# SQLite gives row numbers by itself only to a column that is exactly INTEGER.
RowId = BigInteger().with_variant(Integer, "sqlite")

users = Table(
    "users",
    metadata,
    Column("user_id", RowId, primary_key=True),
    Column("username", String(64), nullable=False, unique=True),
    Column("full_name", String(128), nullable=False),
    Column("role", String(16), nullable=False),
    Column("password_hash", String(256), nullable=False),  # argon2id
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("locked_until_ms", BigInteger),
    Column("created_ms", BigInteger, nullable=False),
    CheckConstraint("role IN ('prescriber', 'checker', 'nurse', 'admin')", name="role"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_sha256", LargeBinary(32), primary_key=True),  # the token itself is never stored
    Column("user_id", RowId, ForeignKey("users.user_id"), nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("expires_ms", BigInteger, nullable=False),
)

signing_keys = Table(
    "signing_keys",
    metadata,
    Column("key_id", LargeBinary(8), primary_key=True),
    Column(
        "public_point", LargeBinary(64), nullable=False
    ),  # x || y of P-256; private keys stay out
    Column("role", Integer, nullable=False),  # shared.codes.Role
    Column("person", String(128), nullable=False),
    Column("user_id", RowId, ForeignKey("users.user_id"), nullable=False),
    Column("added_ms", BigInteger, nullable=False),
    Column("revoked_ms", BigInteger),
    # One person has one key in one role at a time.
    Index(
        "uq_signing_keys_user_in_use",
        "user_id",
        unique=True,
        sqlite_where=text("revoked_ms IS NULL"),
        postgresql_where=text("revoked_ms IS NULL"),
    ),
)

patients = Table(
    "patients",
    metadata,
    Column("patient_id", RowId, primary_key=True),
    Column("reference", String(32), nullable=False, unique=True),  # the clinic's own number
    Column("full_name", String(128), nullable=False),
    Column("place", String(64), nullable=False),
    Column("weight_g", Integer, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
)

# Custody: `master` opens this pump's telemetry and seals reads and stops; it cannot prescribe (that needs two persons' private
# keys, which are not here). Whoever can read this table can read these patients' telemetry: keep the file mode at 0600, its
# backups encrypted, and enrol a pump anew when a copy may have leaked. After restoring a backup nothing needs to be done for
# nonces: every process start makes a new sending context.
pumps = Table(
    "pumps",
    metadata,
    Column("pump_id", LargeBinary(16), primary_key=True),
    Column("name", String(64), nullable=False, unique=True),
    Column("clinic_id", LargeBinary(8), nullable=False),
    Column("master", LargeBinary(32), nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("patient_id", RowId, ForeignKey("patients.patient_id")),
    Column("hub_id", String(64)),  # the hub that last reported it
    Column(
        "watched", Integer, nullable=False, server_default="1"
    ),  # 0: at rest, silence is normal
    Column(
        "log_floor", BigInteger, nullable=False, server_default="0"
    ),  # lower events are not missed
    Column("next_command_seq", BigInteger, nullable=False, server_default="1"),
    Column("enrolled_ms", BigInteger, nullable=False),
)

leases = Table(
    "leases",
    metadata,
    Column("generation", RowId, primary_key=True),  # one a process start, never used before
    Column("lease", Integer, nullable=False),
    Column("salt", LargeBinary(8), nullable=False),
    Column("started_ms", BigInteger, nullable=False),
    sqlite_autoincrement=True,
)

prescriptions = Table(
    "prescriptions",
    metadata,
    Column("prescription_id", RowId, primary_key=True),
    Column("pump_id", LargeBinary(16), ForeignKey("pumps.pump_id"), nullable=False),
    Column("patient_id", RowId, ForeignKey("patients.patient_id"), nullable=False),
    Column("status", String(16), nullable=False),  # clinic.prescribing.status
    Column("drug", String(32), nullable=False),
    Column("profile", String(32), nullable=False),
    Column("dose", String(32), nullable=False),  # as prescribed: "0.1 mg/kg/h"
    Column("conc_ng_ml", BigInteger, nullable=False),
    Column("rate_nl_h", BigInteger, nullable=False),
    Column("vtbi_nl", BigInteger, nullable=False),
    Column("fields", LargeBinary, nullable=False),  # canonical CBOR of the prescription
    Column("rx_hash", LargeBinary(32), nullable=False),
    Column("soft_findings", Text, nullable=False),  # JSON: what the library warned about
    Column("soft_reason", Text),  # why the prescriber went on
    Column("created_by", RowId, ForeignKey("users.user_id"), nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("changed_ms", BigInteger, nullable=False),
    Column("version", BigInteger),  # of the command, known when it is made
    Column("command_id", LargeBinary(16), unique=True),
    Column("command", LargeBinary),  # the bytes both persons sign
    Column("challenge", LargeBinary(8)),
    Column("challenge_at_ms", BigInteger),  # when the pump was first seen to offer it,
    Column("challenge_boot", BigInteger),  # and where that was in the pump's own time
    Column("challenge_mono_ms", BigInteger),
    Column("prescriber_key", LargeBinary(8), ForeignKey("signing_keys.key_id")),
    Column("prescriber_signature", LargeBinary(64)),
    Column("checker_key", LargeBinary(8), ForeignKey("signing_keys.key_id")),
    Column("checker_signature", LargeBinary(64)),
    Column("refusal", Text),
    Index(None, "pump_id", "rx_hash"),
)

pump_commands = Table(
    "pump_commands",
    metadata,
    Column("command_id", LargeBinary(16), primary_key=True),
    Column("pump_id", LargeBinary(16), ForeignKey("pumps.pump_id"), nullable=False),
    Column("prescription_id", RowId, ForeignKey("prescriptions.prescription_id")),
    Column("user_id", RowId, ForeignKey("users.user_id"), nullable=False),
    Column("kind", Integer, nullable=False),  # shared.codes.Command
    Column("seq", BigInteger),  # null: refused here, nothing was sealed
    Column("hub_id", String(64)),
    Column("frame", LargeBinary),  # sealed, ready to send again
    Column("status", String(16), nullable=False),  # pending, done, refused, unknown
    Column("stage", Integer, nullable=False, server_default="0"),  # shared.codes.Stage
    Column("reason", Integer, nullable=False, server_default="0"),  # shared.codes.Reason
    Column("detail", Text),  # the clinic's own words, where no code fits
    Column("created_ms", BigInteger, nullable=False),
    Column("sent_ms", BigInteger),
    Column("settled_ms", BigInteger),
    UniqueConstraint("pump_id", "seq"),
    Index(None, "status"),
)

frames = Table(  # each (pump, sending context, sequence) is accepted once
    "frames",
    metadata,
    Column("pump_id", LargeBinary(16), ForeignKey("pumps.pump_id"), primary_key=True),
    Column("id_context", LargeBinary(16), primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("received_ms", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

telemetry = Table(
    "telemetry",
    metadata,
    Column("telemetry_id", RowId, primary_key=True),
    Column("pump_id", LargeBinary(16), ForeignKey("pumps.pump_id"), nullable=False),
    Column("at_ms", BigInteger, nullable=False),  # when it was true, on the clinic's clock
    Column("received_ms", BigInteger, nullable=False),
    Column("boot", BigInteger, nullable=False),
    Column("mono_ms", BigInteger, nullable=False),
    Column("wall_s", BigInteger),
    Column("wall_quality", Integer, nullable=False),
    Column("rx_version", BigInteger, nullable=False),
    Column("rx_hash", LargeBinary(8), nullable=False),
    Column("state", Integer, nullable=False),
    Column("rate_nl_h", BigInteger, nullable=False),
    Column("total_min_nl", BigInteger, nullable=False),
    Column("total_max_nl", BigInteger, nullable=False),
    Column("left_nl", BigInteger, nullable=False),
    Column("battery_permille", Integer, nullable=False),
    Column("alarms", BigInteger, nullable=False),
    Column("challenge", LargeBinary(8), nullable=False),
    Column("log_seq", BigInteger, nullable=False),
    Column("log_head", LargeBinary(16), nullable=False),
    Column("last_cmd", BigInteger, nullable=False),
    Column("pressure_pa", BigInteger, nullable=False),
    Column("acknowledged", BigInteger, nullable=False),
    Column("sample", Integer, nullable=False),  # 0 live, 1 kept while the hub was away
    Index(None, "pump_id", "at_ms"),
    Index(None, "pump_id", "boot", "mono_ms"),
)

events = Table(
    "events",
    metadata,
    Column("pump_id", LargeBinary(16), ForeignKey("pumps.pump_id"), primary_key=True),
    Column("log_seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("received_ms", BigInteger, nullable=False),
    Column("boot", BigInteger, nullable=False),
    Column("mono_ms", BigInteger, nullable=False),
    Column("code", Integer, nullable=False),
    Column("args", Text, nullable=False),  # JSON list of integers
)

quarantine = Table(  # what could not be opened: kept for a person, out of the way of the outbox
    "quarantine",
    metadata,
    Column("sha256", LargeBinary(32), primary_key=True),
    Column("hub_id", String(64), nullable=False),
    Column("pump_id", LargeBinary, nullable=False),  # as claimed
    Column("frame", LargeBinary, nullable=False),
    Column("reason", String(160), nullable=False),
    Column("times", Integer, nullable=False, server_default="1"),
    Column("first_ms", BigInteger, nullable=False),
    Column("last_ms", BigInteger, nullable=False),
    Index(None, "last_ms"),
)

alerts = Table(
    "alerts",
    metadata,
    Column("alert_id", RowId, primary_key=True),
    Column("pump_id", LargeBinary(16), ForeignKey("pumps.pump_id"), nullable=False),
    Column(
        "cause", String(32), nullable=False
    ),  # "alarm:3", "blind", "gap": one standing row each
    Column("kind", String(16), nullable=False),
    Column("alarm_id", Integer),
    Column("priority", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("times", Integer, nullable=False, server_default="1"),
    Column("raised_ms", BigInteger, nullable=False),
    Column("boot", BigInteger),  # where in the pump's time it was last known to be on
    Column("mono_ms", BigInteger),
    Column("cleared_ms", BigInteger),
    Column("acknowledged_by", RowId, ForeignKey("users.user_id")),
    Column("acknowledged_ms", BigInteger),
    Index(
        "uq_alerts_standing",
        "pump_id",
        "cause",
        unique=True,
        sqlite_where=text("cleared_ms IS NULL"),
        postgresql_where=text("cleared_ms IS NULL"),
    ),
    Index(None, "cleared_ms", "acknowledged_ms"),
)

audit = Table(  # append-only: triggers refuse UPDATE and DELETE
    "audit",
    metadata,
    Column("audit_id", RowId, primary_key=True),
    Column("at_ms", BigInteger, nullable=False),
    Column("actor", String(64), nullable=False),  # username, "clinic" or "hub <id>"
    Column("action", String(48), nullable=False),
    Column("subject", String(128), nullable=False),
    Column("detail", Text, nullable=False),
    sqlite_autoincrement=True,
)
