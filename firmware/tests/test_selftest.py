"""Power-on evidence to faults (SR-068, SR-069)."""

from firmware.safety import faults, selftest
from firmware.safety.faults import Faults

# Evidence, what passes, fault otherwise: what the table has to say, in its order.
EXPECTED = (
    ("arithmetic_holds", True, faults.RAM),
    ("ram_holds", True, faults.RAM),
    ("program_whole", True, faults.PROGRAM_IMAGE),
    ("deadman_dark_before_first_edge", True, faults.SELFTEST_DEADMAN),
    ("deadman_charges", True, faults.SELFTEST_DEADMAN),
    ("deadman_drops_out", True, faults.SELFTEST_DEADMAN),
    ("motor_quiet", True, faults.MOTOR_STALLED),
    ("roller_stands", True, faults.MOVED_WITHOUT_ORDER),
    ("sounder_draws_current", True, faults.SELFTEST_SOUNDER),
    ("reserve_sounder_draws_current", True, faults.SELFTEST_SOUNDER),
    ("haptics_answers", True, faults.DEVICE_SILENT),
    ("display_answers", True, faults.SELFTEST_DISPLAY),
    ("no_key_held", True, faults.KEY_HELD),
    ("pendant_consistent", True, faults.PENDANT),
    ("fittings_consistent", True, faults.FITTING_SWITCH),
    ("encoder_answers", True, faults.ENCODER_SILENT),
    ("downstream_answers", True, faults.DOWNSTREAM_SILENT),
    ("upstream_answers", True, faults.UPSTREAM_SILENT),
    ("air_detector_goes_dark", True, faults.AIR_DETECTOR),
    ("skin_answers", True, faults.DEVICE_SILENT),
    ("battery_answers", True, faults.DEVICE_SILENT),
    ("clock_answers", True, faults.DEVICE_SILENT),
    ("storage_mounted", True, faults.STORAGE_MOUNT),
    ("settings_readable", True, faults.SETTINGS),
    ("journal_readable", True, faults.JOURNAL),
    ("dose_memory_readable", True, faults.DOSE_MEMORY),
    ("prescription_readable", True, faults.SETTINGS),
    ("reset_by_watchdog", False, faults.WATCHDOG_RESET),
)


def good() -> dict:
    return {name: passes for name, passes, _ in EXPECTED}


def test_the_table_covers_what_the_requirement_asks_for_each_with_its_fault():
    assert tuple(row[:3] for row in selftest.CHECKS) == EXPECTED
    for row in selftest.CHECKS:
        assert row[3].startswith("SR-") and len(row[3]) == 6


def test_a_pump_whose_evidence_is_complete_and_good_has_no_fault():
    bits = Faults()
    assert selftest.judge(good(), bits) == []
    assert bits.latched == 0


def test_each_check_by_itself_latches_its_fault_under_its_number():
    for number, (name, passes, fault) in enumerate(EXPECTED, 1):
        for instead in (not passes, None, 1, 0, "yes"):
            evidence = good()
            evidence[name] = instead
            bits = Faults()
            assert selftest.judge(evidence, bits) == [number], (name, instead)
            assert bits.latched == 1 << fault
            assert bits.values[fault] == number


def test_missing_evidence_has_failed():
    for number, (name, _, fault) in enumerate(EXPECTED, 1):
        evidence = good()
        del evidence[name]
        bits = Faults()
        assert selftest.judge(evidence, bits) == [number]
        assert bits.latched == 1 << fault
    assert selftest.judge({}, Faults()) == list(range(1, len(EXPECTED) + 1))


def test_every_failed_check_is_told_not_only_the_first():
    evidence = good()
    evidence["display_answers"] = False
    evidence["sounder_draws_current"] = False
    bits = Faults()
    assert selftest.judge(evidence, bits) == [9, 12]
    assert bits.latched == 1 << faults.SELFTEST_SOUNDER | 1 << faults.SELFTEST_DISPLAY


def test_arithmetic_holds_here_and_any_other_result_is_seen():
    assert selftest.arithmetic_holds() is True
    kept = selftest.SUMS
    assert len(kept) == 3
    try:
        for at in range(len(kept)):
            for column in range(2, 7):
                row = list(kept[at])
                row[column] += 1
                selftest.SUMS = kept[:at] + (tuple(row),) + kept[at + 1 :]
                assert selftest.arithmetic_holds() is False, (at, column)
    finally:
        selftest.SUMS = kept


class Ram:
    """256 bytes and more with one fault."""

    def __init__(self, size, at=-1, high=0, low=0, line=0):
        self._cells = bytearray(size)
        self._at = at
        self._high = high  # bits that are always read as 1
        self._low = low  # bits that are always read as 0
        self._line = line  # an address line that is always 0

    def __len__(self):
        return len(self._cells)

    def __setitem__(self, at, value):
        self._cells[at & ~self._line] = value

    def __getitem__(self, at):
        value = self._cells[at & ~self._line]
        return (value | self._high) & ~self._low if at == self._at else value


def test_sound_ram_holds_and_is_left_numbered():
    for size in (1, 2, 250, 251, 252, 600):
        buffer = bytearray(size)
        assert selftest.ram_holds(buffer) is True
        assert list(buffer) == [at % 251 for at in range(size)]
    assert selftest.ram_holds(Ram(300)) is True


def test_every_bit_that_sticks_is_found_wherever_it_is():
    for at in (0, 1, 128, 299):
        for bit in range(8):
            assert selftest.ram_holds(Ram(300, at, high=1 << bit)) is False, (at, bit)
            assert selftest.ram_holds(Ram(300, at, low=1 << bit)) is False, (at, bit)
    for bit in range(8):
        assert selftest.ram_holds(Ram(1, 0, high=1 << bit)) is False
        assert selftest.ram_holds(Ram(1, 0, low=1 << bit)) is False


def test_every_address_line_that_sticks_is_found():
    for line in range(9):
        assert selftest.ram_holds(Ram(600, line=1 << line)) is False, line


def test_the_last_byte_is_tested_too():
    assert selftest.ram_holds(Ram(2, 1, low=1)) is False


class Counting:
    """Sound while patterns are written; one byte is lost behind the addresses."""

    def __init__(self, size, lost):
        self._cells = bytearray(size)
        self._lost = lost

    def __len__(self):
        return len(self._cells)

    def __setitem__(self, at, value):
        if at != self._lost or value in (0x55, 0xAA):
            self._cells[at] = value

    def __getitem__(self, at):
        return self._cells[at]


def test_an_address_that_does_not_come_back_is_found():
    for lost in (0, 1, 299):
        assert selftest.ram_holds(Counting(300, lost)) is False
