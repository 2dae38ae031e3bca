"""Sound, light and vibration as data, one byte a frame (100 ms): 1 on, 0 off. IEC 60601-1-8 style; the numbers are in docs/SAFETY.md.

A plain piezo cannot give the four harmonics the standard asks of a melody; the docs say so. Under a blanket or beside a hearing aid the
vibration is the second way to notice (SR-085).
"""

from shared import alarm_table

TONE_HZ = {alarm_table.HIGH: 880, alarm_table.MEDIUM: 660, alarm_table.LOW: 523}

# HIGH: ten pulses of 100 ms in groups 3 + 2, twice; 300 ms between pulse 3 and 4; then 5 s.
_FIVE = bytes((1, 0, 1, 0, 1, 0, 0, 0, 1, 0, 1))
SOUND = {
    alarm_table.HIGH: _FIVE + bytes(6) + _FIVE + bytes(50),
    # MEDIUM: three pulses of 200 ms, 200 ms apart; then 7.5 s.
    alarm_table.MEDIUM: bytes((1, 1, 0, 0, 1, 1, 0, 0, 1, 1)) + bytes(75),
    # LOW: two pulses of 200 ms; then 20 s.
    alarm_table.LOW: bytes((1, 1, 0, 0, 1, 1)) + bytes(200),
}

# Light: HIGH red 2 Hz, 40 % on; MEDIUM yellow 0.5 Hz, 40 % on; LOW cyan steady (SR-082).
LIGHT = {
    alarm_table.HIGH: bytes((1, 1, 0, 0, 0)),
    alarm_table.MEDIUM: bytes((1,) * 8) + bytes(12),
    alarm_table.LOW: bytes((1,)),
}
# Parts of 255: red, green, blue.
COLOUR = {
    alarm_table.HIGH: (255, 0, 0),
    alarm_table.MEDIUM: (255, 160, 0),
    alarm_table.LOW: (0, 180, 180),
}
# White, twice a second, whatever else is alarmed: nothing can be read on the screen (SR-076).
DISPLAY_DEAD_LIGHT = bytes((1, 0, 0, 0, 0))
DISPLAY_DEAD_COLOUR = (255, 255, 255)

# Vibration: HIGH three long pulses every 3 s; MEDIUM two every 6 s; LOW none, it must not wake for a warning [our numbers].
VIBRATION = {
    alarm_table.HIGH: bytes((1, 1, 1, 1, 0, 1, 1, 1, 1, 0, 1, 1, 1, 1, 0)) + bytes(15),
    alarm_table.MEDIUM: bytes((1, 1, 1, 0, 1, 1, 1)) + bytes(53),
    alarm_table.LOW: bytes(1),
}
