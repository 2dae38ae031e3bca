"""Opens, checks and carries out what comes down, in the order of docs/PROTOCOL.md 2.2.

A failure before the tag is good is silent on the wire and counted: no oracle. After it, every end is one of done, refused, unknown, and is told
with a receipt. Nothing here moves the motor: a stop goes to `Delivery`, a prescription waits for a person.
"""

from firmware.link import signatures
from shared import drug_library, messages, prescription
from shared.codes import Command, Event, Reason, Stage
from shared.errors import Forged, Malformed, Refused
from shared.replay import StrictCounter
from shared.session import DIRECTION_DOWN, Opener

ALG_COMMANDS = 30
REMEMBERED = 16  # command ids and their last receipt
FRAME_MAX = 1_100


class Commands:
    """One prescription at a time; while it waits for a person it stands in `pump.pending`."""

    def __init__(self, identity, settings, challenges, reports, events):
        self._identity = identity
        self._settings = settings
        self._challenges = challenges
        self._reports = reports
        self._events = events
        self._opener = Opener(
            identity.master,
            ALG_COMMANDS,
            DIRECTION_DOWN,
            identity.pump_id,
            identity.clinic_id,
            (identity.epoch,),
        )
        self._sequence = StrictCounter(settings.last_command)
        self._remembered = []  # (command id, stage, reason), newest last
        self._verifying = None
        self.silent_failures = 0

    @property
    def last_sequence(self) -> int:
        return self._sequence.last

    def slice(self, frames: list, pump, now_ms: int):
        """Take one frame of what has come down and move a running verification on. One, because to refuse a forged frame costs up to 15 ms too."""
        if frames:
            self._take(frames.pop(0), pump, now_ms)
        waiting = self._verifying
        if waiting is not None and waiting.verification is not None:
            waiting.verification.slice()
            result = waiting.verification.result
            if result is not None:
                self._verifying = None
                waiting.verification = None
                self._verified(waiting, result, pump)

    def _take(self, frame, pump, now_ms):
        if len(frame) > FRAME_MAX:
            self.silent_failures += 1
            return
        try:
            opened = self._opener.open(frame, self._sequence.check)
        except (Forged, Malformed, Refused):
            self.silent_failures += 1
            return
        sequence, plaintext = opened[3], opened[4]
        # Stored before acting: after a crash the number is used up and a replay is refused.
        if not self._settings.accept_command(sequence):
            self.silent_failures += 1
            self._stop_all_the_same(plaintext, pump, now_ms)
            return
        self._sequence.accept(sequence)
        try:
            box = messages.parse_box(plaintext)
            command = messages.parse_command(box.command)
        except Malformed:
            self._events.note(Event.COMMAND_REFUSED, 0, Reason.MALFORMED, 0)
            return
        if self._verifying is not None and self._verifying.command.cmd_id == command.cmd_id:
            # The same command once more while its signatures are being verified: its receipts are on their way.
            return
        for known in self._remembered:
            if known[0] == command.cmd_id:
                self._reports.receipt(self._receipt(pump, known[0], known[1], known[2]))
                return
        reason = self._check(command, now_ms)
        if reason:
            self._end(pump, command, Stage.REFUSED, reason)
            return
        self._challenges.use(command.challenge, now_ms)
        if command.kind == Command.READ:
            self._end(pump, command, Stage.ACTIVE, Reason.NONE)
        elif command.kind == Command.STOP:
            pump.stop_remote()
            self._end(pump, command, Stage.ACTIVE, Reason.NONE)
        else:
            self._take_prescription(box, command, plaintext, pump)

    def _stop_all_the_same(self, plaintext, pump, now_ms):
        """A number that cannot be stored forbids every command but a stop: that one may come twice and only makes it safer."""
        try:
            command = messages.parse_command(messages.parse_box(plaintext).command)
        except Malformed:
            return
        if command.kind == Command.STOP and not self._check(command, now_ms):
            pump.stop_remote()

    def shed(self):
        """Memory has run out: a running verification is given up. The clinic settles it by `last_cmd` and sends it again."""
        self._verifying = None

    def _check(self, command, now_ms):
        if command.pump_id != self._identity.pump_id:
            return Reason.WRONG_PUMP
        if command.kind not in (Command.READ, Command.STOP, Command.PRESCRIPTION):
            return Reason.UNKNOWN_KIND
        age_ms = self._challenges.age_ms(command.challenge, now_ms)
        if age_ms is None or age_ms > command.valid_s * 1000:
            return Reason.STALE_CHALLENGE
        return Reason.NONE

    def _take_prescription(self, box, command, plaintext, pump):
        self._events.note(Event.RX_RECEIVED, command.version, 0, 0)
        if self._verifying is not None or pump.pending is not None:
            self._end(pump, command, Stage.REFUSED, Reason.BUSY)
            return
        clinicians = signatures.signers(self._identity, box.key_ids)
        if clinicians is None or len(box.signatures) != 2:
            self._end(pump, command, Stage.REFUSED, Reason.SIGNATURES)
            return
        verification = signatures.Verification(
            self._identity.pump_id, box.command, clinicians, box.signatures
        )
        self._verifying = Pending(command, plaintext, verification)

    def _verified(self, waiting, genuine, pump):
        command = waiting.command
        if not genuine:
            self._end(pump, command, Stage.REFUSED, Reason.SIGNATURES)
            return
        reason = self._check_prescription(waiting, pump)
        if reason:
            self._end(pump, command, Stage.REFUSED, reason, waiting.field)
            return
        if not pump.show_for_confirmation(waiting):
            self._end(pump, command, Stage.REFUSED, Reason.BUSY)
            return
        self._tell(pump, command.cmd_id, Stage.SHOWN, Reason.NONE)

    def _check_prescription(self, waiting, pump):
        command = waiting.command
        if command.version != pump.rx_version + 1:
            return Reason.WRONG_VERSION
        if command.replaces != pump.rx_hash:
            return Reason.WRONG_PREDECESSOR
        try:
            waiting.fields = prescription.decode(command.prescription)
        except Refused as refused:
            waiting.field = refused.field
            return refused.reason
        for finding in drug_library.blocking(drug_library.check(waiting.fields)):
            waiting.field = finding.field
            return finding.reason
        if not pump.can_run(waiting.fields):
            return Reason.FIELD_RANGE
        return Reason.NONE

    def decide(self, pump, waiting, accepted: bool, reason: int):
        """A person has confirmed or declined `waiting`, or the time is over."""
        command = waiting.command
        if not accepted:
            self._end(pump, command, Stage.REFUSED, reason)
            return
        self._events.note(Event.RX_CONFIRMED, command.version, 0, 0)
        self._tell(pump, command.cmd_id, Stage.CONFIRMED, Reason.NONE)
        stage = pump.activate(waiting)
        if stage == Stage.ACTIVE:
            self._events.note(Event.RX_ACTIVE, command.version, 0, 0)
            self._end(pump, command, stage, Reason.NONE)
        else:
            self._end(pump, command, stage, Reason.STORAGE)

    def _end(self, pump, command, stage, reason, field=None):
        if stage != Stage.ACTIVE:
            self._events.note(Event.COMMAND_REFUSED, command.kind, reason, 0)
            if command.kind == Command.PRESCRIPTION:
                number = prescription.number_of(field)
                self._events.note(Event.RX_REFUSED, command.version, reason, number)
        else:
            self._events.note(Event.COMMAND_DONE, command.kind, self._sequence.last, 0)
        self._tell(pump, command.cmd_id, stage, reason)

    def _tell(self, pump, command_id, stage, reason):
        self._remembered = [known for known in self._remembered if known[0] != command_id]
        self._remembered.append((command_id, stage, reason))
        if len(self._remembered) > REMEMBERED:
            self._remembered.pop(0)
        self._reports.receipt(self._receipt(pump, command_id, stage, reason))

    def _receipt(self, pump, command_id, stage, reason):
        return messages.pack_receipt(
            messages.Receipt(command_id, stage, reason, pump.rx_version, pump.rx_hash[:8])
        )


class Pending:
    """A prescription on its way: being verified, then waiting for a person."""

    def __init__(self, command, proof, verification):
        self.command = command
        # None once it has come to an end: its numbers take kilobytes.
        self.verification: signatures.Verification | None = verification
        self.proof = proof  # the box as it came: command, signatures, key ids
        self.fields = None
        self.field = None  # name of the field that was refused
