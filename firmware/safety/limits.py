"""Every ceiling of the pump itself, as data. No message, user or clinician can raise one of these (SR-031).

Drug limits come with the prescription and are checked against the drug library when it arrives; what stands here is the code-level
ceiling above the library and the numbers of the watching code. One line a limit: name, value, and `# unit | requirement | reason`; tools
read the lines, code the names. Figures in [brackets] are our own choice. Frames are 100 ms; steps are microsteps of 3,750 pL nominal.
"""

# fmt: off
FRAME_MS = 100                       # ms | SR-009 | one frame; every other time in frames follows from it
FRAMES_PER_SECOND = 10               # frames | SR-009 | 1,000 ms of 100 ms
FRAMES_PER_MINUTE = 600              # frames | SR-021 | smallest bucket of the dose windows
FRAMES_PER_QUARTER_HOUR = 9_000      # frames | SR-021 | bucket of the windows of four hours and a day

MIN_RATE_NL_H = 50_000               # nL/h | SR-001 | [0.05 mL/h]: below it a stroke of 20 uL takes 24 min and no detector can vouch for the flow
MAX_RATE_NL_H = 100_000_000          # nL/h | SR-001 | 100 mL/h is the fastest rate the cassette is specified for
MAX_STEPS_PER_FRAME = 741            # steps | SR-004 | 100 mL/h are 740.7 steps a frame; one step more is refused
NL_H_PER_PL_STEP = 36                # nL/h per pL | SR-013 | exact: 36,000 frames an hour, 1,000 pL a nL; steps a frame = rate / (36 * pL a step)
MIN_PL_PER_STEP = 3_562              # pL | SR-013 | 3,750 less 5 %: a cassette outside the range is a wrong calibration
MAX_PL_PER_STEP = 3_938              # pL | SR-013 | 3,750 and 5 %
MAX_SEGMENTS = 48                    # segments | SR-031 | one in half an hour for a day
MAX_VOLUME_NL = 1_000_000_000        # nL | SR-031 | [1 L]: more than any bag that is worn, and 2.8e8 steps are a small integer on the chip
MAX_MINUTES = 10_080                 # min | SR-031 | [7 days]: above the longest course in the library's sources

MAX_BOLUS_NL = 20_000_000            # nL | SR-031 | [20 mL]: a patient's bolus, at any concentration
MIN_LOCKOUT_S = 300                  # s | SR-029 | [5 min]: the shortest of the published ones that the library uses
MAX_LOCKOUT_S = 86_400               # s | SR-029 | [24 h]: longer is "no bolus"
MAX_BOLUSES = 240                    # boluses | SR-018 | [240] in one prescription: ten an hour for a day
MAX_LOAD_NL = 200_000_000            # nL | SR-031 | [200 mL]: 50 mg/kg of magnesium for 140 kg are 175 mL
MAX_CLINICIAN_BOLUS_NL = 100_000_000  # nL | SR-031 | [100 mL]: an hour at the fastest rate
MAX_CLINICIAN_BOLUS_MINUTES = 360    # min | SR-025 | 6 h
MAX_KVO_NL_H = 5_000_000             # nL/h | SR-008 | [5 mL/h]: an open vein needs no more; never above the basal rate either
MAX_KVO_MINUTES = 1_440              # min | SR-008 | [24 h]: then somebody has come
PRIME_NL = 3_000_000                 # nL | SR-056 | [3 mL]: the longest extension set and its filter
PRIME_RATE_NL_H = 50_000_000         # nL/h | SR-056 | [50 mL/h]: 3 mL in 3 min 36 s
PRIME_STEPS = 800_000                # steps | SR-056 | 3 mL of nominal steps; the gate's budget of one priming
PRIME_STEPS_PER_FRAME = 371          # steps | SR-056 | 50 mL/h are 370.4 steps a frame
PRIME_TIMEOUT_FRAMES = 3_000         # frames | SR-056 | [5 min]: a quarter more than 3 mL take
DOSE_NEAR_PERMILLE = 900             # of the limit | SR-022 | [90 %]: near the limit is an event of its own

MIN_OCCLUSION_PA = 10_000            # Pa | SR-043 | below it the height of an arm would stop the pump
MAX_OCCLUSION_PA = 80_000            # Pa | SR-043 | above it a prescription is refused; the sensor's span ends at 103 kPa
UPSTREAM_OCCLUSION_PA = -5_800       # Pa | SR-044 | suction at the inlet; span ends at -6,895 Pa, a bag 50 cm low makes -4,900 Pa
UPSTREAM_FRAMES = 3                  # frames | SR-044 | a bag that is shaken gives single samples of suction
AIR_BUBBLE_NL = 40_000               # nL | SR-050 | a bubble of 50 uL must not pass; 40 leave room for the tube behind the detector
AIR_WINDOW_NL = 1_000_000            # nL | SR-050 | [1 mL] of air in all within the next row's time
AIR_WINDOW_FRAMES = 9_000            # frames | SR-050 | [15 min]
RESERVOIR_SENSOR_PERMILLE = 50       # of the bag | SR-051 | [5 %]: how wrong the bag's volume may be known
RESERVOIR_BASAL_MINUTES = 60         # min | SR-051 | [60 min] of basal left, besides a whole bolus and that error

