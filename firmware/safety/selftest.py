"""Power-on self-test: evidence in, faults out (SR-068, SR-069). Pure; `firmware/power_on.py` collects the evidence from the drivers.

A check whose evidence is missing has failed.
"""

from firmware.safety import faults

# name of the evidence, the value that passes, the fault otherwise. Order is the order in which they are judged and journalled.
CHECKS = (
    ("deadman_dark_before_first_edge", True, faults.SELFTEST_DEADMAN),
    ("deadman_charges", True, faults.SELFTEST_DEADMAN),
    ("deadman_drops_out", True, faults.SELFTEST_DEADMAN),
    ("sounder_draws_current", True, faults.SELFTEST_SOUNDER),
    ("display_answers", True, faults.SELFTEST_DISPLAY),
    ("encoder_answers", True, faults.ENCODER_SILENT),
    ("downstream_answers", True, faults.DOWNSTREAM_SILENT),
    ("upstream_answers", True, faults.UPSTREAM_SILENT),
    ("storage_mounted", True, faults.STORAGE_MOUNT),
    ("settings_readable", True, faults.SETTINGS),
    ("journal_readable", True, faults.JOURNAL),
    ("dose_memory_readable", True, faults.DOSE_MEMORY),
    ("prescription_readable", True, faults.SETTINGS),
    ("reset_by_watchdog", False, faults.WATCHDOG_RESET),
)


def judge(evidence: dict, fault_bits) -> list:
    """Latch a fault for every check that did not pass. Returns the names of the failed checks."""
    failed = []
    for name, passes, fault in CHECKS:
        if evidence.get(name) is not passes:
            fault_bits.latch(fault, len(failed) + 1)
            failed.append(name)
    return failed
