"""The single-fault sweep: every fault that the bench can make, one at a time, in a pump that runs; and what the pump did about it.

`rows.py` and `more_rows.py` are the faults and what is expected of each, as data; `pump.py` brings a pump to the moment before the fault;
`measure.py` makes the fault and looks; `judge.py` holds what was seen against what was expected; `page.py` writes docs/FAULTS.md.

    python -m hil_tests.sweep [--check] [NAME ...]         `make faults`

Numbers are deterministic: the same firmware gives the same page to the last digit.

May import: hil_tests.rig, hil_tests.plant, hil_tests.scenario, hil_tests.tests.pump_bench, firmware.tests (bit flips), shared.
"""
