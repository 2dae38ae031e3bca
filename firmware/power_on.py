"""What happens between power and the first frame: the self-test's evidence (SR-068 to SR-070). Takes about 1.1 s; the motor stays off throughout."""

import time

from firmware.safety import limits, selftest
from shared.codes import Key

DEADMAN_EDGES = 6
DEADMAN_EDGE_MS = 20
# The charge pump drops out 300 ms after its last edge, 400 ms at the latest (hardware reference).
DEADMAN_DROP_OUT_MS = 420
BEEP_HZ = 880
BEEP_MS = 60
SENSOR_SETTLE_MS = 10
SKIN_FIRST_RESULT_MS = 130
RAM_BYTES = 256
# STOP is wired to the dead-man as well and may be down on purpose.
_HELD_MASK = ~(1 << Key.STOP)


def collect(board) -> dict:
    """Exercise each device once. Outside the frame; blocks for about 1.1 s."""
    evidence = {
        "arithmetic_holds": selftest.arithmetic_holds(),
        "ram_holds": selftest.ram_holds(bytearray(RAM_BYTES)),
        "deadman_dark_before_first_edge": not board.deadman.charged(),
    }
    board.motor.disable()
    for _ in range(DEADMAN_EDGES):
        board.deadman.toggle()
        time.sleep_ms(DEADMAN_EDGE_MS)
    evidence["deadman_charges"] = board.deadman.charged()
    evidence["motor_quiet"] = not board.motor.stalled()
    _signals(board, evidence)
    _sensors(board, evidence)
    time.sleep_ms(DEADMAN_DROP_OUT_MS)
    evidence["deadman_drops_out"] = not board.deadman.charged()
    return evidence


def _signals(board, evidence):
    """Everything that tells a person something."""
    evidence["display_answers"] = board.display.init()
    evidence["haptics_answers"] = board.haptics.init()
    board.haptics.vibrate(True)
    board.buzzer.tone(BEEP_HZ)
    board.reserve_sounder.test()
    time.sleep_ms(BEEP_MS)
    evidence["sounder_draws_current"] = board.buzzer.drawing()
    evidence["reserve_sounder_draws_current"] = board.reserve_sounder.test()
    board.buzzer.off()
    board.haptics.vibrate(False)


def _sensors(board, evidence):
    """Every witness, three times; what it says of itself and of the others."""
    moved = 0
    board.encoder.sample()
    for _ in range(3):
        board.encoder.sample()
        moved += abs(board.encoder.delta)
        board.downstream.sample()
        board.upstream.sample()
        board.air.sample()
        board.buttons.sample()
        board.fittings.sample()
        time.sleep_ms(SENSOR_SETTLE_MS)
    evidence["encoder_answers"] = board.encoder.valid
    evidence["roller_stands"] = moved < limits.ENCODER_TOLERANCE_COUNTS
    evidence["downstream_answers"] = board.downstream.valid
    evidence["upstream_answers"] = board.upstream.valid
    evidence["no_key_held"] = board.buttons.mask & _HELD_MASK == 0
    evidence["pendant_consistent"] = not board.buttons.pendant_broken
    evidence["fittings_consistent"] = board.fittings.broken_mask == 0
    board.air.self_test_start()
    time.sleep_ms(SKIN_FIRST_RESULT_MS)
    evidence["air_detector_goes_dark"] = board.air.self_test_finish()
    evidence["skin_answers"] = board.skin.sample()
    evidence["battery_answers"] = board.gauge.sample()
    evidence["clock_answers"] = board.clock.sample()
