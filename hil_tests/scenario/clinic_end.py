"""The clinic's end of the sealed frame, as the bench plays it: opens telemetry, seals commands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hil_tests.scenario import vocabulary
from hil_tests.scenario.fields import REQUIRED
from hil_tests.scenario.keys import BenchKeys, seeded
from shared import cbor, cose, drug_library, messages, prescription, session
from shared.codes import Command, Override
from shared.errors import Forged, Malformed
from shared.replay import Window

LEASE = 1
_VALID_S = 600  # the most a pump accepts
_ZEROS = bytes(32)
BAG_NL = 250_000_000  # of the plant, if nothing else is said there


class ClinicEnd:
    """One clinic for one pump. What it has understood last stands in its attributes.

    challenge: the newest of the pump's telemetry, None before the first. refused_frames: frames
    that did not open. repeated_frames: frames that came twice, as after a lost STORED.
    """

    def __init__(self, keys: BenchKeys, seed: int) -> None:
        self.keys = keys
        self.challenge: bytes | None = None
        self.rx_version = 0
        self.refused_frames = 0
        self.repeated_frames = 0
        self._seed = seed
        self._signed_terms: dict[int, bytes] = {}
        self._sequence = 0
        self._commands = 0
        self._windows: dict[bytes, Window] = {}
        self._opener = session.Opener(
            keys.master, cose.ALG_CCM_64, session.DIRECTION_UP, keys.pump_id, keys.clinic_id
        )
        self._sealer = session.SendContext(
            keys.master,
            0,
            session.clinic_sender_id(LEASE),
            session.make_id_context(0, LEASE, seeded(seed, "lease salt", 8)),
            cose.ALG_CCM_128,
            session.DIRECTION_DOWN,
            keys.pump_id,
            keys.clinic_id,
        )

    def open(self, frame: bytes) -> messages.Telemetry | messages.Event | messages.Receipt | None:
        """The body of a frame from the pump; None (and counted) for a forged or repeated one."""
        try:
            _sender, id_context, _epoch, sequence, plaintext = self._opener.open(frame)
            body = messages.parse_up(plaintext)
        except (Forged, Malformed):
            self.refused_frames += 1
            return None
        if not self._windows.setdefault(id_context, Window()).accept(sequence):
            self.repeated_frames += 1
            return None
        if isinstance(body, messages.Telemetry) and body.sample == 0:
            self.challenge = body.challenge
            self.rx_version = body.rx_version
        return body

    def seal_simple(self, kind: int) -> tuple[bytes, bytes]:
        """A read or stop: (command id, frame)."""
        return self._seal(kind, None, 0)

    def seal_prescription(self, terms: Mapping[str, Any]) -> tuple[bytes, bytes]:
        """Sign and seal terms as a scenario has them: (command id, frame).

        Nothing is checked here: whether the terms may run is for the pump to say.
        """
        encoded = encode_terms(terms)
        version = self.rx_version + 1
        self._signed_terms[version] = encoded
        return self._seal(Command.PRESCRIPTION, encoded, version)

    def _seal(self, kind: int, terms: bytes | None, version: int) -> tuple[bytes, bytes]:
        if self.challenge is None:
            raise RuntimeError("the pump has not sent a challenge yet")
        self._commands += 1
        command_id = seeded(self._seed, f"command {self._commands}", 16)
        command = messages.pack_command(
            messages.Command(
                kind=kind,
                cmd_id=command_id,
                pump_id=self.keys.pump_id,
                challenge=self.challenge,
                version=version if terms else None,
                replaces=self._replaced(version) if terms else None,
                valid_s=_VALID_S,
                prescription=terms,
            )
        )
        signers = (self.keys.prescriber, self.keys.checker) if terms else ()
        box = messages.CommandBox(
            command,
            [signer.sign(self.keys.pump_id, command) for signer in signers],
            [signer.key_id for signer in signers],
        )
        self._sequence += 1
        return command_id, self._sealer.seal(self._sequence, messages.pack_box(box))

    def _replaced(self, version: int) -> bytes:
        """Hash of the prescription that the pump runs now: zeros when it has none."""
        before = self._signed_terms.get(version - 1)
        return _ZEROS if before is None else prescription.digest(before)


def encode_terms(terms: Mapping[str, Any]) -> bytes:
    """Terms of a [prescription] section as the wire has them. What is not given has the section's default.

    Nothing is refused here: whether the terms may run is for the pump to say.
    """
    fields: dict[str, Any] = {
        name: field.default
        for name, field in vocabulary.PRESCRIPTION.items()
        if field.default is not REQUIRED
    }
    fields |= terms
    fields["segments"] = [[0, fields.pop("rate_nl_h")], *fields.pop("steps")]
    fields |= {"starts_after_s": 0, "library_version": drug_library.LIBRARY_VERSION}
    if fields["max_4h_nl"] is None:
        fields["max_4h_nl"] = min(4 * fields["max_hour_nl"], fields["max_day_nl"])
    if fields["bag_nl"] is None:
        fields["bag_nl"] = max(BAG_NL, fields["vtbi_nl"] + prescription.kvo_nl(fields))
    if fields["overrides"] is None:
        fields["overrides"] = _answers({**fields, "overrides": []})
    return cbor.encode({row[0]: fields[row[1]] for row in prescription.fields()})


def _answers(fields: dict[str, Any]) -> list[list[int]]:
    """An override of each soft limit that the terms pass, as an approved protocol."""
    warned = {
        prescription.number_of(finding.field)
        for finding in drug_library.check(fields)
        if finding.severity == drug_library.SOFT
    }
    return [[number, Override.PROTOCOL] for number in sorted(warned)]
