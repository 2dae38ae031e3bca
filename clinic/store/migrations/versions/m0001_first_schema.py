"""The first schema: people, pumps, prescriptions, commands, telemetry, events, alerts, audit."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

RowId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

SQLITE_APPEND_ONLY = (
    "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END",
    "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END",
)
POSTGRESQL_APPEND_ONLY = (
    "CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'audit is append-only'; END $$",
    "CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_append_only()",
)


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("audit_id", RowId, nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=48), nullable=False),
        sa.Column("subject", sa.String(length=128), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("audit_id", name="pk_audit"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "leases",
        sa.Column("generation", RowId, nullable=False),
        sa.Column("lease", sa.Integer(), nullable=False),
        sa.Column("salt", sa.LargeBinary(length=8), nullable=False),
        sa.Column("started_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("generation", name="pk_leases"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "patients",
        sa.Column("patient_id", RowId, nullable=False),
        sa.Column("reference", sa.String(length=32), nullable=False),
        sa.Column("full_name", sa.String(length=128), nullable=False),
        sa.Column("place", sa.String(length=64), nullable=False),
        sa.Column("weight_g", sa.Integer(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("patient_id", name="pk_patients"),
        sa.UniqueConstraint("reference", name="uq_patients_reference"),
    )
    op.create_table(
        "quarantine",
        sa.Column("sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("hub_id", sa.String(length=64), nullable=False),
        sa.Column("pump_id", sa.LargeBinary(), nullable=False),
        sa.Column("frame", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.String(length=160), nullable=False),
        sa.Column("times", sa.Integer(), server_default="1", nullable=False),
        sa.Column("first_ms", sa.BigInteger(), nullable=False),
        sa.Column("last_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_quarantine"),
    )
    op.create_index("ix_quarantine_last_ms", "quarantine", ["last_ms"], unique=False)
    op.create_table(
        "users",
        sa.Column("user_id", RowId, nullable=False),
        sa.Column("username", sa.String(length=64), nullable=False),
        sa.Column("full_name", sa.String(length=128), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("password_hash", sa.String(length=256), nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("locked_until_ms", sa.BigInteger(), nullable=True),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "role IN ('prescriber', 'checker', 'nurse', 'admin')", name="ck_users_role"
        ),
        sa.PrimaryKeyConstraint("user_id", name="pk_users"),
        sa.UniqueConstraint("username", name="uq_users_username"),
    )
    op.create_table(
        "pumps",
        sa.Column("pump_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("clinic_id", sa.LargeBinary(length=8), nullable=False),
        sa.Column("master", sa.LargeBinary(length=32), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("patient_id", RowId, nullable=True),
        sa.Column("hub_id", sa.String(length=64), nullable=True),
        sa.Column("watched", sa.Integer(), server_default="1", nullable=False),
        sa.Column("log_floor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("next_command_seq", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("enrolled_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patients.patient_id"], name="fk_pumps_patient_id"
        ),
        sa.PrimaryKeyConstraint("pump_id", name="pk_pumps"),
        sa.UniqueConstraint("name", name="uq_pumps_name"),
    )
    op.create_table(
        "sessions",
        sa.Column("token_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("user_id", RowId, nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("expires_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.user_id"], name="fk_sessions_user_id"),
        sa.PrimaryKeyConstraint("token_sha256", name="pk_sessions"),
    )
    op.create_table(
        "signing_keys",
        sa.Column("key_id", sa.LargeBinary(length=8), nullable=False),
        sa.Column("public_point", sa.LargeBinary(length=64), nullable=False),
        sa.Column("role", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(length=128), nullable=False),
        sa.Column("user_id", RowId, nullable=False),
        sa.Column("added_ms", sa.BigInteger(), nullable=False),
        sa.Column("revoked_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.user_id"], name="fk_signing_keys_user_id"),
        sa.PrimaryKeyConstraint("key_id", name="pk_signing_keys"),
    )
    op.create_index(
        "uq_signing_keys_user_in_use",
        "signing_keys",
        ["user_id"],
        unique=True,
        sqlite_where=sa.text("revoked_ms IS NULL"),
        postgresql_where=sa.text("revoked_ms IS NULL"),
    )
    op.create_table(
        "alerts",
        sa.Column("alert_id", RowId, nullable=False),
        sa.Column("pump_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("cause", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("alarm_id", sa.Integer(), nullable=True),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("times", sa.Integer(), server_default="1", nullable=False),
        sa.Column("raised_ms", sa.BigInteger(), nullable=False),
        sa.Column("boot", sa.BigInteger(), nullable=True),
        sa.Column("mono_ms", sa.BigInteger(), nullable=True),
        sa.Column("cleared_ms", sa.BigInteger(), nullable=True),
        sa.Column("acknowledged_by", RowId, nullable=True),
        sa.Column("acknowledged_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["acknowledged_by"], ["users.user_id"], name="fk_alerts_acknowledged_by"
        ),
        sa.ForeignKeyConstraint(["pump_id"], ["pumps.pump_id"], name="fk_alerts_pump_id"),
        sa.PrimaryKeyConstraint("alert_id", name="pk_alerts"),
    )
    op.create_index(
        "ix_alerts_cleared_ms_acknowledged_ms",
        "alerts",
        ["cleared_ms", "acknowledged_ms"],
        unique=False,
    )
    op.create_index(
        "uq_alerts_standing",
        "alerts",
        ["pump_id", "cause"],
        unique=True,
        sqlite_where=sa.text("cleared_ms IS NULL"),
        postgresql_where=sa.text("cleared_ms IS NULL"),
    )
    op.create_table(
        "events",
        sa.Column("pump_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("log_seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("received_ms", sa.BigInteger(), nullable=False),
        sa.Column("boot", sa.BigInteger(), nullable=False),
        sa.Column("mono_ms", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Integer(), nullable=False),
        sa.Column("args", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["pump_id"], ["pumps.pump_id"], name="fk_events_pump_id"),
        sa.PrimaryKeyConstraint("pump_id", "log_seq", name="pk_events"),
    )
    op.create_table(
        "frames",
        sa.Column("pump_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("id_context", sa.LargeBinary(length=16), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("received_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["pump_id"], ["pumps.pump_id"], name="fk_frames_pump_id"),
        sa.PrimaryKeyConstraint("pump_id", "id_context", "seq", name="pk_frames"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "prescriptions",
        sa.Column("prescription_id", RowId, nullable=False),
        sa.Column("pump_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("patient_id", RowId, nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("drug", sa.String(length=32), nullable=False),
        sa.Column("profile", sa.String(length=32), nullable=False),
        sa.Column("dose", sa.String(length=32), nullable=False),
        sa.Column("conc_ng_ml", sa.BigInteger(), nullable=False),
        sa.Column("rate_nl_h", sa.BigInteger(), nullable=False),
        sa.Column("vtbi_nl", sa.BigInteger(), nullable=False),
        sa.Column("fields", sa.LargeBinary(), nullable=False),
        sa.Column("rx_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("soft_findings", sa.Text(), nullable=False),
        sa.Column("soft_reason", sa.Text(), nullable=True),
        sa.Column("created_by", RowId, nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("changed_ms", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=True),
        sa.Column("command_id", sa.LargeBinary(length=16), nullable=True),
        sa.Column("command", sa.LargeBinary(), nullable=True),
        sa.Column("challenge", sa.LargeBinary(length=8), nullable=True),
        sa.Column("challenge_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("challenge_boot", sa.BigInteger(), nullable=True),
        sa.Column("challenge_mono_ms", sa.BigInteger(), nullable=True),
        sa.Column("prescriber_key", sa.LargeBinary(length=8), nullable=True),
        sa.Column("prescriber_signature", sa.LargeBinary(length=64), nullable=True),
        sa.Column("checker_key", sa.LargeBinary(length=8), nullable=True),
        sa.Column("checker_signature", sa.LargeBinary(length=64), nullable=True),
        sa.Column("refusal", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["checker_key"], ["signing_keys.key_id"], name="fk_prescriptions_checker_key"
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.user_id"], name="fk_prescriptions_created_by"
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patients.patient_id"], name="fk_prescriptions_patient_id"
        ),
        sa.ForeignKeyConstraint(
            ["prescriber_key"], ["signing_keys.key_id"], name="fk_prescriptions_prescriber_key"
        ),
        sa.ForeignKeyConstraint(["pump_id"], ["pumps.pump_id"], name="fk_prescriptions_pump_id"),
        sa.PrimaryKeyConstraint("prescription_id", name="pk_prescriptions"),
        sa.UniqueConstraint("command_id", name="uq_prescriptions_command_id"),
    )
    op.create_index(
        "ix_prescriptions_pump_id_rx_hash", "prescriptions", ["pump_id", "rx_hash"], unique=False
    )
    op.create_table(
        "telemetry",
        sa.Column("telemetry_id", RowId, nullable=False),
        sa.Column("pump_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("received_ms", sa.BigInteger(), nullable=False),
        sa.Column("boot", sa.BigInteger(), nullable=False),
        sa.Column("mono_ms", sa.BigInteger(), nullable=False),
        sa.Column("wall_s", sa.BigInteger(), nullable=True),
        sa.Column("wall_quality", sa.Integer(), nullable=False),
        sa.Column("rx_version", sa.BigInteger(), nullable=False),
        sa.Column("rx_hash", sa.LargeBinary(length=8), nullable=False),
        sa.Column("state", sa.Integer(), nullable=False),
        sa.Column("rate_nl_h", sa.BigInteger(), nullable=False),
        sa.Column("total_min_nl", sa.BigInteger(), nullable=False),
        sa.Column("total_max_nl", sa.BigInteger(), nullable=False),
        sa.Column("left_nl", sa.BigInteger(), nullable=False),
        sa.Column("battery_permille", sa.Integer(), nullable=False),
        sa.Column("alarms", sa.BigInteger(), nullable=False),
        sa.Column("challenge", sa.LargeBinary(length=8), nullable=False),
        sa.Column("log_seq", sa.BigInteger(), nullable=False),
        sa.Column("log_head", sa.LargeBinary(length=16), nullable=False),
        sa.Column("last_cmd", sa.BigInteger(), nullable=False),
        sa.Column("pressure_pa", sa.BigInteger(), nullable=False),
        sa.Column("acknowledged", sa.BigInteger(), nullable=False),
        sa.Column("sample", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["pump_id"], ["pumps.pump_id"], name="fk_telemetry_pump_id"),
        sa.PrimaryKeyConstraint("telemetry_id", name="pk_telemetry"),
    )
    op.create_index("ix_telemetry_pump_id_at_ms", "telemetry", ["pump_id", "at_ms"], unique=False)
    op.create_index(
        "ix_telemetry_pump_id_boot_mono_ms",
        "telemetry",
        ["pump_id", "boot", "mono_ms"],
        unique=False,
    )
    op.create_table(
        "pump_commands",
        sa.Column("command_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("pump_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("prescription_id", RowId, nullable=True),
        sa.Column("user_id", RowId, nullable=False),
        sa.Column("kind", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=True),
        sa.Column("hub_id", sa.String(length=64), nullable=True),
        sa.Column("frame", sa.LargeBinary(), nullable=True),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("stage", sa.Integer(), server_default="0", nullable=False),
        sa.Column("reason", sa.Integer(), server_default="0", nullable=False),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("sent_ms", sa.BigInteger(), nullable=True),
        sa.Column("settled_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["prescription_id"],
            ["prescriptions.prescription_id"],
            name="fk_pump_commands_prescription_id",
        ),
        sa.ForeignKeyConstraint(["pump_id"], ["pumps.pump_id"], name="fk_pump_commands_pump_id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.user_id"], name="fk_pump_commands_user_id"),
        sa.PrimaryKeyConstraint("command_id", name="pk_pump_commands"),
        sa.UniqueConstraint("pump_id", "seq", name="uq_pump_commands_pump_id_seq"),
    )
    op.create_index("ix_pump_commands_status", "pump_commands", ["status"], unique=False)
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in SQLITE_APPEND_ONLY if is_sqlite else POSTGRESQL_APPEND_ONLY:
        op.execute(statement)
