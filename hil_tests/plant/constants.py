"""Figures of the reference body, each with its source. What varies is in `config.py`."""

from __future__ import annotations

# docs/HARDWARE.md, "peristaltic cassette": 3,200 microsteps a motor turn through a 5:1 gear.
STEPS_PER_TURN = 16_000
# docs/HARDWARE.md: three rollers, so three strokes of 20 uL a turn.
STROKES_PER_TURN = 3
# docs/HARDWARE.md: 60 uL a turn / 16,000 = 3,750 pL.
NOMINAL_PL_PER_STEP = 3_750
# AS5600 data sheet: 12 bits a turn.
ENCODER_COUNTS = 4_096

# Definition of the conventional millimetre of mercury.
PA_PER_MMHG = 133.322
# 1 cm of water at 20 degrees C: 998 kg/m3 x 9.807 m/s2 x 0.01 m. That is 0.73 mmHg; the
# hardware brief says 0.74.
PA_PER_CM_WATER = 97.9

# An unsupported tube is flat long before this suction (own choice; only a floor).
TUBE_COLLAPSE_PA = -60_000.0

# Silicone pump tube under a roller: it refills wholly down to FULL and not at all at NONE (own
# choice; the suction lift of small peristaltic pumps is 3 to 8 m of water, 30 to 80 kPa).
REFILL_FULL_PA = -10_000.0
REFILL_NONE_PA = -40_000.0
# A flat bag holds until the spike's seat lets air in (own choice; beyond the span of the upstream
# sensor, so that a working pump has always been told before air comes).
AIR_ENTRY_PA = -8_000.0
# Tube between reservoir and roller (own choice: 15 cm of 1 mm bore is 118 uL).
SUPPLY_TUBE_PL = 120_000_000
# Compliance and resistance of that tube (own choice: 0.2 uL/mmHg and a wide bore).
SUPPLY_COMPLIANCE_NL_PA = 1.5
SUPPLY_RESISTANCE_PA_S_NL = 0.018

# Roller to the centre of the air detector, and detector to the vein (own choice: 3 cm and 1.2 m
# of 1 mm bore).
ROLLER_TO_DETECTOR_PL = 24_000_000
DETECTOR_TO_PATIENT_PL = 950_000_000
# A bench bubble is let in through a port this far before the detector (own choice).
PORT_TO_DETECTOR_PL = 10_000_000
# The ultrasonic beam is 5 mm wide: 4 uL of a 1 mm bore.
BEAM_PL = 4_000_000
# docs/HARDWARE.md: wet 2,000 mV and more, air below 800 mV, drive off below 200 mV.
AIR_WET_MV = 2_500
AIR_DRY_MV = 350
AIR_OFF_MV = 60
AIR_NOISE_MV = 12

# One Li-ion cell of 2,000 mAh (hardware brief); open-circuit voltage in steps of 10 % of charge:
# typical NMC curve, rounded.
CELL_MAH = 2_000
CELL_OHM = 0.15
CELL_OCV_MV = (3000, 3450, 3600, 3660, 3700, 3740, 3790, 3870, 3960, 4060, 4180)
# Small stepper on a TMC2209 from a boosted cell: moving and holding (own choice).
MOTOR_MOVING_MA = 90
MOTOR_HOLDING_MA = 15
# Charger of the dock (own choice: C/4).
CHARGER_MA = 500
