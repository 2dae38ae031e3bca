"""A pump's and a hub's side of the wire for tests: real sealing and packing by shared, with nothing of the clinic in it."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from shared import cbor, cose, messages, prescription, session, uplink_messages
from shared.codes import Stage, State


class PumpBench:
    """Seals what a pump would send, and opens what it would receive. Keeps its own time, `mono_ms`."""

    def __init__(self, name: str = "Pump 1", boot: int = 1) -> None:
        self.name = name
        self.pump_id = secrets.token_bytes(16)
        self.clinic_id = b"vigil-01"
        self.master = secrets.token_bytes(32)
        self.mono_ms = 1_000
        self.state: dict[str, Any] = {
            "wall_s": None,
            "wall_quality": 0,
            "rx_version": 0,
            "rx_hash": bytes(8),
            "state": State.STOPPED,
            "rate_nl_h": 0,
            "total_min_nl": 0,
            "total_max_nl": 0,
            "left_nl": 0,
            "battery_permille": 900,
            "alarms": 0,
            "challenge": secrets.token_bytes(8),
            "log_seq": 0,
            "log_head": bytes(16),
            "last_cmd": 0,
            "pressure_pa": 1_200,
            "acknowledged": 0,
            "sample": 0,
        }
        self.start(boot)

    @property
    def enrolment(self) -> dict[str, Any]:
        return {
            "pump_id": self.pump_id.hex(),
            "clinic_id": self.clinic_id.hex(),
            "master": self.master.hex(),
            "epoch": 0,
            "name": self.name,
        }

    def start(self, boot: int) -> None:
        """A boot: a new sending context, its own time from zero."""
        self.boot = boot
        self.seq = 0
        self.mono_ms = 1_000
        self._context = session.SendContext(
            self.master,
            0,
            session.PUMP_SENDER_ID,
            session.make_id_context(0, boot, secrets.token_bytes(8)),
            cose.ALG_CCM_64,
            session.DIRECTION_UP,
            self.pump_id,
            self.clinic_id,
        )
        self._opener = session.Opener(
            self.master, cose.ALG_CCM_128, session.DIRECTION_DOWN, self.pump_id, self.clinic_id
        )

    def seal(self, body: bytes) -> bytes:
        frame = self._context.seal(self.seq, body)
        self.seq += 1
        return frame

    def telemetry(self, step_ms: int = 1_000, **changes: Any) -> bytes:
        """The next telemetry frame. Changes stay."""
        self.mono_ms += step_ms
        self.state.update(changes)
        return self.seal(
            messages.pack_telemetry(
                messages.Telemetry(boot=self.boot, mono_ms=self.mono_ms, **self.state)
            )
        )

    def event(self, log_seq: int, code: int, *args: int, mono_ms: int | None = None) -> bytes:
        when_ms = self.mono_ms if mono_ms is None else mono_ms
        return self.seal(
            messages.pack_event(messages.Event(log_seq, self.boot, when_ms, code, list(args)))
        )

    def receipt(self, command_id: bytes, stage: int, reason: int = 0) -> bytes:
        return self.seal(
            messages.pack_receipt(
                messages.Receipt(
                    command_id, stage, reason, self.state["rx_version"], self.state["rx_hash"]
                )
            )
        )

    def open(self, frame: bytes) -> tuple[int, messages.CommandBox, messages.Command]:
        """What the clinic sent: its sequence, the box, the command."""
        _, _, _, seq, plaintext = self.open_raw(frame)
        box = messages.parse_box(plaintext)
        return seq, box, messages.parse_command(box.command)

    def open_raw(self, frame: bytes) -> tuple[bytes, bytes, int, int, bytes]:
        """Sender id, id_context, epoch, sequence, plaintext."""
        return self._opener.open(frame)

    def run(self, command: messages.Command, seq: int) -> bytes:
        """Take a prescription as the pump would after a person confirmed it. Returns the last receipt."""
        digest = prescription.digest(command.prescription)
        self.state.update(
            rx_version=command.version,
            rx_hash=digest[:8],
            last_cmd=seq,
            challenge=secrets.token_bytes(8),
        )
        return self.receipt(command.cmd_id, Stage.ACTIVE)


class HubBench:
    """Numbers records and packs them as a hub does. Its clock may be anything."""

    def __init__(self, hub_id: str) -> None:
        self.hub_id = hub_id
        self.outbox_uuid = secrets.token_bytes(16)
        self.next_id = 1
        self.clock_ms = 1_000_000

    @property
    def topic(self) -> str:
        return f"vigil/v1/hub/{self.hub_id}/up"

    def up(
        self,
        *records: tuple[bytes, bytes],
        links: list[tuple[bytes, int]] | None = None,
        waited_ms: int = 0,
    ) -> bytes:
        """A payload of (pump id, frame) records that waited in the outbox for `waited_ms`."""
        rows = []
        for pump_id, frame in records:
            rows.append((self.next_id, pump_id, self.clock_ms - waited_ms, frame))
            self.next_id += 1
        states = [(pump_id, connected, self.clock_ms) for pump_id, connected in links or []]
        return uplink_messages.pack_up(self.outbox_uuid, self.clock_ms, rows, states)


class Clinician:
    """Somebody with a private key."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())

    @property
    def public_point(self) -> bytes:
        return self._key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )[1:]

    @property
    def key_id(self) -> bytes:
        return hashlib.sha256(self.public_point).digest()[:8]

    def sign(self, pump_id: bytes, command: bytes) -> bytes:
        """As docs/PROTOCOL.md 2.2 has it, written out here a second time."""
        covered = cbor.encode(
            ["Signature1", bytes.fromhex("a10126"), cbor.encode(["vigil-rx-v1", pump_id]), command]
        )
        r, s = decode_dss_signature(self._key.sign(covered, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")