GEAR_COUNTS = 32                     # counts | SR-036 | AS5600: 4,096 a turn of the roller, over 128
GEAR_STEPS = 125                     # steps | SR-036 | 16,000 a turn of the roller, over 128: 3,200 microsteps a motor turn, gear 5:1
ENCODER_TOLERANCE_COUNTS = 40        # counts | SR-036, SR-038 | 0.6 uL; non-linearity is +-1 degree, 22 counts from end to end
FLOW_LAG_PERMILLE = 150              # of what was ordered | SR-038 | 15 %: a roller that stays back further has a fault at once
FLOW_TOLERANCE_PERMILLE = 50         # of what was ordered | SR-002, SR-038 | 5 %: more, for the time below, is over- or under-infusion
FLOW_FLOOR_COUNTS = 24               # counts | SR-002 | 22 counts of non-linearity and one at each end are no flow; 0.008 mL/h at the basal window
BASAL_WINDOW_FRAMES = 3_000          # frames | SR-032, SR-037 | 5 min beyond tolerance
BOLUS_WINDOW_FRAMES = 100            # frames | SR-033 | [10 s] beyond tolerance; patient bolus, load and priming
CLINICIAN_BOLUS_WINDOW_FRAMES = 600  # frames | SR-034 | [1 min] beyond tolerance
SENSOR_SILENT_FRAMES = 3             # frames | SR-071 | two missed readings may be a bus collision; three are 300 ms of blindness

BATTERY_LOW_PERMILLE = 150           # of charge | SR-060 | [60 min] at 1 mL/h on a 2,000 mAh cell, one alarm cycle included
BATTERY_LOW_CLEAR_PERMILLE = 180     # of charge | SR-060 | a load step does not ring twice
BATTERY_CRITICAL_PERMILLE = 60       # of charge | SR-060 | [15 min]: the second alarm
BATTERY_CRITICAL_CLEAR_PERMILLE = 80  # of charge | SR-060 | a load step does not ring twice
BATTERY_DEPLETED_PERMILLE = 30       # of charge | SR-062 | controlled stop, with reserve for 3 min of alarm
SKIN_WARM_MC = 41_000                # 0.001 degree C | SR-077 | skin contact: warn at 41 degrees
SKIN_WARM_CLEAR_MC = 40_000          # 0.001 degree C | SR-077 | a degree of hysteresis
SKIN_HOT_MC = 43_000                 # 0.001 degree C | SR-077 | skin contact: stop at 43 degrees

PAUSED_TOO_LONG_FRAMES = 6_000       # frames | SR-096 | [10 min]
CONFIG_UNFINISHED_FRAMES = 1_800     # frames | SR-096 | [3 min]
NOT_STARTED_FRAMES = 50              # frames | SR-097 | [5 s] from START to the first step, else a warning
NEAR_END_FRAMES = 18_000             # frames | SR-010 | [30 min] of basal left
CONFIRM_TIMEOUT_FRAMES = 6_000       # frames | SR-118 | [10 min] without an answer are a refusal
CONFIRM_DWELL_FRAMES = 10            # frames | SR-118 | [1 s] a page has to stand on the glass before it counts as read
CONFIRM_HOLD_FRAMES = 20             # frames | SR-118 | [2 s] of OK cannot be an elbow
SILENCE_HIGH_FRAMES = 1_200          # frames | SR-087 | [2 min] while anything HIGH sounds
SILENCE_FRAMES = 6_000               # frames | SR-087 | 10 min for all others
ALERT_LOOP_FRAMES = 6_000            # frames | SR-095 | 10 min: the same alarm, acknowledged and started again, three times
STUCK_KEY_FRAMES = 100               # frames | SR-104 | [10 s]: a key held longer is a fault

OVERRUN_MS = 20                      # ms | SR-073 | a frame later than this is counted
OVERRUN_FAULT_FRAMES = 3             # frames | SR-073 | [3 periods] late in a row are a system fault
CLOCK_JUMP_FRAMES = 10               # frames | SR-110 | the watchdog bites after 1 s: more cannot have passed between two frames
CLOCK_COMPARE_FRAMES = 3_000         # frames | SR-110 | [5 min] of frames against the real-time clock
CLOCK_DRIFT_PERMILLE = 20            # of the time | SR-110 | [2 %]; the clock's whole seconds are 0.3 % of 5 min
DAILY_CHECK_FRAMES = 864_000         # frames | SR-071 | [24 h]: memory, program, and a sounder that had nothing to say
AIR_CHECK_FRAMES = 6_000             # frames | SR-071 | [10 min]: air detector without its drive
DISPLAY_CHECK_FRAMES = 100           # frames | SR-076 | [10 s]
DOWNSTREAM_LOWEST_PA = -13_000       # Pa | SR-071 | count 0 of the sensor is -12,928 Pa
DOWNSTREAM_HIGHEST_PA = 117_000      # Pa | SR-071 | its last count is 116,349 Pa
UPSTREAM_SPAN_PA = 8_700             # Pa | SR-071 | either way; its counts end at 8,619 Pa
SKIN_LOWEST_MC = -20_000             # 0.001 degree C | SR-071 | [-20 degrees]; an unread TMP117 says -256
SKIN_HIGHEST_MC = 85_000             # 0.001 degree C | SR-071 | [85 degrees]: the case would have melted
STUCK_SENSOR_CHECKS = 600            # checks | SR-071 | [10 min] of one and the same reading of a sensor that is never quiet
# fmt: on
