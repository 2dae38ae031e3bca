"""Counts the erases of simulated days on MicroPython, where LittleFS is, and holds docs/SAFETY.md, "Flash and FRAM life", to what was counted."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# A figure of wear_days.py, and where the document shows it.
SHOWN = {
    "free_blocks": r"(\d+) free when full",
    "erases_1000_events": r"\| events \| 168 \| ([\d.]+) \|",
    "erases_1000_faults": r"\| faults and alarms, once more in their own chain \| 24 \| ([\d.]+) \|",
    "erases_1000_settings": r"\| settings: [^|]*\| 92 \| ([\d.]+) \|",
    "erases_1000_prescriptions": r"\| prescription with its proof \| 1 \| ([\d.]+) \|",
    "erases_1000_cursors": r"\| how far events were sent \| 10 \| ([\d.]+) \|",
    "erases_a_day": r"\| together, counted \| \| \| (\d+) \|",
    "erases_a_day_of_the_worst_sector": r"was erased (\d+) times a day",
    "years_to_100000": r"100,000 erases in (\d+) years",
    "ring_records_a_day": r"it writes ([\d,]+) records\s+a\s+day",
    "ring_erases_1000_records": r"at ([\d.]+) erases each",
    "ring_erases_a_day_of_the_worst_sector": r"(\d+) a day for the worst sector",
    "ring_years_to_100000": r"100,000 in (\d+) years",
}


def test_flash_lasts_for_years_of_assumed_days_and_the_document_says_so() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tools.upy_tests", "--heap", "4m", "firmware/tests/wear_days.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=110,
    )
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
    counted = {name: int(value) for name, value in re.findall(r"^(\w+) (\d+)$", done.stdout, re.M)}
    assert sorted(counted) == sorted(SHOWN)
    # An event that is a fault stands in both chains: the table shows what the second one adds.
    counted["erases_1000_faults"] -= counted["erases_1000_events"]
    text = (ROOT / "docs" / "SAFETY.md").read_text()
    for name, pattern in SHOWN.items():
        shown = re.search(pattern, text)
        assert shown is not None, name
        digits = shown[1].replace(",", "")
        value = counted[name] / 1_000 if "_1000_" in name else counted[name]
        decimals = len(digits.partition(".")[2])
        assert float(digits) == round(value, decimals), (name, digits, value)
