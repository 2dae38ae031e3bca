"""Every ceiling of the pump itself, as data. No message, user or clinician can raise one of these.

Drug limits come with the prescription and are checked against the drug library when it arrives; what stands here is the code-level
ceiling above the library (SR-031) and the numbers of the watching code. Steps are microsteps of 3,750 pL nominal.
"""

FRAME_MS = 100  # DESIGN: one frame; every other time in frames follows from it
FRAMES_PER_MINUTE = 600
FRAMES_PER_QUARTER_HOUR = 9_000

# SR-001, hardware range: 100 mL/h is the fastest rate the cassette is specified for.
MAX_RATE_NL_H = 100_000_000
# 0.05 mL/h: below it a stroke of 20 uL takes longer than 24 minutes and no detector can vouch for the flow.
MIN_RATE_NL_H = 50_000
# 100 mL/h at 3,750 pL a step is 740.7 steps a frame. SR-004: one more step is refused.
MAX_STEPS_PER_FRAME = 741
# 36 frames-per-hour thousandths: steps a frame = rate_nl_h / (36 * pl_per_step). Exact: 36,000 frames an hour, 1,000 pL a nL.
NL_H_PER_PL_STEP = 36

# SR-043: above this the occlusion threshold of a prescription is refused; the sensor's span ends at 103 kPa.
MAX_OCCLUSION_PA = 80_000
MIN_OCCLUSION_PA = 10_000
# SR-044: suction at the inlet. The sensor's span ends at -6,895 Pa; the bag can hang 50 cm low (-4,900 Pa) without alarm.
UPSTREAM_OCCLUSION_PA = -5_800
UPSTREAM_FRAMES = 3

# SR-050: one bubble of 50 uL must not pass. 40 uL counted in steps leaves room for the tube between detector and clamp.
AIR_BUBBLE_NL = 40_000

# SR-036, SR-038. 40 counts are 0.6 uL of roller movement; AS5600 non-linearity is +-1 degree, 11 counts.
ENCODER_COUNTS_PER_TURN = 4_096
STEPS_PER_TURN = 16_000
ENCODER_TOLERANCE_COUNTS = 40

# A sensor that misses this many frames in a row is gone. Two frames may be a bus collision; three are 300 ms of blindness.
SENSOR_SILENT_FRAMES = 3

# SR-060: about an hour and a quarter at 1 mL/h on a 2,000 mAh cell; SR-062: the brown-out reserve.
BATTERY_LOW_PERMILLE = 150
BATTERY_LOW_CLEAR_PERMILLE = 180
BATTERY_DEPLETED_PERMILLE = 30

PAUSED_TOO_LONG_FRAMES = 6_000  # SR-096: 10 min
NEAR_END_FRAMES = 18_000  # 30 min of basal left
CONFIRM_TIMEOUT_FRAMES = 6_000  # security 6.6: no answer in 10 min is a refusal
SILENCE_FRAMES = 1_200  # SR-087: 2 min

# SR-104: STOP acts on the first sample; every other key needs two.
STUCK_KEY_FRAMES = 100
CONFIRM_HOLD_FRAMES = 20

# A frame later than this is counted; three in a row are a system fault (SR-073).
OVERRUN_MS = 20
OVERRUN_FAULT_FRAMES = 3
