"""Two slots, settings, prescription and identity: what is stored comes back, what is not whole is refused whole."""

from firmware.storage import identity, settings, slots
from firmware.storage.prescription_store import NO_HASH, PrescriptionStore
from firmware.storage.settings import Settings
from firmware.storage.slots import TwoSlots
from firmware.tests import scratch
from shared import cbor
from shared.codes import Role


def _slots(folder):
    return TwoSlots(folder + "/a", folder + "/b")


def _new_settings(folder):
    with open(folder + "/settings-a.cbor", "wb") as file:
        file.write(slots.pack(1, settings.pack(settings.defaults())))
    fresh = Settings(folder)
    assert fresh.load()
    return fresh


def test_slots_without_files_hold_nothing():
    empty = _slots(scratch.folder())
    assert empty.load() is None
    assert empty.sequence == 0 and empty.damaged == 0


def test_slots_give_back_the_newest_record_after_a_restart():
    folder = scratch.folder()
    first = _slots(folder)
    for text in (b"one", b"", b"three", b"x" * slots.MAX_PAYLOAD):
        assert first.save(text)
        assert _slots(folder).load() == text
    assert first.sequence == 4


def test_slot_record_that_is_too_long_is_refused_and_the_old_one_stands():
    folder = scratch.folder()
    kept = _slots(folder)
    assert kept.save(b"old")
    try:
        kept.save(b"x" * (slots.MAX_PAYLOAD + 1))
        raise AssertionError("taken")
    except ValueError:
        pass
    assert _slots(folder).load() == b"old"


def test_spoiled_newest_slot_gives_the_older_record_and_is_counted():
    folder = scratch.folder()
    kept = _slots(folder)
    assert kept.save(b"old") and kept.save(b"new")
    scratch.spoil(folder + "/b", 13)
    again = _slots(folder)
    assert again.load() == b"old"
    assert again.damaged == 1
    assert again.save(b"newer") and _slots(folder).load() == b"newer"


def test_every_single_changed_bit_and_every_cut_of_a_slot_is_noticed():
    raw = slots.pack(7, b"payload")
    assert slots.unpack(raw) == (7, b"payload")
    for index in range(len(raw)):
        for bit in range(8):
            wrong = bytearray(raw)
            wrong[index] ^= 1 << bit
            assert slots.unpack(bytes(wrong)) is None
        assert slots.unpack(raw[:index]) is None
    assert slots.unpack(raw + b"\x00") is None


def test_slots_in_a_folder_that_is_not_there_say_so():
    lost = _slots(scratch.folder() + "/nowhere")
    assert lost.load() is None
    assert not lost.save(b"x") and lost.errors == 1


def test_settings_without_a_record_are_not_valid_and_change_nothing():
    missing = Settings(scratch.folder())
    assert not missing.load()
    assert not missing.start_boot() and missing.boot == 0
    assert missing.reserve_sequences() is None
    assert not missing.accept_command(1)


def test_boot_counter_and_sequences_only_go_forward_over_restarts():
    folder = scratch.folder()
    _new_settings(folder)
    used = set()
    for boot in (1, 2, 3):
        kept = Settings(folder)
        assert kept.load() and kept.start_boot() and kept.boot == boot
        for _ in range(2):
            reserved = kept.reserve_sequences()
            assert reserved is not None
            first, limit = reserved
            assert limit - first == 1024
            block = range(first, limit)
            assert first not in used and limit - 1 not in used
            used.update((block[0], block[-1]))


def test_command_number_must_rise_by_at_most_65536_and_is_stored():
    folder = scratch.folder()
    kept = _new_settings(folder)
    for refused in (0, -1, 65_537, True, "1", None):
        assert not kept.accept_command(refused)  # pyright: ignore[reportArgumentType]
    assert kept.accept_command(65_536)
    assert not kept.accept_command(65_536) and not kept.accept_command(1)
    again = Settings(folder)
    assert again.load() and again.last_command == 65_536
    assert again.accept_command(65_537)


