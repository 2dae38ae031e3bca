"""Two clinicians' signatures over one command, verified in slices: a P-256 check takes about a second on the chip."""

import hashlib

from shared import cbor, cose, p256
from shared.codes import Role

CONTEXT = "vigil-rx-v1"
STEPS_PER_SLICE = 12  # field operations a frame: 13 to 42 ms of an ESP32-S3 by the estimate in security 3c, both signatures in about 8 s


def external_aad(pump_id: bytes) -> bytes:
    return cbor.encode([CONTEXT, pump_id])


def signers(identity, key_ids: list) -> list | None:
    """The two listed clinicians, prescriber first, or None: unknown key, wrong role, one person twice, or not two."""
    if len(key_ids) != 2:
        return None
    found = []
    for key_id in key_ids:
        for clinician in identity.clinicians:
            if clinician.key_id == key_id:
                found.append(clinician)
                break
    if len(found) != 2 or found[0].person == found[1].person:
        return None
    if found[0].role != Role.PRESCRIBER or found[1].role != Role.CHECKER:
        return None
    return found


class Verification:
    """Both signatures of one command. Call `slice` until `result` is True or False."""

    def __init__(self, pump_id: bytes, command: bytes, clinicians: list, signatures: list):
        digest = hashlib.sha256(cose.sig_structure(external_aad(pump_id), command)).digest()
        self._runs = [
            p256.verify_steps(clinicians[i].public, digest, signatures[i]) for i in range(2)
        ]
        self.result = None

    def slice(self):
        for _ in range(STEPS_PER_SLICE):
            if self.result is not None:
                return
            try:
                next(self._runs[0])
            except StopIteration as done:
                self._runs.pop(0)
                if not done.value:
                    self.result = False
                elif not self._runs:
                    self.result = True
