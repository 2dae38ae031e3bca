"""Signatures of another implementation, as a clinician's token makes them: the pump takes them, and both agree on who is who."""

import hashlib

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)

from firmware.link import signatures
from firmware.storage.identity import Clinician, Identity
from firmware.tests import clinic
from firmware.tests.link_bench import Bench
from shared import cbor, cose
from shared.codes import Reason, Role, Stage


class Token:
    """A P-256 key in `cryptography`, with random nonces."""

    def __init__(self, role, name):
        self._key = ec.generate_private_key(ec.SECP256R1())
        numbers = self._key.public_key().public_numbers()
        public = numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big")
        self.key_id = hashlib.sha256(public).digest()[:8]
        self.listed = Clinician(self.key_id, public, role, name)

    def sign(self, pump_id, command):
        text = cose.sig_structure(cbor.encode(["vigil-rx-v1", pump_id]), command)
        r, s = decode_dss_signature(self._key.sign(text, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def bench_of(prescriber, checker):
    bench = Bench()
    people = [prescriber.listed, checker.listed]
    bench.commands._identity = Identity(
        clinic.PUMP_ID, clinic.CLINIC_ID, clinic.MASTER, 0, people, "Pump 1"
    )
    return bench


def test_two_tokens_sign_a_prescription_that_the_pump_shows():
    prescriber, checker = Token(Role.PRESCRIBER, "Anne"), Token(Role.CHECKER, "Ben")
    bench = bench_of(prescriber, checker)
    bench.prescribe(people=(prescriber, checker))
    assert bench.receipts.told() == [(Stage.SHOWN, Reason.NONE)]


def test_a_stranger_with_a_token_of_his_own_does_not_get_in():
    prescriber, checker = Token(Role.PRESCRIBER, "Anne"), Token(Role.CHECKER, "Ben")
    stranger = Token(Role.CHECKER, "Ben")
    for people, keys in (
        ((prescriber, stranger), (prescriber, stranger)),
        ((prescriber, stranger), (prescriber, checker)),
        ((stranger, checker), (prescriber, checker)),
    ):
        bench = bench_of(prescriber, checker)
        bench.prescribe(people=people, keys=keys)
        assert bench.receipts.told() == [(Stage.REFUSED, Reason.SIGNATURES)]


def test_the_signatures_of_the_portable_tests_hold_for_the_other_implementation():
    for person in (clinic.ANNE, clinic.BEN):
        signature = person.sign(clinic.PUMP_ID, b"command")
        numbers = ec.EllipticCurvePublicNumbers(
            int.from_bytes(person.public[:32], "big"),
            int.from_bytes(person.public[32:], "big"),
            ec.SECP256R1(),
        )
        der = encode_dss_signature(
            int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
        )
        text = cose.sig_structure(signatures.external_aad(clinic.PUMP_ID), b"command")
        numbers.public_key().verify(der, text, ec.ECDSA(hashes.SHA256()))