def test_calibration_outside_five_percent_is_refused():
    kept = _new_settings(scratch.folder())
    for refused in (3_561, 3_939, 0, -3_750, 3_750.0, None, True):
        assert not kept.calibrate(refused)  # pyright: ignore[reportArgumentType]
    assert kept.pl_per_step == 3_750
    for taken in (3_562, 3_938):
        assert kept.calibrate(taken) and kept.pl_per_step == taken


def test_prescription_version_in_the_settings_never_falls():
    kept = _new_settings(scratch.folder())
    assert kept.activate_version(3)
    assert not kept.activate_version(3) and not kept.activate_version(2)
    assert kept.rx_version == 3


def test_settings_record_of_any_other_form_is_refused():
    good = cbor.decode(settings.pack(settings.defaults()))
    assert settings.parse(cbor.encode(good)) == settings.defaults()
    wrong = [b"", b"\xff", cbor.encode([1, 2]), cbor.encode(good) + b"\x00"]
    for key in good:
        fewer = dict(good)
        del fewer[key]
        wrong.append(cbor.encode(fewer))
        for value in (None, -1, True, "1", 1 << 41):
            changed = dict(good)
            changed[key] = value
            wrong.append(cbor.encode(changed))
    more = dict(good)
    more[9] = 1
    wrong.append(cbor.encode(more))
    for raw in wrong:
        assert settings.parse(raw) is None


def test_record_of_format_1_is_read_and_the_next_change_stores_it_as_format_2():
    folder = scratch.folder()
    # As the first firmware stored it: 3,800 pL, boot 12, numbers up to 3,072, command 70,000, version 4. No code.
    stored = b"\xa6\x00\x01\x01\x19\x0e\xd8\x02\x0c\x03\x19\x0c\x00\x04\x1a\x00\x01\x11p\x05\x04"
    with open(folder + "/settings-b.cbor", "wb") as file:
        file.write(slots.pack(30, stored))
    kept = Settings(folder)
    assert kept.load() and kept.clinician_code == 0
    assert (kept.pl_per_step, kept.boot, kept.sequence_limit) == (3_800, 12, 3_072)
    assert (kept.last_command, kept.rx_version) == (70_000, 4)
    assert kept.start_boot()
    with open(folder + "/settings-a.cbor", "rb") as file:
        found = slots.unpack(file.read())
    assert found is not None and found[0] == 31
    record = cbor.decode(found[1])
    assert record == {0: 2, 1: 3_800, 2: 13, 3: 3_072, 4: 70_000, 5: 4, 6: 0}
    again = Settings(folder)
    assert again.load() and again.boot == 13 and again.rx_version == 4


def test_record_of_format_1_with_a_code_and_one_of_format_2_without_are_refused():
    good = cbor.decode(settings.pack(settings.defaults()))
    first = dict(good)
    first[0] = 1
    assert settings.parse(cbor.encode(first)) is None
    del first[6]
    assert settings.parse(cbor.encode(first)) == settings.defaults()
    first[0] = 2
    assert settings.parse(cbor.encode(first)) is None
    first[0] = 3
    assert settings.parse(cbor.encode(first)) is None


def test_clinician_code_has_at_most_four_digits():
    values = settings.defaults()
    for code in (0, 1_000, 9_999):
        values["clinician_code"] = code
        found = settings.parse(settings.pack(values))
        assert found is not None and found["clinician_code"] == code
    for code in (-1, 10_000, True, None):
        values["clinician_code"] = code
        assert not settings.in_range(values)


def test_prescription_comes_back_byte_for_byte_and_versions_only_rise():
    folder = scratch.folder()
    store = PrescriptionStore(folder)
    assert not store.load() and store.version == 0 and store.hash == NO_HASH
    assert store.save(1, b"signed one", b"proof")
    assert not store.save(1, b"again") and not store.save(0, b"older") and not store.save(2, b"")
    assert store.save(2, b"signed two")
    again = PrescriptionStore(folder)
    assert again.load() and not again.damaged
    assert (again.version, again.signed, again.proof) == (2, b"signed two", b"")
    assert again.hash == store.hash != NO_HASH


