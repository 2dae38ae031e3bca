"""Power-on self-test: evidence in, faults out (SR-068, SR-069). Pure; `firmware/power_on.py` collects the evidence from the drivers.

A check whose evidence is missing has failed. Loaded once and given back: what is tested during use stands in periodic.py.
"""

from firmware.safety import faults

# Name of the evidence, the value that passes, the fault otherwise, requirement. Judged and journalled in this order; numbered from 1.
CHECKS = (
    ("arithmetic_holds", True, faults.RAM, "SR-069"),
    ("ram_holds", True, faults.RAM, "SR-069"),
    ("program_whole", True, faults.PROGRAM_IMAGE, "SR-069"),
    ("deadman_dark_before_first_edge", True, faults.SELFTEST_DEADMAN, "SR-072"),
    ("deadman_charges", True, faults.SELFTEST_DEADMAN, "SR-072"),
    ("deadman_drops_out", True, faults.SELFTEST_DEADMAN, "SR-072"),
    ("motor_quiet", True, faults.MOTOR_STALLED, "SR-069"),
    ("roller_stands", True, faults.MOVED_WITHOUT_ORDER, "SR-069"),
    ("sounder_draws_current", True, faults.SELFTEST_SOUNDER, "SR-070"),
    ("reserve_sounder_draws_current", True, faults.SELFTEST_SOUNDER, "SR-065"),
    ("haptics_answers", True, faults.DEVICE_SILENT, "SR-085"),
    ("display_answers", True, faults.SELFTEST_DISPLAY, "SR-070"),
    ("no_key_held", True, faults.KEY_HELD, "SR-069"),
    ("pendant_consistent", True, faults.PENDANT, "SR-104"),
    ("fittings_consistent", True, faults.FITTING_SWITCH, "SR-055"),
    ("encoder_answers", True, faults.ENCODER_SILENT, "SR-069"),
    ("downstream_answers", True, faults.DOWNSTREAM_SILENT, "SR-069"),
    ("upstream_answers", True, faults.UPSTREAM_SILENT, "SR-069"),
    ("air_detector_goes_dark", True, faults.AIR_DETECTOR, "SR-069"),
    ("skin_answers", True, faults.DEVICE_SILENT, "SR-077"),
    ("battery_answers", True, faults.DEVICE_SILENT, "SR-069"),
    ("clock_answers", True, faults.DEVICE_SILENT, "SR-110"),
    ("storage_mounted", True, faults.STORAGE_MOUNT, "SR-111"),
    ("settings_readable", True, faults.SETTINGS, "SR-111"),
    ("journal_readable", True, faults.JOURNAL, "SR-079"),
    ("dose_memory_readable", True, faults.DOSE_MEMORY, "SR-023"),
    ("prescription_readable", True, faults.SETTINGS, "SR-111"),
    ("reset_by_watchdog", False, faults.WATCHDOG_RESET, "SR-072"),
)

# Every bit once set and once clear, each time beside its opposite.
RAM_PATTERNS = (0x55, 0xAA)
# a, b, a + b, a * b, a // b, a % b, a ^ b: carries through all 30 bits, both signs.
SUMS = (
    (21_845, 13_107, 34_952, 286_322_415, 1, 8_738, 26_214),
    (-741, 256, -485, -189_696, -3, 27, -997),
    (1_073_741_823, -1, 1_073_741_822, -1_073_741_823, -1_073_741_823, 0, -1_073_741_824),
)


def judge(evidence: dict, fault_bits) -> list:
    """Latch a fault for every check that did not pass, with its number as value. Returns these numbers: CHECKS[number - 1]."""
    failed = []
    for number, row in enumerate(CHECKS, 1):
        if evidence.get(row[0]) is not row[1]:
            fault_bits.latch(row[2], number)
            failed.append(number)
    return failed


def arithmetic_holds() -> bool:
    """Does the processor still calculate as it did when this was written."""
    return all(
        (a + b, a * b, a // b, a % b, a ^ b) == (added, times, quotient, rest, either)
        for a, b, added, times, quotient, rest, either in SUMS
    )


def ram_holds(buffer) -> bool:
    """Write and read back patterns and addresses in a bytearray that holds nothing. False if a byte comes back as another."""
    for pattern in RAM_PATTERNS:
        for at in range(len(buffer)):
            buffer[at] = pattern
        for at in range(len(buffer)):
            if buffer[at] != pattern:
                return False
    for at in range(len(buffer)):
        buffer[at] = (
            at % 251
        )  # prime: a line of the address bus that is stuck shows as another's number
    return all(buffer[at] == at % 251 for at in range(len(buffer)))
