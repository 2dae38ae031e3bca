"""Two clinicians' signatures: who may sign, and what a forged one does (security T19 to T23)."""

from firmware.link import signatures
from firmware.storage.identity import Clinician, Identity
from firmware.tests import clinic
from firmware.tests.clinic import ANNE, BEN, EVE, PUMP_ID
from shared.codes import Role

COMMAND = b"the command bytes that two people have signed"


def result(clinicians, signed, pump_id=PUMP_ID, command=COMMAND):
    verification = signatures.Verification(pump_id, command, clinicians, signed)
    slices = 0
    while verification.result is None:
        verification.slice()
        slices += 1
        assert slices < 400
    return verification.result


def both():
    return [ANNE.sign(PUMP_ID, COMMAND), BEN.sign(PUMP_ID, COMMAND)]


def listed():
    found = signatures.signers(clinic.identity(), [ANNE.key_id, BEN.key_id])
    assert found is not None
    return found


def test_prescriber_and_checker_of_the_list_may_sign_and_their_signatures_hold():
    assert [one.person for one in listed()] == ["Anne", "Ben"]
    assert result(listed(), both()) is True


def test_swapped_unknown_missing_or_surplus_signers_are_refused():
    identity = clinic.identity()
    for keys in (
        [BEN.key_id, ANNE.key_id],
        [ANNE.key_id, ANNE.key_id],
        [BEN.key_id, BEN.key_id],
        [ANNE.key_id, EVE.key_id],
        [EVE.key_id, BEN.key_id],
        [ANNE.key_id],
        [],
        [ANNE.key_id, BEN.key_id, EVE.key_id],
        [ANNE.key_id, bytes(8)],
        [ANNE.key_id, b""],
    ):
        assert signatures.signers(identity, keys) is None


def test_two_keys_of_one_person_are_one_signature():
    # The stored list refuses such a pair when it is read; the pump does not rely on that.
    again = Clinician(BEN.key_id, BEN.public, Role.CHECKER, "Anne")
    identity = Identity(PUMP_ID, bytes(8), clinic.MASTER, 0, [ANNE.listed(), again], "Pump 1")
    assert signatures.signers(identity, [ANNE.key_id, BEN.key_id]) is None


def test_each_signature_must_hold_by_itself():
    anne, ben = both()
    for signed in (
        [anne, anne],
        [ben, anne],
        [anne, EVE.sign(PUMP_ID, COMMAND)],
        [EVE.sign(PUMP_ID, COMMAND), ben],
        [bytes(64), ben],
        [anne, bytes(64)],
        [anne, b"\xff" * 64],
        [anne, ben[:63]],
        [anne[:63] + bytes((anne[63] ^ 1,)), ben],
        [anne, bytes((ben[0] ^ 0x80,)) + ben[1:]],
    ):
        assert result(listed(), signed) is False


def test_signatures_hold_for_these_bytes_and_this_pump_only():
    assert result(listed(), both(), command=COMMAND + b".") is False
    assert result(listed(), both(), pump_id=b"another pump 16.") is False


def test_verification_comes_in_slices_that_are_small():
    verification = signatures.Verification(PUMP_ID, COMMAND, listed(), both())
    slices = 0
    while verification.result is None:
        verification.slice()
        slices += 1
    assert 50 < slices < 200
    verification.slice()
    assert verification.result is True
