"""Numbers of the exchange between board and rig: read by MicroPython and by CPython.

Both directions are WORDS little-endian 32-bit signed integers. After a request follow 1,024 bytes of display memory when FLAG_SCREEN is set, then
REQ_UART_BYTES bytes. After a reply follow REP_UART_BYTES bytes. The rig speaks first: one reply, so that the board knows its senses at power-on.
"""

WORDS = 16
MESSAGE_BYTES = 64

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

KIND_SLEEP = 1
KIND_RESET = 2
KIND_CUT = 3  # the write at which power was to fail is torn and on the disk

FLAG_MOTOR_POWERED = 1
FLAG_AIR_DRIVE = 2
FLAG_SCREEN = 4
FLAG_SCREEN_ON = 8
FLAG_WATCHDOG = 16  # armed
FLAG_SCREEN_INVERSE = 32

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

SENSE_STALL = 1
SENSE_DOWNSTREAM_ANSWERS = 2
SENSE_UPSTREAM_ANSWERS = 4
SENSE_ENCODER_ANSWERS = 8

FAULT_DISPLAY_SILENT = 1
FAULT_FRAM_SILENT = 2
FAULT_GAUGE_SILENT = 4
FAULT_SOUNDER_OPEN = 8
FAULT_DEADMAN_OPEN = 16  # never charges
FAULT_DEADMAN_STUCK = 32  # never drops out, except while STOP is held
FAULT_BUS0_STUCK = 64  # SDA held low until nine clocks
FAULT_BUS1_STUCK = 128
FAULT_FLASH_DEAD = 256  # erase and program fail with EIO
FAULT_AIR_DRIVE_STUCK = 512  # transmitter stays on whatever its pin says
FAULTS = {
    "display_silent": FAULT_DISPLAY_SILENT,
    "fram_silent": FAULT_FRAM_SILENT,
    "gauge_silent": FAULT_GAUGE_SILENT,
    "sounder_open": FAULT_SOUNDER_OPEN,
    "deadman_open": FAULT_DEADMAN_OPEN,
    "deadman_stuck": FAULT_DEADMAN_STUCK,
    "bus0_stuck": FAULT_BUS0_STUCK,
    "bus1_stuck": FAULT_BUS1_STUCK,
    "flash_dead": FAULT_FLASH_DEAD,
    "air_drive_stuck": FAULT_AIR_DRIVE_STUCK,
}

PWRON_RESET = 1
HARD_RESET = 2
WDT_RESET = 3
DEEPSLEEP_RESET = 4
SOFT_RESET = 5

KEY_STOP_BIT = 1
LINK_BAUD = 460_800
STEP_LIMIT_US = 1_000_000  # longest interval of one exchange
TICKS_PERIOD = 1 << 30