def test_spoiled_prescription_is_reported_as_damaged():
    folder = scratch.folder()
    assert PrescriptionStore(folder).save(1, b"signed")
    scratch.spoil(folder + "/rx-a.cbor", -1, 0x01)
    store = PrescriptionStore(folder)
    assert not store.load() and store.damaged and store.version == 0


def _person(role, number):
    public = bytes([number]) * 64
    return identity.Clinician(identity.key_id_of(public), public, role, "person " + str(number))


def _identity(**changes):
    fields = {
        "pump_id": bytes(range(16)),
        "clinic_id": b"clinic-1",
        "master": bytes(range(32)),
        "epoch": 7,
        "clinicians": [_person(Role.PRESCRIBER, 1), _person(Role.CHECKER, 2)],
        "name": "Pump 1",
    }
    for name in changes:
        fields[name] = changes[name]
    return identity.Identity(
        fields["pump_id"],
        fields["clinic_id"],
        fields["master"],
        fields["epoch"],
        fields["clinicians"],
        fields["name"],
    )


def _refusal(raw):
    try:
        identity.parse(raw)
    except identity.IdentityError as error:
        return error.field
    return None


def test_identity_comes_back_as_it_was_provisioned():
    folder = scratch.folder()
    with open(folder + "/identity.cbor", "wb") as file:
        file.write(identity.pack(_identity()))
    found = identity.load(folder)
    assert found.pump_id == bytes(range(16)) and found.clinic_id == b"clinic-1"
    assert found.master == bytes(range(32)) and found.epoch == 7 and found.name == "Pump 1"
    assert [one.role for one in found.clinicians] == [Role.PRESCRIBER, Role.CHECKER]
    assert found.clinicians[1].key_id == identity.key_id_of(bytes([2]) * 64)


def test_missing_identity_is_refused():
    try:
        identity.load(scratch.folder())
        raise AssertionError("taken")
    except identity.IdentityError as error:
        assert error.field == "file"


def test_identity_with_a_wrong_field_is_refused_by_its_name():
    one = _person(Role.PRESCRIBER, 1)
    other = _person(Role.CHECKER, 1)
    other.public = bytes([9]) * 64
    forged = _person(Role.CHECKER, 3)
    forged.key_id = b"\x00" * 8
    no_role = _person(3, 4)
    nameless = _person(Role.CHECKER, 5)
    nameless.person = ""
    cases = (
        ("pump_id", {"pump_id": bytes(15)}),
        ("pump_id", {"pump_id": "x" * 16}),
        ("clinic_id", {"clinic_id": bytes(9)}),
        ("master", {"master": bytes(31)}),
        ("master", {"master": b"\xff" * 32}),
        ("epoch", {"epoch": -1}),
        ("epoch", {"epoch": 1 << 32}),
        ("epoch", {"epoch": True}),
        ("name", {"name": ""}),
        ("name", {"name": "x" * 49}),
        ("name", {"name": b"bytes"}),
        ("key_id", {"clinicians": [forged]}),
        ("key_id", {"clinicians": [one, other]}),
        ("person", {"clinicians": [one, one]}),
        ("person", {"clinicians": [nameless]}),
        ("role", {"clinicians": [no_role]}),
        ("clinicians", {"clinicians": [_person(1, n) for n in range(1, 18)]}),
    )
    for field, changes in cases:
        assert _refusal(identity.pack(_identity(**changes))) == field, (field, changes)


def test_identity_with_another_set_of_fields_is_refused():
    good = cbor.decode(identity.pack(_identity()), 4000)
    for key in good:
        fewer = dict(good)
        del fewer[key]
        assert _refusal(cbor.encode(fewer)) == "file"
    more = dict(good)
    more[6] = 0
    assert _refusal(cbor.encode(more)) == "file"
    assert _refusal(cbor.encode(good) + b"\x00") == "file"
    assert _refusal(b"") == "file"
    assert _refusal(cbor.encode([1])) == "file"
