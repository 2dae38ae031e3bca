"""Numbers of the exchange between board and rig: read by MicroPython and by CPython.

Both directions are WORDS little-endian 32-bit signed integers. After a request follow 1,024 bytes of display memory when FLAG_SCREEN is set, then
REQ_UART_BYTES bytes. After a reply follow REP_UART_BYTES bytes. The rig speaks first: one reply, so that the board knows its senses at power-on.
"""

WORDS = 20
MESSAGE_BYTES = 80

# request: board to rig
REQ_KIND = 0
REQ_INTERVAL_US = 1  # since the last exchange, with the sleep that is asked for
REQ_STEPS = 2  # microsteps in the interval, signed, if STOP is not held
REQ_FLAGS = 3
REQ_SOUNDER_HZ = 4
REQ_LED = 5  # red << 16 | green << 8 | blue
REQ_UART_BYTES = 6
REQ_LOAD_MA = 7
REQ_FLASH_VIOLATIONS = 8  # bits a program tried to set without an erase, counted by byte
REQ_UART_LOST = 9  # received bytes that found the buffer full
REQ_RESET_CAUSE = 10
REQ_STORE_WRITES = 11  # operations on flash and FRAM since power-on
REQ_I2C_NACKS = 12
REQ_VIBRATION = 13  # strength of the haptic motor, 0 to 127
REQ_CONTRAST = 14  # of the display, 0 to 255

KIND_SLEEP = 1
KIND_RESET = 2
KIND_CUT = 3  # the write at which power was to fail is torn and on the disk

FLAG_MOTOR_POWERED = 1
FLAG_AIR_DRIVE = 2
FLAG_SCREEN = 4
FLAG_SCREEN_ON = 8
FLAG_WATCHDOG = 16  # armed
FLAG_SCREEN_INVERSE = 32
FLAG_RESERVE_HELD = 64  # the second sounder is kept silent
FLAG_MOTOR_SUPPLIED = 128  # dead-man charged at the end of the interval, whatever EN says

# reply: rig to board
REP_INTERVAL_US = 0  # time that really passed: at least what was asked for
REP_ENCODER = 1
REP_DOWNSTREAM_PA = 2
REP_UPSTREAM_PA = 3
REP_AIR_MV = 4
REP_BATTERY_MV = 5
REP_BATTERY_PERMILLE = 6
REP_FLAGS = 7
REP_KEYS = 8  # bit n: key n of shared.codes.Key is pressed
REP_FAULTS = 9
REP_UART_BYTES = 10
REP_CUT_AT_WRITE = 11  # 0 none; n: power fails in the n-th store operation from now
REP_CUT_PERMILLE = 12  # how much of that operation reaches the store
REP_TAPPED = 13  # bit n: key n was pressed and let go again since the last reply
REP_CONTACTS = (
    14  # bit n: level of contact n of the 74HC165: pairs of pendant, door, cassette, bag
)
REP_SKIN_CENTI_C = 15
REP_CLOCK_S = 16  # of the real-time clock, since 2000
REP_TICKS_MS = 17  # how far the tick counters are ahead of simulated time
REP_RESERVE_MV = 18  # capacitor of the second sounder

SENSE_STALL = 1
SENSE_DOWNSTREAM_ANSWERS = 2
SENSE_UPSTREAM_ANSWERS = 4
SENSE_ENCODER_ANSWERS = 8

# Bits of REP_FAULTS: faults that a part of the board plays itself. Their names and sentences, and the faults that the rig plays: rig/faults.py.
FAULT_DISPLAY_SILENT = 1 << 0
FAULT_FRAM_SILENT = 1 << 1
FAULT_GAUGE_SILENT = 1 << 2
FAULT_SOUNDER_OPEN = 1 << 3
FAULT_DEADMAN_OPEN = 1 << 4
FAULT_DEADMAN_STUCK = 1 << 5
FAULT_BUS0_STUCK = 1 << 6
FAULT_BUS1_STUCK = 1 << 7
FAULT_FLASH_DEAD = 1 << 8
FAULT_AIR_DRIVE_STUCK = 1 << 9
FAULT_AIR_BLIND = 1 << 10
FAULT_ENCODER_STUCK = 1 << 11
FAULT_ENCODER_DOUBLED = 1 << 12
FAULT_ENCODER_NO_MAGNET = 1 << 13
# Four in a row for each pressure sensor: stuck, open, shorted, memory.
FAULT_DOWNSTREAM_STUCK = 1 << 14
FAULT_UPSTREAM_STUCK = 1 << 18
FAULT_SKIN_SILENT = 1 << 22
FAULT_HAPTICS_SILENT = 1 << 23
FAULT_HAPTICS_OPEN = 1 << 24
FAULT_CLOCK_SILENT = 1 << 25
FAULT_CLOCK_LOW_VOLTAGE = 1 << 26
FAULT_TICKS_STOPPED = 1 << 27
FAULT_CONTACTS_STUCK = 1 << 28
FAULT_RESERVE_OPEN = 1 << 29

PWRON_RESET = 1
HARD_RESET = 2
WDT_RESET = 3
DEEPSLEEP_RESET = 4
SOFT_RESET = 5

KEY_STOP_BIT = 1
LINK_BAUD = 460_800
STEP_LIMIT_US = 1_000_000  # longest interval of one exchange
TICKS_PERIOD = 1 << 30
